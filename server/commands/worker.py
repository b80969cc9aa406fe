"""`kuis worker`: one worker process."""

import asyncio

import click

from server.serve import worker as worker_process
from server.serve.children import follow_supervisor
from server.settings import Settings


@click.command()
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when standard input ends.")
@click.pass_obj
def worker(settings: Settings, *, lifeline: bool) -> None:
    """Run one worker process: it records what happens in the rooms, and runs jobs."""
    ready = follow_supervisor() if lifeline else lambda: None
    asyncio.run(worker_process.run_until_signal(settings.require_engines(), ready))
