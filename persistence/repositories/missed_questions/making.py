"""Makes cards from what learners missed in games and homework, thousands of them at a time.

Students get them who took part with their account and have not switched it off. The first miss of a
question makes a card; a wrong answer after that is a lapse of the card, whoever made it. What was
corrected counts as it does now: cards that are not deserved any more go, if they are still new.

All of it follows from what is recorded, so it may be done again at any time. A lapse has a key that
is made of its answer, by which it is found in the log.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.missed_questions import AskedQuestion, asked
from game.rules.questions import Question
from game.rules.quizzes import QUESTIONS_MAX
from persistence.models import Mode, Quiz, QuizSession
from persistence.repositories import quiz_sessions, review_questions, session_corrections
from persistence.repositories.missed_questions import lapses
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from persistence.repositories.missed_questions.statements import (
    CARDS,
    ELSEWHERE,
    LOCK,
    SEATS,
    UNDESERVED,
)


class Played(Struct, frozen=True):
    """A session whose keys may be seen, as the statements take it; `of` counts its questions.

    New cards of it have places from `position` on. `was_corrected` is also true of corrections that
    were taken back.
    """

    session: UUID
    owner: UUID
    mode: Mode
    of: int
    shuffled: bool
    asked: str
    position: int
    was_corrected: bool


async def read(session: AsyncSession, session_id: UUID) -> Played | None:
    """The questions of a session, whose copies are stored; None while nobody may see the keys."""
    query = select(QuizSession, Quiz.teacher_id).join(Quiz, Quiz.id == QuizSession.quiz_id)
    row = (await session.execute(query.where(QuizSession.id == session_id))).one_or_none()
    if row is None or not _shows_keys(row[0]):
        return None
    found, owner_id = row
    questions = quiz_sessions.frozen_questions(found)[: found.revealed_questions]
    limits_ms = _limits_ms(found, questions)
    in_force = await session_corrections.in_force(session, session_id)
    missable = asked(questions, limits_ms, in_force)
    played_at = found.started_at or found.opens_at or found.created_at
    contents = [each.question for each in missable]
    copies = await review_questions.store(session, owner_id, contents, played_at)
    return Played(
        session=session_id,
        owner=owner_id,
        mode=found.mode,
        of=len(questions),
        shuffled=bool(found.settings.get("shuffle_questions")),
        asked=msgspec.json.encode(
            [
                _row(found, each, limits_ms[each.index], copy)
                for each, copy in zip(missable, copies, strict=True)
            ]
        ).decode(),
        position=-_milliseconds(played_at) * QUESTIONS_MAX,
        was_corrected=await session_corrections.exist(session, session_id),
    )


async def seats(
    session: AsyncSession, session_id: UUID, only: Sequence[UUID] = ()
) -> Sequence[UUID]:
    """The participations of learners who want cards; with `only` those of them."""
    given = {"session": session_id, "only": list(only)}
    return [id_ for (id_,) in await session.execute(SEATS, given)]


async def make(session: AsyncSession, played: Played, some: Sequence[UUID]) -> None:
    """Make the cards of these participations, and the lapses of cards that there are."""
    given = {**msgspec.structs.asdict(played), "seats": list(some)}
    await session.execute(LOCK, {"session": str(played.session)})
    await session.execute(CARDS, given)
    await lapses.add(session, given)


async def take_back(session: AsyncSession, played: Played, some: Sequence[UUID]) -> None:
    """Remove cards that are not deserved any more after a correction, if they are still new.

    This is a transaction of its own: those that lock cards lock all of them in one order.
    """
    if played.was_corrected:
        given = {**msgspec.structs.asdict(played), "seats": list(some)}
        removed = (await session.execute(UNDESERVED, given)).all()
        await _make_elsewhere(session, played, removed)


async def _make_elsewhere(
    session: AsyncSession, played: Played, removed: Sequence[Row[tuple[UUID, UUID]]]
) -> None:
    """Let other sessions make these cards, in which the same learners missed the questions too."""
    if not removed:
        return
    users, questions = zip(*removed, strict=True)
    given = {"users": users, "questions": questions, "session": played.session}
    elsewhere = defaultdict[UUID, list[UUID]](list)
    for session_id, participation_id in await session.execute(ELSEWHERE, given):
        elsewhere[session_id].append(participation_id)
    for session_id, some in elsewhere.items():
        await make_cards_soon(session, [session_id], some)


def _shows_keys(found: QuizSession) -> bool:
    if found.ended_at is not None:
        return True
    return found.mode == "self_paced" and found.settings.get("feedback") != "after_deadline"


def _limits_ms(found: QuizSession, questions: Sequence[Question]) -> list[int | None]:
    """The time limits as the host extended them; a homework has them only if it is timed."""
    if found.mode == "self_paced" and not found.settings.get("timed"):
        return [None] * len(questions)
    return [
        found.limits_ms.get(str(index), each.time_limit * 1000)
        for index, each in enumerate(questions)
    ]


def _row(
    found: QuizSession, each: AskedQuestion, limit_ms: int | None, copy: UUID
) -> dict[str, object]:
    opened_at = found.questions_opened_at.get(str(each.index))
    closed_at = None if opened_at is None else opened_at + (limit_ms or 0)
    return {
        "index": each.index,
        "question": copy,
        "slow_ms": each.slow_ms,
        "opened_at": opened_at,
        "closed_at": closed_at,
    }


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
