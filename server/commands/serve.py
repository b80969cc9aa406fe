"""`kuis serve`: everything that a server needs, supervised."""

import asyncio
import secrets
import sys
from functools import partial

import click

from server.commands.users import account_manager
from server.commands.web import with_options
from server.connections import Connections, connect
from server.demo.seed import DemoAccounts
from server.demo.setup import demo_password, retire_published_password, seed_or_find
from server.serve import supervisor
from server.serve.announcement import announcement, demo_lines
from server.settings import Settings


@click.command()
@click.option("--host", help="Where to listen; HOST, else everywhere.")
@click.option("--port", type=click.IntRange(0, 65535), help="PORT, else 8000; 0 for any free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; WORKERS, else 1.")
@click.option("--demo", is_flag=True, help="Demo accounts also on a public or outside database.")
@click.pass_obj
def serve(settings: Settings, /, *, demo: bool, **options: str | int | None) -> None:
    """Run everything: engines, migrations, web processes and a worker."""
    settings = with_options(settings, options)
    announce = partial(_announce, demo=demo or is_private(settings))
    asyncio.run(supervisor.serve(settings, announce))


def is_private(settings: Settings) -> bool:
    """Whether this looks like somebody trying Kuis out on a machine of their own."""
    return not (settings.public_url or settings.database_url)


async def _announce(settings: Settings, *, demo: bool) -> None:
    async with connect(settings) as connections:
        report = await _prepare_demo(settings, connections, demo=demo)
    click.echo(announcement(settings, draws=sys.stdout.isatty()))
    if report is not None:
        click.echo("\n".join(demo_lines(report)))


async def _prepare_demo(
    settings: Settings, connections: Connections, *, demo: bool
) -> DemoAccounts | None:
    sessions = connections.session_factory
    password = demo_password(settings.data_dir) if demo else secrets.token_urlsafe()
    await retire_published_password(sessions, account_manager(settings, connections), password)
    return await seed_or_find(sessions, password) if demo else None
