"""`kuis verify`: audits recorded games, also while the server runs."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules import homework
from game.rules.rescoring import Difference, differences
from persistence.database import SessionFactory
from persistence.repositories import quiz_sessions, recorded_games, session_corrections
from persistence.repositories.homework import records
from persistence.repositories.recorded_games import SessionName
from persistence.repositories.viewers import OPERATOR
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.settings import Settings

SESSIONS_PER_PAGE = 100
HEAD = ("player", "question", "value", "recorded", "computed")


@dataclass(slots=True)
class Totals:
    agree: int = 0
    differ: int = 0
    skipped: int = 0

    @property
    def sessions(self) -> int:
        return self.agree + self.differ + self.skipped


class Audit(NamedTuple):
    """What was `found` in a record, and `after` its corrections."""

    size: str
    corrections: str
    found: Sequence[Difference]
    after: Sequence[Difference]


@click.command("verify")
@click.argument("session", type=click.UUID, required=False)
@click.option("--all", "every", is_flag=True, help="All games, the oldest first.")
@click.pass_obj
def verify(settings: Settings, session: UUID | None, *, every: bool) -> None:
    """Score a recorded game again, and list what does not follow from its answers.

    The status is 1 if there are differences. Running games are skipped.
    """
    if every == (session is not None):
        raise click.UsageError("Give the id of a session, or --all.")

    async def check(_: Settings, connections: Connections) -> Totals:
        totals = Totals()
        if session is None:
            await _check_all(connections.session_factory, totals)
        else:
            async with connections.session_factory() as db:
                game = await quiz_sessions.get(db, OPERATOR, session)
            named = SessionName(game.id, game.title, game.mode)
            await _check(connections.session_factory, named, totals)
        return totals

    totals = run_on_engines(settings, check)
    if every:
        counts = f"{totals.agree} agree, {totals.differ} differ, {totals.skipped} skipped."
        click.echo(f"{totals.sessions} games: {counts}")
    if totals.differ:
        raise SystemExit(1)


async def _check_all(sessions: SessionFactory, totals: Totals) -> None:
    async with sessions() as db:
        of = await recorded_games.count_sessions(db, OPERATOR)
    async for page in _pages(sessions):
        for named in page:
            await _check(sessions, named, totals)
        click.echo(f"{totals.sessions} of {of} games", err=True)


async def _pages(sessions: SessionFactory) -> AsyncIterator[Sequence[SessionName]]:
    """All sessions. No transaction stays open between two pages."""
    after = None
    while True:
        async with sessions() as db:
            page = await recorded_games.sessions_after(db, OPERATOR, after, SESSIONS_PER_PAGE)
        if not page:
            return
        yield page
        after = page[-1].id


async def _check(sessions: SessionFactory, named: SessionName, totals: Totals) -> None:
    name = f"{named.title} ({named.id})"
    try:
        async with sessions() as db:
            if named.mode == "self_paced":
                audit = await _audit_homework(db, named.id)
            else:
                audit = await _audit_game(db, named.id)
    except Conflict as refusal:
        totals.skipped += 1
        click.echo(f"{name}: skipped. {refusal.message}")
        return
    except msgspec.ValidationError as error:
        totals.differ += 1
        click.echo(f"{name}: the record cannot be read: {error}")
        return
    click.echo(f"{name}: {audit.size}: {_differences(len(audit.found))}.")
    _print_table(audit.found)
    # Also without corrections, because then nothing may count instead of the record.
    if audit.corrections or audit.after != audit.found:
        after = _differences(len(audit.after))
        click.echo(f"{name}, corrected: {audit.corrections}{after}.")
        _print_table(audit.after)
    if audit.found or audit.after:
        totals.differ += 1
    else:
        totals.agree += 1


async def _audit_game(db: AsyncSession, session: UUID) -> Audit:
    game = await recorded_games.read(db, OPERATOR, session)
    corrected = await recorded_games.read(db, OPERATOR, session, corrected=True)
    without = "" if game.has_results or not game.participants else ", no places (the room was lost)"
    return Audit(
        f"{len(game.participants)} players, {len(game.revealed)} questions{without}",
        await _corrections(db, session),
        [*differences(game)],
        [*differences(corrected)],
    )


async def _audit_homework(db: AsyncSession, session: UUID) -> Audit:
    work = await records.read(db, OPERATOR, session)
    corrected = await records.read(db, OPERATOR, session, corrected=True)
    return Audit(
        f"{len(work.participants)} students, {len(work.questions)} questions",
        await _corrections(db, session),
        [*homework.differences(work)],
        [*homework.differences(corrected)],
    )


async def _corrections(db: AsyncSession, session: UUID) -> str:
    holds = await session_corrections.in_force(db, session)
    return "".join(
        f"question {index + 1} {'void' if each.voids else 'with another key'}, "
        for index, each in holds.items()
    )


def _print_table(found: Sequence[Difference]) -> None:
    if found:
        click.echo("\n".join(_table(found)))


def _differences(count: int) -> str:
    if not count:
        return "the record follows from the answers"
    return "1 difference" if count == 1 else f"{count} differences"


def _table(found: Sequence[Difference]) -> Iterator[str]:
    rows = [HEAD, *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _row(found: Difference) -> tuple[str, ...]:
    question = "" if found.question is None else str(found.question + 1)
    recorded, computed = (_shown(value) for value in (found.recorded, found.computed))
    return (found.nickname, question, found.value, recorded, computed)


def _shown(value: object) -> str:
    return "-" if value is None else str(value)
