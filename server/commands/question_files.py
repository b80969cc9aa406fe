"""`kuis import` and `kuis export`: questions as files, also while the server runs."""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import click

from game.rules.questions import QuestionDraft
from game.rules.quizzes import TITLE_MAX
from persistence.database import SessionFactory
from persistence.repositories import questions, quizzes, users
from persistence.repositories.viewers import OPERATOR
from server.actions.pictures import PictureUploader
from server.actions.question_files import (
    fill_bank,
    make_quizzes,
    pictures_to_pack,
    read_pictures,
    store_picture,
)
from server.actions.users.manage import require_user
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.errors import CommandError
from server.formats.all import FORMATS, NOT_CARRIED, READERS, losses, read, write
from server.formats.items import Fate, ImportedItem
from server.formats.pictures import with_media
from server.formats.spool import Spool
from server.limits import Limits
from server.providers.files import open_files
from server.settings import Settings

READABLE = click.Choice(list(READERS))
WRITABLE = click.Choice(list(FORMATS))
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
SHOWN_EVERY = 10_000
"""Items of a long file after which the command shows how far it is."""


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--teacher", "email", required=True, help="The e-mail address of the account.")
@click.option("--title", help="Of the quiz. Else the name of the file.")
@click.option("--bank", is_flag=True, help="Add the questions to the bank of the account.")
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
    bank: bool,
    dry_run: bool,
) -> None:
    """Make a quiz of the questions in a file, or several: of 500 questions and 1 MiB each."""
    if bank and title is not None:
        raise click.UsageError("The bank has no titles: leave out --title or --bank.")
    title = (file.stem if title is None else title).strip()
    if not 1 <= len(title) <= TITLE_MAX:
        raise click.UsageError(f"A title has 1 to {TITLE_MAX} characters.")
    with closing(Spool()) as spool:
        count = _preview(read(file, name), spool)
        if dry_run:
            return
        if not count:
            raise CommandError("There is no question to import.")

        async def run(settings: Settings, connections: Connections) -> None:
            factory = connections.session_factory
            teacher_id = await _teacher(factory, email)
            stored = dict[str, str | None]()
            if spool.has_pictures:
                files = open_files(settings.files_url, settings.files_directory)
                limits = Limits(connections.redis, settings.limit_scale)
                uploader = PictureUploader(factory, files, limits)
                stored = await _store_pictures(uploader, teacher_id, spool)
            drafts = (with_media(item.draft, stored) for item in spool if item.draft)
            if bank:
                await fill_bank(factory, teacher_id, drafts, progress=_show_bank)
                start = "\r" if sys.stdout.isatty() else ""
                click.echo(f"{start}{count:,} questions are in the bank.")
            else:
                await make_quizzes(factory, teacher_id, title, drafts, progress=_show_quiz)

        run_on_engines(settings, run)


@click.command("export")
@click.argument("quiz", type=click.UUID, metavar="QUIZ")
@click.option("--format", "name", type=WRITABLE, required=True)
@click.option("--output", type=NEW_FILE, help="The file to write. Else the questions are shown.")
@click.pass_obj
def export_questions(settings: Settings, quiz: UUID, name: str, output: Path | None) -> None:
    """Write the questions of the quiz with this id to a file, after saying what is lost."""

    async def drafts(
        settings: Settings, connections: Connections
    ) -> tuple[list[QuestionDraft], dict[str, bytes]]:
        async with connections.session_factory() as db:
            found = await quizzes.get(db, OPERATOR, quiz)
            drafts = [questions.draft(question) for question in found.questions]
            media = await pictures_to_pack(db, drafts) if FORMATS[name].pack else []
        files = open_files(settings.files_url, settings.files_directory)
        return drafts, await read_pictures(files, media)

    found, pictures = run_on_engines(settings, drafts)
    carried = list(_carried(name, found, pictures))
    if not carried:
        raise CommandError(f"{FORMATS[name].title} can carry none of these questions.")
    written = write(name, carried, pictures)
    if output is None:
        click.echo(b"".join(written), nl=False)
        return
    with output.open("wb") as file:
        file.writelines(written)
    click.echo(f"{len(carried)} of {len(found)} questions are in {output}.", err=True)


def _preview(items: Iterator[ImportedItem], spool: Spool) -> int:
    """Show what is not taken as it is, and keep what is taken; return how many that are."""
    fates = Counter[Fate]()
    for number, item in enumerate(items, 1):
        if item.problems and not fates[Fate.REFUSED] + fates[Fate.TAKEN_WITH_LOSS]:
            click.echo(_row("place", "fate", "why"))
        fates[item.fate] += 1
        place = f"{item.place.kind} {item.place.number}"
        for problem in item.problems:
            where = ", ".join(filter(None, (problem.cell and f"cell {problem.cell}", problem.path)))
            where = f"{where}: " if where else ""
            click.echo(_row(place, item.fate.value, f"{where}{problem.message} ({problem.code})"))
        if item.fate is not Fate.REFUSED:
            spool.add(item)
        if number % SHOWN_EVERY == 0:
            click.echo(f"{number:,} read", err=True)
    count = fates[Fate.TAKEN] + fates[Fate.TAKEN_WITH_LOSS]
    refused, lossy = fates[Fate.REFUSED], fates[Fate.TAKEN_WITH_LOSS]
    click.echo(f"{count} taken, {lossy} of them with a loss; {refused} refused.")
    return count


async def _teacher(session_factory: SessionFactory, email: str) -> UUID:
    async with session_factory() as db:
        teacher = require_user(await users.by_email(db, email), email)
    if teacher.role == "student" or not teacher.is_active:
        raise CommandError(f"{email} is not the account of an active teacher.")
    return teacher.id


async def _store_pictures(
    uploader: PictureUploader, owner_id: UUID, items: Iterable[ImportedItem]
) -> dict[str, str | None]:
    """The addresses of all pictures, by those in the drafts; none for those that are left out."""
    stored = dict[str, str | None]()
    for item in items:
        for picture in item.pictures:
            result = await store_picture(uploader, owner_id, picture)
            stored[picture.address] = result.uploaded
            if result.problem:
                place = f"{item.place.kind} {item.place.number}"
                click.echo(f"{place}: a picture is left out: {result.problem.message}", err=True)
    click.echo(f"{len(stored)} pictures")
    return stored


def _row(place: str, fate: str, why: str) -> str:
    return f"{place:<12} {fate:<15} {why}"


def _show_bank(done: int) -> None:
    """Rewrite one line on a terminal; elsewhere write a line now and then."""
    if sys.stdout.isatty():
        click.echo(f"\r{done:,} in the bank", nl=False)
    elif done % SHOWN_EVERY == 0:
        click.echo(f"{done:,} in the bank", err=True)


def _show_quiz(title: str, count: int) -> None:
    click.echo(f"{title}: {count} questions")


def _carried(
    name: str, drafts: list[QuestionDraft], pictures: Collection[str]
) -> Iterator[QuestionDraft]:
    """The questions that the format can carry, after saying what they lose."""
    for number, draft in enumerate(drafts, 1):
        lost = losses(name, draft, pictures)
        if lost == [NOT_CARRIED]:
            click.echo(f"Question {number} is left out.", err=True)
            continue
        if lost:
            click.echo(f"Question {number} loses: {', '.join(lost)}.", err=True)
        yield draft
