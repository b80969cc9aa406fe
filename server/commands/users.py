"""`kuis users` and `kuis create-admin`: accounts, also while the server runs."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar, get_args

import click

from persistence.models import Role, User
from persistence.repositories import users as accounts
from server.actions.users.create import create_user
from server.actions.users.manage import UserManager
from server.addresses import url_for_phones, url_here
from server.auth.account_cache import AccountCache
from server.auth.one_time_links import HANDED_OVER_FOR, OneTimeLinks
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignIns
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.serve.engines import find_server
from server.settings import Settings

ROLES = click.Choice(get_args(Role))
LINK_HOURS = HANDED_OVER_FOR // timedelta(hours=1)

T = TypeVar("T")


def account_manager(settings: Settings, connections: Connections) -> UserManager:
    sessions, redis = connections.session_factory, connections.redis
    sign_ins = SignIns(redis, settings.secret_key, AccountCache(redis, sessions))
    links = OneTimeLinks(settings.secret_key)
    return UserManager(sessions, sign_ins, Passwords(), links)


def _manage(settings: Settings, act: Callable[[UserManager], Awaitable[T]]) -> T:
    return run_on_engines(
        settings, lambda settings, connections: act(account_manager(settings, connections))
    )


@click.group("users")
def users() -> None:
    """List, create and change accounts. What is changed is in force at once."""


@users.command("list")
@click.option("--role", type=ROLES, help="Only accounts with this role.")
@click.pass_obj
def list_users(settings: Settings, role: Role | None) -> None:
    """List accounts, with the day of their last sign-in."""

    async def show(_: Settings, connections: Connections) -> None:
        click.echo(_row("address", "role", "state", "signed in", "name"))
        async with connections.session_factory() as db:
            async for user in accounts.iterate(db, role):
                click.echo(_line(user))

    run_on_engines(settings, show)


def _line(user: User) -> str:
    state = "active" if user.is_active else "closed"
    email = user.email or "(Telegram)"
    return _row(email, user.role, state, _day(user.last_login_at), user.full_name)


def _row(email: str, role: str, state: str, signed_in: str, full_name: str) -> str:
    return f"{email:<40} {role:<11} {state:<6} {signed_in:<10}  {full_name}"


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else moment.date().isoformat()


@users.command("create")
@click.option("--email", prompt=True)
@click.option("--name", "full_name", prompt="Full name")
@click.option("--role", type=ROLES, default="student", show_default=True)
@click.option("--password", help="Else a one-time link is shown with which they set their own.")
@click.pass_obj
def add_user(
    settings: Settings, email: str, full_name: str, role: Role, password: str | None
) -> None:
    """Make an account."""

    async def create(settings: Settings, connections: Connections) -> str | None:
        nobodys = secrets.token_urlsafe()
        given = password or nobodys
        await create_user(connections.session_factory, email, given, full_name, role)
        if password:
            return None
        return await account_manager(settings, connections).make_password_link(email)

    token = run_on_engines(settings, create, may_begin=True)
    click.echo(f"{email} has an account now, with the role {role}.")
    if token is not None:
        _show_link(settings, email, token)


@users.command("set-role")
@click.argument("email")
@click.argument("role", type=ROLES)
@click.pass_obj
def set_role(settings: Settings, email: str, role: Role) -> None:
    """Give an account another role."""
    changed = _manage(settings, lambda manager: manager.set_role(email, role))
    click.echo(f"{email} has the role {role} {'now' if changed else 'already'}.")


@users.command("deactivate")
@click.argument("email")
@click.pass_obj
def deactivate(settings: Settings, email: str) -> None:
    """Close an account: it is signed out everywhere and cannot sign in."""
    _set_active(settings, email, is_active=False)


@users.command("activate")
@click.argument("email")
@click.pass_obj
def activate(settings: Settings, email: str) -> None:
    """Open a closed account again."""
    _set_active(settings, email, is_active=True)


def _set_active(settings: Settings, email: str, *, is_active: bool) -> None:
    changed = _manage(settings, lambda manager: manager.set_active(email, is_active=is_active))
    state = "active" if is_active else "closed"
    click.echo(f"{email} is {state} {'now' if changed else 'already'}.")


@users.command("reset-password-link")
@click.argument("email")
@click.pass_obj
def make_link(settings: Settings, email: str) -> None:
    """Show a one-time link with which the account's password can be set."""
    token = _manage(settings, lambda manager: manager.make_password_link(email))
    _show_link(settings, email, token)


def _show_link(settings: Settings, email: str, token: str) -> None:
    settings = find_server(settings)
    site = url_for_phones(settings) or url_here(settings)
    click.echo(f"Give this link to {email}. It works once, for {LINK_HOURS} hours:")
    click.echo(f"  {site}/reset-password#{token}")


@click.command()
@click.option("--email", prompt=True)
@click.option("--name", "full_name", prompt="Full name")
@click.password_option()
@click.pass_obj
def create_admin(settings: Settings, email: str, full_name: str, password: str) -> None:
    """Make an account that may do everything."""

    async def create(_: Settings, connections: Connections) -> None:
        sessions = connections.session_factory
        await create_user(sessions, email, password, full_name, "super_admin")

    run_on_engines(settings, create, may_begin=True)
    click.echo(f"{email} is an administrator now.")
