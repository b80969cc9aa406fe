"""Cards are held back while their learner is asked the same in a game or a homework."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.questions import MultipleChoice
from persistence.database import SessionFactory
from persistence.models import HomeworkRun, QuizSession, ReviewQuestion, User
from persistence.repositories.cards import held_back
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import (
    Someone,
    add_quiz,
    add_session,
    add_user,
    participation,
    teacher,
)

NOW = datetime.now(UTC)
QUESTION = msgspec.to_builtins(MultipleChoice(stem="?", choices=(), key="a"))


async def add_card(
    db: AsyncSession, learner: User, origin: UUID, question: UUID | None = None
) -> UUID:
    copy = ReviewQuestion(origin_id=origin, question_id=question, content=QUESTION, played_at=NOW)
    db.add(copy)
    await db.flush()
    [card] = await add_cards(db, [NewCard(learner.id, review_question_id=copy.id)], "answer")
    return card


def homework(opened: QuizSession, feedback: str) -> None:
    opened.mode, opened.settings = "self_paced", {"feedback": feedback}
    opened.opens_at, opened.closes_at = NOW, NOW + timedelta(days=1)


async def test_cards_wait_for_what_is_still_secret(session_factory: SessionFactory) -> None:
    """Each session asks a question of its own, and the learner has a card of it."""
    cases = {
        "a room": ("live", None, True),
        "a room that is over": ("live over", None, False),
        "a room of others": ("live others", None, False),
        "the own room": ("live own", None, False),
        "until the deadline": ("after_deadline", "finished", True),
        "after an early end": ("after_deadline over", "finished", False),
        "an open attempt": ("after_question", "open", True),
        "an open attempt, keys at its end": ("at_end", "open", True),
        "a finished attempt": ("at_end", "finished", False),
    }
    async with session_factory() as db:
        teacher_ = await add_user(db, "teacher@kuis.example")
        host, learner = Someone(teacher_.id), await add_user(db, "ani@kuis.example", "student")
        names = {}
        for name, (kind_of, run, _) in cases.items():
            quiz = await add_quiz(db, host, 1)
            opened = await add_session(db, host, quiz)
            names[await add_card(db, learner, quiz.questions[0].id)] = name
            kind, _, but = kind_of.partition(" ")
            if kind != "live":
                homework(opened, kind)
            if but == "over":
                opened.ended_at = NOW
            if but == "own":
                opened.host_id = learner.id
            seat = participation(opened, teacher_ if but == "others" else learner)
            db.add(seat)
            await db.flush()
            if run is not None:
                finished_at = NOW if run == "finished" else None
                row = HomeworkRun(number=1, seed=1, shown_at=NOW, finished_at=finished_at)
                row.session_id, row.participation_id = opened.id, seat.id
                db.add(row)
        await db.flush()
        held = {names[each] for each in await held_back.cards_of(db, learner.id)}
        assert held == {name for name, (_, _, is_held) in cases.items() if is_held}
        assert await held_back.cards_of(db, host.user_id) == ()


async def test_copies_of_what_is_asked_wait_too(session_factory: SessionFactory) -> None:
    async with session_factory() as db:
        host, learner = await teacher(db), await add_user(db, "ani@kuis.example", "student")
        bank, copies = await add_quiz(db, host, 3), await add_quiz(db, host, 3)
        for copy, original in zip(copies.questions, bank.questions, strict=True):
            copy.source_id = original.id
        first, second, third = (each.id for each in copies.questions)
        played = await add_session(db, host, copies)
        db.add(participation(played, learner))
        gone = uuid7()
        mine = {
            "of the original": await add_card(db, learner, bank.questions[0].id),
            "of one that is gone": await add_card(db, learner, gone, second),
            "of the same origin, of another teacher": await add_card(db, learner, gone),
        }
        await add_card(db, learner, uuid7())
        await add_card(db, await add_user(db, "budi@kuis.example", "student"), third)
        await db.flush()
        assert sorted(await held_back.cards_of(db, learner.id)) == sorted(mine.values())
        assert len(await held_back.questions_of(db, learner.id)) == 4
        assert first != second
