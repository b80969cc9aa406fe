"""`kuis import` and `kuis export`: questions as files, also while the server runs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from game.rules.questions import QuestionDraft
from game.rules.quizzes import TITLE_MAX
from persistence.repositories import questions, quizzes, users
from persistence.repositories.viewers import OPERATOR
from server.actions.question_files import make_quizzes
from server.actions.users.manage import require_user
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.errors import CommandError
from server.formats.all import FORMATS, NOT_CARRIED, READERS, losses, read
from server.formats.items import Fate, ImportedItem
from server.settings import Settings

READABLE = click.Choice(list(READERS))
WRITABLE = click.Choice(list(FORMATS))
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--teacher", "email", required=True, help="The e-mail address of the account.")
@click.option("--title", help="Of the quiz. Else the name of the file.")
@click.option("--format", "name", type=READABLE, help="Else it is found by the content.")
@click.option("--dry-run", is_flag=True, help="Only show what would be taken.")
@click.pass_obj
def import_questions(  # noqa: PLR0913  # the options
    settings: Settings,
    file: Path,
    email: str,
    title: str | None,
    name: str | None,
    *,
    dry_run: bool,
) -> None:
    """Make a quiz of the questions in a file. More than 500 become several quizzes."""
    title = (file.stem if title is None else title).strip()
    if not 1 <= len(title) <= TITLE_MAX:
        raise click.UsageError(f"A title has 1 to {TITLE_MAX} characters.")
    count = _preview(read(file, name))
    if dry_run:
        return
    if not count:
        raise CommandError("There is no question to import.")

    async def run(_: Settings, connections: Connections) -> None:
        async with connections.session_factory() as db:
            teacher = require_user(await users.by_email(db, email), email)
        if teacher.role == "student" or not teacher.is_active:
            raise CommandError(f"{email} is not the account of an active teacher.")
        drafts = _taken(read(file, name))
        await make_quizzes(
            connections.session_factory,
            teacher.id,
            title,
            drafts,
            count=count,
            progress=_show_quiz,
        )

    run_on_engines(settings, run)


@click.command("export")
@click.argument("quiz", type=click.UUID, metavar="QUIZ")
@click.option("--format", "name", type=WRITABLE, required=True)
@click.option("--output", type=NEW_FILE, help="The file to write. Else the questions are shown.")
@click.pass_obj
def export_questions(settings: Settings, quiz: UUID, name: str, output: Path | None) -> None:
    """Write the questions of the quiz with this id to a file, after saying what is lost."""

    async def drafts(_: Settings, connections: Connections) -> list[QuestionDraft]:
        async with connections.session_factory() as db:
            found = await quizzes.get(db, OPERATOR, quiz)
            return [questions.draft(question) for question in found.questions]

    found = run_on_engines(settings, drafts)
    carried = list(_carried(name, found))
    if not carried:
        raise CommandError(f"{FORMATS[name].title} can carry none of these questions.")
    written = FORMATS[name].write(carried)
    if output is None:
        click.echo(b"".join(written), nl=False)
        return
    with output.open("wb") as file:
        file.writelines(written)
    click.echo(f"{len(carried)} of {len(found)} questions are in {output}.", err=True)


def _preview(items: Iterator[ImportedItem]) -> int:
    """Show what is not taken as it is; return how many questions are taken."""
    fates = Counter[Fate]()
    for item in items:
        if item.problems and not fates[Fate.REFUSED] + fates[Fate.TAKEN_WITH_LOSS]:
            click.echo(_row("place", "fate", "why"))
        fates[item.fate] += 1
        place = f"{item.place.kind} {item.place.number}"
        for problem in item.problems:
            where = ", ".join(filter(None, (problem.cell and f"cell {problem.cell}", problem.path)))
            where = f"{where}: " if where else ""
            click.echo(_row(place, item.fate.value, f"{where}{problem.message} ({problem.code})"))
    count = fates[Fate.TAKEN] + fates[Fate.TAKEN_WITH_LOSS]
    refused, lossy = fates[Fate.REFUSED], fates[Fate.TAKEN_WITH_LOSS]
    click.echo(f"{count} taken, {lossy} of them with a loss; {refused} refused.")
    return count


def _row(place: str, fate: str, why: str) -> str:
    return f"{place:<12} {fate:<15} {why}"


def _taken(items: Iterator[ImportedItem]) -> Iterator[QuestionDraft]:
    kept = (item.draft for item in items if item.fate is not Fate.REFUSED)
    return (draft for draft in kept if draft is not None)


def _show_quiz(title: str, count: int) -> None:
    click.echo(f"{title}: {count} questions")


def _carried(name: str, drafts: list[QuestionDraft]) -> Iterator[QuestionDraft]:
    """The questions that the format can carry, after saying what they lose."""
    for number, draft in enumerate(drafts, 1):
        lost = losses(name, draft)
        if lost == [NOT_CARRIED]:
            click.echo(f"Question {number} is left out.", err=True)
            continue
        if lost:
            click.echo(f"Question {number} loses: {', '.join(lost)}.", err=True)
        yield draft
