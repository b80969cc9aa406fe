"""The command line: `kuis`."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
import uvloop
from asyncpg import PostgresError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from game.errors import Refusal
from persistence import schema
from persistence.embedded import EngineError
from server import bench, logging, settings
from server.actions.users.create import create_user
from server.addresses import url_here
from server.app import create_app
from server.bench import BenchError
from server.bench.terminal import Terminal as BenchTerminal
from server.bots import BotsError, play
from server.bots.terminal import Terminal, summary_lines
from server.cli_audit import audit
from server.cli_jobs import jobs
from server.cli_users import account_manager, run_on_engines, users
from server.connections import Connections, connect
from server.demo.seed import DemoAccounts, seed
from server.demo.setup import demo_password, retire_published_password, seed_or_find
from server.live import asyncapi
from server.serve import listeners, supervisor, web
from server.serve import worker as worker_process
from server.serve.announcement import announcement
from server.serve.children import ChildError, follow_supervisor
from server.serve.engines import find_server, reach_engines
from server.settings import Settings, SettingsError

FORESEEN = (SettingsError, EngineError, ChildError, Refusal, BotsError, BenchError)
NOWHERE = ("postgresql://", "unix://")
ENGINE_ERRORS = (OSError, PostgresError, RedisError, SQLAlchemyError)


class Commands(click.Group):
    """Commands whose foreseeable failures are one line and a status, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click has it
        try:
            return super().invoke(ctx)
        except FORESEEN as error:
            raise click.ClickException(str(error)) from error
        except ENGINE_ERRORS as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise click.ClickException(f"PostgreSQL or Redis does not answer: {reason}") from error


@click.group(cls=Commands)
@click.version_option(package_name="kuis")
@click.pass_context
def main(context: click.Context) -> None:
    """Live quizzes: a teacher opens a room, a class joins by its code."""
    context.obj = settings.read(os.environ)
    logging.configure(context.obj.log_level)


@main.command()
@click.option("--host", help="Where to listen; HOST, else everywhere.")
@click.option("--port", type=click.IntRange(0, 65535), help="PORT, else 8000; 0 for any free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; WORKERS, else 1.")
@click.option("--demo", is_flag=True, help="Demo accounts also on a public or outside database.")
@click.pass_obj
def serve(settings: Settings, /, *, demo: bool, **options: str | int | None) -> None:
    """Run everything: engines, migrations, web processes and a worker."""
    settings = _with(settings, options)
    announce = partial(_announce, demo=demo or is_private(settings))
    asyncio.run(supervisor.serve(settings, announce))


def is_private(settings: Settings) -> bool:
    """Whether this looks like somebody trying Kuis out on a machine of their own."""
    return not (settings.public_url or settings.database_url)


def _with(settings: Settings, options: Mapping[str, str | int | None]) -> Settings:
    """Options that are given win over the environment."""
    given = {name: value for name, value in options.items() if value is not None}
    return msgspec.structs.replace(settings, **given)


async def _announce(settings: Settings, *, demo: bool) -> None:
    async with connect(settings) as connections:
        report = await _prepare_demo(settings, connections, demo=demo)
    click.echo(announcement(settings, draws=sys.stdout.isatty()))
    if report is not None:
        _show(report)


async def _prepare_demo(
    settings: Settings, connections: Connections, *, demo: bool
) -> DemoAccounts | None:
    sessions = connections.session_factory
    password = demo_password(settings.data_dir) if demo else secrets.token_urlsafe()
    await retire_published_password(sessions, account_manager(settings, connections), password)
    return await seed_or_find(sessions, password) if demo else None


def _show(demo: DemoAccounts) -> None:
    click.echo(f"  Demo teacher: {demo.teacher}, password {demo.password}")
    click.echo(f"  Demo student: {demo.student}, the same password")
    for quiz in demo.quizzes:
        click.echo(f"  Demo quiz: {quiz.title}, code {quiz.code} when its room is open")


@main.command("web")
@click.option("--host", help="Where to listen; HOST, else everywhere.")
@click.option("--port", type=click.IntRange(0, 65535), help="PORT, else 8000.")
@click.option("--fd", type=int, hidden=True, help="A listening socket to serve on.")
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when standard input ends.")
@click.pass_obj
def serve_web(
    settings: Settings, /, fd: int | None, *, lifeline: bool, **options: str | int | None
) -> None:
    """Run one web process on engines that run elsewhere."""
    settings = _with(settings, options).require_engines()
    listener = listeners.bind(settings) if fd is None else socket.socket(fileno=fd)
    web.run(settings, listener, follow_supervisor() if lifeline else _unheard)


@main.command("worker")
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when standard input ends.")
@click.pass_obj
def work(settings: Settings, *, lifeline: bool) -> None:
    """Run one worker process: it records what happens in the rooms, and runs jobs."""
    ready = follow_supervisor() if lifeline else _unheard
    asyncio.run(worker_process.run_until_signal(settings.require_engines(), ready))


def _unheard() -> None:
    """Nobody waits for this process to be ready."""


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database's schema up to date."""
    with reach_engines(settings) as complete:
        schema.upgrade(complete.database_url)


@main.command("seed")
@click.pass_obj
def add_demo(settings: Settings) -> None:
    """Add the demo accounts and quizzes to a database without any account."""

    async def add(settings: Settings, connections: Connections) -> DemoAccounts | None:
        return await seed(connections.session_factory, demo_password(settings.data_dir))

    demo = run_on_engines(settings, add)
    if demo is None:
        raise click.ClickException("There are accounts already: nothing was added.")
    _show(demo)


@main.command("create-admin")
@click.option("--email", prompt=True)
@click.option("--name", "full_name", prompt="Full name")
@click.password_option()
@click.pass_obj
def add_admin(settings: Settings, email: str, full_name: str, password: str) -> None:
    """Make an account that may do everything."""

    async def create(_: Settings, connections: Connections) -> None:
        sessions = connections.session_factory
        await create_user(sessions, email, password, full_name, "super_admin")

    run_on_engines(settings, create)
    click.echo(f"{email} is an administrator now.")


main.add_command(users)
main.add_command(audit)
main.add_command(jobs)


@main.command("bots")
@click.argument("code")
@click.option("--players", type=click.IntRange(1, 20_000), default=30, show_default=True)
@click.option("--url", help="The server; else PUBLIC_URL, else this machine's.")
@click.option("--seed", "number", type=int, help="The same number, the same names and choices.")
@click.pass_obj
def play_bots(
    settings: Settings, code: str, players: int, url: str | None, number: int | None
) -> None:
    """Let believable players join the room with CODE and play it to its end."""
    terminal = Terminal(sys.stdout)
    settings = find_server(settings)
    url = url or settings.public_url or url_here(settings)
    game = play(url, code, players, seed=number, report=terminal.show)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            summary = runner.run(game)
    finally:
        terminal.end_line()
    click.echo("\n".join(summary_lines(summary)))


@main.command("bench")
@click.argument("measures", nargs=-1, metavar="[MEASURE]...", type=click.Choice(bench.NAMES))
@click.option("--rounds", type=click.IntRange(1, 200), default=5, show_default=True)
@click.option("--players", type=click.IntRange(20, 10_000), default=10_000, show_default=True)
@click.option("--url", help="A running server; else one is started, with data of its own.")
@click.option("--email", help="A teacher's account there; else one is registered.")
@click.option("--password", envvar="KUIS_BENCH_PASSWORD", help="Or KUIS_BENCH_PASSWORD.")
@click.option(
    "--json", "to", type=click.Path(dir_okay=False, path_type=Path), help="A file for the figures."
)
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def run_bench(  # noqa: PLR0913  # an option each
    *,
    measures: tuple[str, ...],
    rounds: int,
    players: int,
    url: str | None,
    email: str | None,
    password: str | None,
    to: Path | None,
    markdown: bool,
) -> None:
    """Measure how fast live rooms are here, beside a bare server; see docs/sizing.md.

    Without a MEASURE all of them, in some minutes. PLAYERS is the most that a room gets.
    """
    wishes = bench.BenchOptions(
        measures=measures or bench.NAMES,
        rounds=rounds,
        players=players,
        url=url,
        email=email,
        password=password,
    )
    terminal = BenchTerminal(sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left running
    results: dict[str, bench.Result] = {}
    click.echo("\n".join(bench.head(markdown=markdown)))
    try:
        for name, result in bench.measure(wishes, terminal.say):
            results[name] = result
            terminal.end()
            click.echo("\n".join(bench.rows(name, result, markdown=markdown)))
            if to is not None:
                _save(to, bench.encode(results))
    finally:
        terminal.end()


def _save(to: Path, figures: Mapping[str, Any]) -> None:  # Any: JSON
    """Replaces the file as a whole: whoever reads it, or ends us, never finds half of it."""
    draft = to.with_name(f"{to.name}.part")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    draft.replace(to)


@main.command()
@click.pass_obj
def openapi(settings: Settings) -> None:
    """Print the HTTP interface's description, as /schema serves it."""
    # Nothing connects here, but the addresses must be addresses.
    app = create_app(
        msgspec.structs.replace(settings, database_url=NOWHERE[0], redis_url=NOWHERE[1])
    )
    click.echo(msgspec.json.format(msgspec.json.encode(app.openapi_schema.to_schema())))


@main.command("asyncapi")
def print_asyncapi() -> None:
    """Print the room protocol's description."""
    click.echo(msgspec.json.format(msgspec.json.encode(asyncapi.document())))
