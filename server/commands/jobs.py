"""`kuis jobs`: the queue on the command line, also while the server runs."""

from typing import get_args

import click

from persistence.repositories import jobs as queue
from persistence.repositories.jobs import JobRow, State
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.settings import Settings


@click.group("jobs")
def jobs() -> None:
    """List jobs that are not done, and retry those that failed for good."""


@jobs.command("list")
@click.option("--state", type=click.Choice(get_args(State)), help="Only jobs in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.pass_obj
def list_jobs(settings: Settings, state: State | None, limit: int) -> None:
    """List jobs, the oldest first, with the reason why the last try failed."""

    async def show(_: Settings, connections: Connections) -> None:
        async with connections.session_factory() as db:
            rows = await queue.every(db, state, limit)
            totals = await queue.statistics(db)
        for row in rows:
            click.echo(_line(row))
        click.echo(f"{totals.waiting} waiting, {totals.running} running, {totals.dead} dead.")

    run_on_engines(settings, show)


@jobs.command("retry")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All dead jobs.")
@click.pass_obj
def retry_jobs(settings: Settings, ids: tuple[int, ...], *, every: bool) -> None:
    """Let dead jobs be tried again."""
    if every == bool(ids):
        raise click.UsageError("Give the ids of jobs, or --all.")

    async def retry(_: Settings, connections: Connections) -> int:
        async with connections.session_factory.begin() as db:
            return await queue.retry(db, None if every else ids)

    click.echo(f"{_count(run_on_engines(settings, retry))} will be tried again.")


@jobs.command("remove")
@click.argument("ids", nargs=-1, type=int, required=True, metavar="ID...")
@click.pass_obj
def remove_jobs(settings: Settings, ids: tuple[int, ...]) -> None:
    """Remove dead jobs that need not be done any more."""

    async def remove(_: Settings, connections: Connections) -> int:
        async with connections.session_factory.begin() as db:
            return await queue.remove(db, ids)

    click.echo(f"{_count(run_on_engines(settings, remove))} removed.")


def _count(jobs: int) -> str:
    return "1 dead job" if jobs == 1 else f"{jobs} dead jobs"


def _line(row: JobRow) -> str:
    at = row.created_at.isoformat(sep=" ", timespec="seconds")
    due = f" next try {row.due_at.isoformat(sep=' ', timespec='seconds')}"
    reason = f": {' '.join(row.reason.split())}" if row.reason else ""
    tries = f"retries={row.retries}" + (due if row.state == "waiting" else "")
    return f"{row.id} {row.state} {row.name} {at} {tries}{reason}"
