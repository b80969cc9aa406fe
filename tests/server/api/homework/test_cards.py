"""Cards from homework: made when its feedback shows the keys, and not before."""

from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import Card, ReviewQuestion
from server.jobs.all import JOBS
from server.jobs.missed_questions import MakeCards
from tests.server.api.conftest import Person, SignUp
from tests.server.api.homework.conftest import Worker, end, give, shown
from tests.server.api.quiz_samples import ALL_KINDS
from tests.server.jobs.running import resources_on, running, until_done


class Cards:
    def __init__(
        self, database: AsyncEngine, redis: Redis, session_factory: SessionFactory
    ) -> None:
        self._database, self._redis, self._session_factory = database, redis, session_factory

    async def stems(self) -> list[str]:
        """What the cards ask, once everything that waits for a worker is done."""
        async with running(self._database, resources_on(self._session_factory, self._redis), JOBS):
            await until_done(self._database)
        query = select(ReviewQuestion.content["stem"].astext).join(
            Card, Card.review_question_id == ReviewQuestion.id
        )
        async with self._session_factory() as db:
            return [*await db.scalars(query.order_by(Card.position))]

    async def make(self, session: str) -> None:
        """As the job would if it ran too early."""
        await MakeCards(UUID(session)).run(resources_on(self._session_factory, self._redis), 1)


@pytest.fixture
def cards(database: AsyncEngine, redis: Redis, session_factory: SessionFactory) -> Cards:
    return Cards(database, redis, session_factory)


@pytest.mark.parametrize("feedback", ["at_end", "after_deadline"])
async def test_what_was_missed_becomes_cards_when_the_keys_may_be_seen(
    teacher: Person, student: Person, cards: Cards, feedback: str
) -> None:
    """One question wrong, one left out; the attempt is handed in before the last ones."""
    given = await give(teacher, feedback=feedback, attempts=2)
    ani = Worker(student.client, given["code"])
    await ani.start()
    for question in range(5):
        if question == 2:
            await ani.answer(shown(ani.attempt["question"], ["Laos"]))
        elif question != 3:
            await ani.answer_right()
        await ani.go_on()
    assert await cards.stems() == [], "the attempt is not finished"
    await cards.make(given["id"])
    assert await cards.stems() == []
    await ani.finish()
    await cards.make(given["id"])
    missed = ["Which are islands?", "Who wrote Bumi Manusia?"]
    assert await cards.stems() == (missed if feedback == "at_end" else [])
    await ani.start()
    await ani.answer_all()
    assert await cards.stems() == (missed if feedback == "at_end" else [])
    await end(teacher, given)
    assert await cards.stems() == missed


async def test_a_shuffled_attempt_tells_what_was_left_out_only_at_its_end(
    teacher: Person, student: Person, sign_up: SignUp, cards: Cards
) -> None:
    given = await give(teacher, ALL_KINDS[:3], shuffle_questions=True)
    ani, budi = (Worker(each.client, given["code"]) for each in (student, await sign_up("student")))
    await ani.start()
    await ani.go_on()
    await ani.finish()
    assert await cards.stems() == []
    await budi.start()
    await budi.answer_all(right=1)
    assert len(await cards.stems()) == 2
