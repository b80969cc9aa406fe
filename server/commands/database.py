"""`kuis migrate` and `kuis seed`: the schema, and the demo in it."""

import click

from persistence import schema
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.demo import seed as demo_content
from server.demo.seed import DemoAccounts
from server.demo.setup import demo_password
from server.serve.announcement import demo_lines
from server.serve.engines import reach_engines
from server.settings import Settings


@click.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database's schema up to date."""
    with reach_engines(settings) as complete:
        schema.upgrade(complete.database_url)


@click.command()
@click.pass_obj
def seed(settings: Settings) -> None:
    """Add the demo accounts and quizzes to a database without any account."""

    async def add(settings: Settings, connections: Connections) -> DemoAccounts | None:
        return await demo_content.seed(
            connections.session_factory, demo_password(settings.data_dir)
        )

    demo = run_on_engines(settings, add, may_begin=True)
    if demo is None:
        raise click.ClickException("There are accounts already: nothing was added.")
    click.echo("\n".join(demo_lines(demo)))
