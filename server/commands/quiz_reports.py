"""`kuis reports`: reports of published quizzes, also while the server runs."""

from uuid import UUID

import click

from game.errors import NotFound
from persistence.repositories import quiz_reports
from persistence.repositories.quiz_reports import ListedReport
from persistence.repositories.viewers import OPERATOR
from server.actions.publications import allow, take_back
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.settings import Settings


@click.group("reports", invoke_without_command=True)
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.pass_context
def reports(context: click.Context, last: int) -> None:
    """List the reports of published quizzes that nobody has decided, the newest first."""
    if context.invoked_subcommand is not None:
        return

    async def show(_: Settings, connections: Connections) -> None:
        async with connections.session_factory() as db:
            page = await quiz_reports.page(db, OPERATOR, 1, last)
        for report in page.items:
            click.echo(_line(report))

    run_on_engines(context.obj, show)


@reports.command("dismiss")
@click.argument("report", type=click.UUID)
@click.pass_obj
def dismiss(settings: Settings, report: UUID) -> None:
    """Close a report and leave the quiz in the library."""

    async def close(_: Settings, connections: Connections) -> None:
        async with connections.session_factory.begin() as db:
            if not await quiz_reports.dismiss(db, OPERATOR, report):
                raise NotFound("no_such_report", "There is no such open report.")

    run_on_engines(settings, close)


@reports.command("unpublish")
@click.argument("quiz", type=click.UUID)
@click.pass_obj
def unpublish(settings: Settings, quiz: UUID) -> None:
    """Take a quiz out of the library until it is allowed again, which closes its reports."""

    async def remove(_: Settings, connections: Connections) -> None:
        async with connections.session_factory.begin() as db:
            await take_back(db, OPERATOR, quiz)

    run_on_engines(settings, remove)


@reports.command("allow")
@click.argument("quiz", type=click.UUID)
@click.pass_obj
def allow_again(settings: Settings, quiz: UUID) -> None:
    """Let the author of a quiz that was taken out publish it again."""

    async def permit(_: Settings, connections: Connections) -> None:
        async with connections.session_factory.begin() as db:
            await allow(db, OPERATOR, quiz)

    run_on_engines(settings, permit)


def _line(report: ListedReport) -> str:
    at = report.created_at.isoformat(sep=" ", timespec="seconds")
    said = f" {report.comment!r}" if report.comment else ""
    return (
        f"{at} {report.id} {report.reason} quiz={report.quiz_id} {report.title!r}"
        f" author={report.author!r} by={report.reporter_email or report.reporter}{said}"
    )
