"""The jobs that rebuild cards and fit parameters."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from game.rules.cards import Schedule, Scheduler, adopt, needs_replay, replay, review
from persistence.database import SessionFactory
from persistence.models import Card
from persistence.repositories import user_preferences
from persistence.repositories.cards import learners, logs
from server.actions.cards.queue import schedules_of
from server.jobs import cards as jobs
from server.jobs.cards import RebuildCards, rebuild
from server.jobs.job import enqueue
from tests.game.rules.cards.histories import History, Step
from tests.persistence.reviewed_cards import (
    BEGIN,
    UTC_ZONE,
    new_cards,
    review_all,
    schedule_of,
    store,
)
from tests.persistence.samples import Someone, teacher
from tests.server.jobs.running import resources_on, running, until_done

SM2, FSRS = Scheduler("sm2"), Scheduler()


async def all_cards(session_factory: SessionFactory) -> Sequence[Card]:
    async with session_factory() as db:
        return (await db.scalars(select(Card).order_by(Card.id))).all()


async def switch(session_factory: SessionFactory, learner: Someone, algorithm: str) -> None:
    async with session_factory.begin() as db:
        await user_preferences.save(db, learner, {"scheduler": algorithm})


async def reviewed(
    session_factory: SessionFactory, number: int, scheduler: Scheduler = FSRS
) -> tuple[Someone, Sequence[UUID]]:
    async with session_factory.begin() as db:
        learner = await teacher(db)
        card_ids = await new_cards(db, learner.user_id, number)
        await review_all(db, learner.user_id, card_ids[1:], scheduler)
    return learner, card_ids


async def test_a_switch_rebuilds_every_card_from_its_log_and_back(
    database: AsyncEngine,
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "CARDS_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0)  # so that another job goes on
    learner, card_ids = await reviewed(session_factory, 8)
    before = {card.id: schedule_of(card) for card in await all_cards(session_factory)}
    async with session_factory() as db:
        entries = await logs.entries(db, card_ids)
    found = before
    for scheduler in (SM2, FSRS):
        await switch(session_factory, learner, scheduler.algorithm)
        async with running(database, resources_on(session_factory, redis), [RebuildCards]):
            async with session_factory.begin() as db:
                await enqueue(db, RebuildCards(learner.user_id))
            await until_done(database)
        found = {card.id: schedule_of(card) for card in await all_cards(session_factory)}
        assert found == {
            card: replay(entries.get(card, ()), card, scheduler, UTC_ZONE) for card in card_ids
        }
    assert found == before
    assert found[card_ids[0]] == Schedule()  # a new card has nothing to rebuild
    versions = {card.version for card in await all_cards(session_factory)}
    assert versions == {1, 9}  # 6 reviews and 2 switches after the first one


async def test_a_switch_while_cards_are_rebuilt_leaves_none_behind(
    session_factory: SessionFactory, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job that it causes may be done before the other one has stored its cards."""
    learner, card_ids = await reviewed(session_factory, 4)
    await switch(session_factory, learner, "sm2")
    resources = resources_on(session_factory, redis)
    store_cards = logs.store

    async def switched_back(db: AsyncSession, found: Mapping[UUID, Schedule]) -> None:
        monkeypatch.setattr(logs, "store", store_cards)
        await switch(session_factory, learner, "fsrs")
        await RebuildCards(learner.user_id).run(resources, 2)
        await store_cards(db, found)

    monkeypatch.setattr(logs, "store", switched_back)
    await RebuildCards(learner.user_id).run(resources, 1)
    found = await all_cards(session_factory)
    assert {each.algorithm for each in found if each.id in card_ids[1:]} == {FSRS.version}


async def test_long_logs_are_replayed_one_after_the_other(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "ENTRIES_AT_ONCE", 1)
    learner, card_ids = await reviewed(session_factory, 4)
    await switch(session_factory, learner, "sm2")
    after, done = jobs.FIRST, []
    while (last := await rebuild(session_factory, learner.user_id, after)) is not None:
        done.append(last)
        after = last
    assert done == sorted(card_ids[1:])


async def test_what_was_reviewed_meanwhile_is_not_lost(session_factory: SessionFactory) -> None:
    """Killed after a part, the job finds a card that was reviewed with the new scheduler."""
    learner, card_ids = await reviewed(session_factory, 5)
    await switch(session_factory, learner, "sm2")
    card = card_ids[3]
    async with session_factory.begin() as db:
        history = await logs.entries(db, [card])
        rebuilt = replay(history[card], card, SM2, UTC_ZONE)
        now = (await learners.get(db, learner.user_id)).moment(
            (rebuilt.due_at or rebuilt.reviewed_at or history[card][0].reviewed_at)
            + timedelta(days=1)
        )
        after = review(rebuilt, "good", card, now, SM2)
        await logs.store(db, {card: after})
    last = await rebuild(session_factory, learner.user_id, jobs.FIRST)
    assert last == card_ids[-1]
    assert await rebuild(session_factory, learner.user_id, last) is None
    found = {each.id: schedule_of(each) for each in await all_cards(session_factory)}
    assert found[card] == after
    assert not any(needs_replay(each, SM2) for each in found.values())


async def test_logs_are_replayed_beside_the_event_loop(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In web processes rooms go on meanwhile."""
    learner, _ = await reviewed(session_factory, 3)
    await switch(session_factory, learner, "sm2")
    threads = set[threading.Thread]()

    def noted(*given: Any) -> Schedule:  # noqa: ANN401  # as given
        threads.add(threading.current_thread())
        return replay(*given)

    monkeypatch.setattr(logs, "replay", noted)
    async with session_factory() as db:
        cards = (await db.scalars(select(Card))).all()
        found = await schedules_of(db, await learners.get(db, learner.user_id), cards)
    assert not any(needs_replay(each, SM2) for each in found.values())
    assert threads
    assert threading.main_thread() not in threads


async def test_others_cards_stay(session_factory: SessionFactory) -> None:
    learner, _ = await reviewed(session_factory, 2)
    async with session_factory.begin() as db:
        other = await teacher(db, "other@kuis.example")
        theirs = await new_cards(db, other.user_id, 1)
        await review_all(db, other.user_id, theirs, FSRS)
    await switch(session_factory, learner, "sm2")
    await rebuild(session_factory, learner.user_id, jobs.FIRST)
    found = {each.id: each.algorithm for each in await all_cards(session_factory)}
    assert found[theirs[0]] == FSRS.version
    assert sorted(map(str, found.values())) == ["None", FSRS.version, SM2.version]


async def test_a_card_that_came_with_a_schedule_keeps_it(session_factory: SessionFactory) -> None:
    """Without a log it is adopted; with one, the log goes on from what the card came with."""
    came = Schedule(state="review", interval_days=40, due_at=BEGIN, ease_factor=Decimal("2.00"))
    async with session_factory.begin() as db:
        learner = await teacher(db)
        ids = await new_cards(db, learner.user_id, 2)
        await logs.store(db, dict.fromkeys(ids, came))
        steps = [Step("good", timedelta(days=3)), Step("good", timedelta(days=90))]
        history = History(ids[1], BEGIN, UTC_ZONE, FSRS, (), steps, adopt(came, FSRS, UTC_ZONE))
        reviews = history.reviewed()
        await store(db, learner.user_id, ids[1], reviews)
        entries = await logs.entries(db, ids)
        await logs.store(db, {ids[1]: replace(reviews[-1].after, algorithm="another")})
    assert [each.begun_with for each in entries[ids[1]]] == [adopt(came, FSRS, UTC_ZONE), None]
    await rebuild(session_factory, learner.user_id, jobs.FIRST)
    found = {each.id: schedule_of(each) for each in await all_cards(session_factory)}
    assert found == {ids[0]: adopt(came, FSRS, UTC_ZONE), ids[1]: reviews[-1].after}
