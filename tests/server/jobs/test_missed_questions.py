"""Cards follow the end of a game and its corrections."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace
from redis.asyncio import Redis
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import Card, QuestionAttempt, ReviewQuestion
from persistence.repositories.missed_questions import enqueuing
from server.actions.session_corrections import SessionCorrector, Wanted
from server.auth.sign_ins import SignedIn
from server.jobs.job import name_of
from server.jobs.missed_questions import MakeCards
from server.jobs.question_statistics import ComputeQuestionStatistics
from server.jobs.seat_claims import KeepSeatTokens
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.samples import teacher
from tests.persistence.test_missed_questions import all_wrong, cards, learners, missed, seats
from tests.server.jobs.running import resources_on, running, until_done

JOBS: Final = (ComputeQuestionStatistics, KeepSeatTokens, MakeCards)


def test_the_repository_names_the_job() -> None:
    assert name_of(MakeCards) == enqueuing.JOB


async def test_corrections_change_what_is_deserved(
    database: AsyncEngine, redis: Redis, session_factory: SessionFactory, database_url: str
) -> None:
    """A voided question makes no card, unless it was missed elsewhere; another key makes others."""
    game, elsewhere = answered(12, asked(5)), all_wrong(2, 1)
    async with session_factory.begin() as db:
        host = await teacher(db)
        users = await learners(db, 12)
        by_player = seats(game, users)
        session = await insert(db, host, game, by_player)
        other = await insert(db, host, elsewhere, seats(elsewhere, users))
        other.questions = session.questions[:1]
        await db.execute(
            update(QuestionAttempt)
            .where(QuestionAttempt.session_id == other.id)
            .values(question_id=UUID(str(session.questions[0]["source"])))
        )
    twice = {(user, 0) for user in users[:2]}
    async with running(database, resources_on(session_factory, redis), JOBS):
        await until_done(database)
        async with session_factory.begin() as db:
            before = await cards(db, session)
            assert before == missed(game, by_player) | twice
            learned = next(user for user, index in sorted(before) if index == 1)
            question = select(ReviewQuestion.id).where(
                ReviewQuestion.content["stem"].astext == "Question 2?"
            )
            await db.execute(
                update(Card)
                .where(Card.user_id == learned, Card.review_question_id.in_(question))
                .values(state="learning", due_at=func.now(), version=2)
            )
        corrector = SessionCorrector(database_url)
        viewer = SignedIn(host.user_id, "teacher", "Somebody", "0")
        for wanted in (Wanted(0, "void"), Wanted(1, "key", "c")):
            await corrector.correct(viewer, session.id, wanted, address=None)
        await until_done(database)
        corrected = [
            replace(each, question=replace(each.question, key="c")) if index == 1 else each
            for index, each in enumerate(game.revealed)
        ]
        expected = missed(replace(game, revealed=corrected), by_player)
        async with session_factory() as db:
            left = {each for each in expected if each[1] != 0} | twice | {(learned, 1)}
            assert await cards(db, session) == left
            contents = await db.scalars(select(ReviewQuestion.content))
            assert {each["key"] for each in contents if each["stem"] == "Question 2?"} == {"c"}
        for wanted in (Wanted(0, "undo"), Wanted(1, "undo")):
            await corrector.correct(viewer, session.id, wanted, address=None)
        await until_done(database)
        async with session_factory() as db:
            assert await cards(db, session) == before
