"""Parameters of the scheduler that are fitted to a learner's log, and taken back."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from game.rules.cards import Schedule, Scheduler
from game.rules.cards.evaluation import FIT_REVIEWS_MIN, CardLog, predictions
from persistence.database import SessionFactory
from persistence.models import Card, FsrsParameters
from persistence.repositories.cards import parameters
from server.fitting.messages import Fitted, Request
from server.jobs import cards as jobs
from server.jobs.cards import FitParameters, RebuildCards
from tests.game.rules.cards.generated_logs import generated
from tests.persistence.reviewed_cards import schedule_of, store_logs
from tests.server.api.conftest import Person, problem
from tests.server.jobs.running import resources_on, running, until_done

PATH = "/api/cards/parameters"
JOBS = (FitParameters, RebuildCards)
ADOPTED = text("""
    UPDATE srs_reviews SET before = jsonb_set(before, '{state}', '"review"')
     WHERE card_id = :card AND version = 2
""")
"""The first row of the log of a card that came with a schedule."""


async def schedules(session_factory: SessionFactory) -> dict[UUID, Schedule]:
    async with session_factory() as db:
        return {card.id: schedule_of(card) for card in await db.scalars(select(Card))}


async def review_enough(
    session_factory: SessionFactory, learner: Person, cards: int = 110
) -> Sequence[UUID]:
    logs = generated(cards)
    assert predictions(logs) >= FIT_REVIEWS_MIN
    async with session_factory.begin() as db:
        return await store_logs(db, learner.id, logs, Scheduler())


async def shown(learner: Person) -> dict[str, Any]:
    answer: dict[str, Any] = (await learner.client.get(PATH)).json()
    return answer


async def test_parameters_are_fitted_and_taken_back(
    student: Person, database: AsyncEngine, redis: Redis, session_factory: SessionFactory
) -> None:
    await review_enough(session_factory, student)
    before = await schedules(session_factory)
    usual = await shown(student)
    assert (usual["fitted"], usual["last_fit"]) == (None, None)
    assert usual["reviews"] == usual["reviews_needed"] == FIT_REVIEWS_MIN
    assert [each["retention"] for each in usual["workload"]] == [n / 100 for n in range(80, 98)]

    begun = await student.client.post(PATH)
    assert begun.status_code == 202, begun.text
    assert begun.json()["last_fit"]["status"] == "waiting"
    assert problem(await student.client.post(PATH)) == (409, "already_fitting")
    async with running(database, resources_on(session_factory, redis), JOBS):
        await until_done(database)
        found = await shown(student)
        assert found["last_fit"]["status"] == "fitted"
        fitted = found["fitted"]
        assert len(fitted["weights"]) == 21
        assert fitted["log_loss_after"] < fitted["log_loss_before"]
        assert fitted["reviews"] >= FIT_REVIEWS_MIN
        assert found["workload"] != usual["workload"]
        rebuilt = await schedules(session_factory)
        assert {each.parameters_id for each in rebuilt.values()} != {None}
        assert len({each.parameters_id for each in rebuilt.values()}) == 1

        taken_back = await student.client.delete(PATH)
        assert taken_back.status_code == 200
        assert taken_back.json()["fitted"] is None
        await until_done(database)
    assert await schedules(session_factory) == before
    assert problem(await student.client.delete(PATH)) == (404, "no_parameters")


async def test_too_few_reviews_are_refused(
    student: Person, other_teacher: Person, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as db:
        await store_logs(db, student.id, generated(5), Scheduler())
    assert problem(await student.client.post(PATH)) == (409, "too_few_reviews")
    found = await shown(student)
    assert 0 < found["reviews"] == predictions(generated(5)) < FIT_REVIEWS_MIN
    assert found["last_fit"] is None
    assert (await shown(other_teacher))["reviews"] == 0


class Outcome(NamedTuple):
    status: str
    fitted: Fitted | None


@pytest.mark.parametrize(
    "outcome",
    [Outcome("failed", None), Outcome("no_better", Fitted((1.0,) * 21, 0.4, 0.4, (1.0,) * 18))],
)
async def test_what_is_no_better_does_not_apply(
    student: Person,
    session_factory: SessionFactory,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
) -> None:
    async def fit(request: Request) -> Fitted | None:
        del request
        return outcome.fitted

    monkeypatch.setattr("server.actions.cards.parameters.FIT_REVIEWS_MIN", 1)
    monkeypatch.setattr(jobs, "fit", fit)
    async with session_factory.begin() as db:
        await store_logs(db, student.id, generated(3), Scheduler())
    before = await schedules(session_factory)
    await student.client.post(PATH)
    async with session_factory() as db:
        row = await parameters.last(db, student.signed_in)
    assert row is not None
    job = FitParameters(student.id, row.id)
    for _ in range(2):  # a job may run twice
        await job.run(resources_on(session_factory, redis), 1)
    found = await shown(student)
    assert (found["fitted"], found["last_fit"]["status"]) == (None, outcome.status)
    assert await schedules(session_factory) == before
    assert (await student.client.post(PATH)).status_code == 202


async def test_a_fit_that_never_ended_is_given_up(
    student: Person, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.actions.cards.parameters.FIT_REVIEWS_MIN", 0)
    await student.client.post(PATH)
    async with session_factory.begin() as db:
        long_ago = FsrsParameters.created_at - parameters.WAITS_MAX
        await db.execute(update(FsrsParameters).values(created_at=long_ago))
    assert (await student.client.post(PATH)).status_code == 202
    async with session_factory() as db:
        statuses = await db.scalars(select(FsrsParameters.status).order_by(FsrsParameters.id))
        assert statuses.all() == ["failed", "waiting"]


async def test_cards_that_came_with_a_schedule_tell_nothing_of_first_reviews(
    student: Person, session_factory: SessionFactory
) -> None:
    logs = generated(6)
    async with session_factory.begin() as db:
        adopted, *_ = await store_logs(db, student.id, logs, Scheduler())
        await db.execute(ADOPTED, {"card": adopted})
        assert ordered(await parameters.logs(db, student.id)) == ordered(logs[1:])
    assert (await shown(student))["reviews"] == predictions(logs[1:])


def ordered(logs: Sequence[CardLog]) -> list[list[tuple[int, int]]]:
    return sorted([*log.reviews] for log in logs)


async def test_only_the_first_reviews_of_the_last_cards_are_read(
    student: Person, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many a program has sent."""
    logs = sorted(generated(12), key=lambda log: log.begun_on + sum(e for _, e in log.reviews))
    async with session_factory.begin() as db:
        await store_logs(db, student.id, logs, Scheduler())
    async with session_factory() as db:
        every = await parameters.logs(db, student.id)
        assert ordered(every) == ordered(logs)
        monkeypatch.setattr(parameters, "CARDS_MAX", 3)
        monkeypatch.setattr(parameters, "REVIEWS_OF_CARD_MAX", 2)
        some = await parameters.logs(db, student.id)
        assert ordered(some) == [reviews[:2] for reviews in ordered(logs[-3:])]
        monkeypatch.setattr(parameters, "REVIEWS_MAX", 5)
        assert sum(len(each.reviews) for each in await parameters.logs(db, student.id)) == 5
