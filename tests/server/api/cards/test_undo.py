"""Taking grades back over the API."""

from collections.abc import Awaitable, Callable
from random import Random
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from game.rules.cards import RATINGS, Schedule, learner_zone, needs_replay, replay
from game.rules.cards.fsrs6 import DEFAULTS
from persistence.database import SessionFactory
from persistence.models import Card, FsrsParameters
from persistence.repositories.cards import learners, logs, statistics
from server.jobs import cards as jobs
from tests.persistence.reviewed_cards import schedule_of
from tests.server.api.cards.conftest import AddNotes, Learner, Reschedule, Stored, reviewed
from tests.server.api.conftest import problem

UTC_ZONE = learner_zone(None)


@pytest.mark.parametrize("seed", range(3))
async def test_undo_leaves_all_as_it_was_step_by_step(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule, stored: Stored, seed: int
) -> None:
    random = Random(seed)
    ids = await add_notes(learner.id, 3, is_reversed=True)
    await reschedule(ids[0], **reviewed(days=3, ago=5, lapses=7))
    await reschedule(ids[2], **reviewed(days=30, ago=20))
    queue = await learner.queue()
    states, keys = [await stored()], []
    versions = {card["id"]: card["version"] for card in queue["cards"]}
    for _ in range(8):
        card_id = random.choice(list(versions))
        more = {"is_cram": random.random() < 0.2, "took_ms": random.randrange(9000)}
        card = {"id": card_id, "version": versions[card_id]}
        graded = await learner.grade(card, random.choice(RATINGS), **more)
        versions[card_id] = graded["card"]["version"]
        states.append(await stored())
        keys.append(graded["key"])
    for state, key in zip(reversed(states[:-1]), reversed(keys), strict=True):
        undone = await learner.undo(**random.choice([{}, {"key": key}]))
        assert undone.status_code == 200, undone.text
        assert undone.json()["key"] == key
        assert await stored() == state
    assert problem(await learner.undo()) == (404, "nothing_to_undo")
    assert problem(await learner.undo(key=keys[0])) == (404, "no_such_review")


async def test_only_the_last_review_of_a_card_is_taken_back(
    learner: Learner, add_notes: AddNotes
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    first = await learner.grade(card, "good")
    second = await learner.grade(first["card"], "good")
    assert problem(await learner.undo(key=first["key"])) == (409, "card_changed")
    undone = (await learner.undo(key=second["key"])).json()
    assert undone["card"]["version"] == 4, "a device that has not heard of it is told so"
    assert undone["card"]["due_at"] == first["card"]["due_at"]
    assert (await learner.undo(key=first["key"])).json()["card"]["state"] == "new"


async def test_after_a_switch_of_schedulers_cards_are_asked_as_if_it_had_always_been_so(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule, stored: Stored
) -> None:
    """No worker runs here that would rebuild them before they are read."""
    await add_notes(learner.id, 2)
    first, second = (await learner.queue())["cards"]
    await learner.grade(first, "easy")
    await reschedule(UUID(second["id"]), **reviewed(days=9, ago=10))  # imported without a log
    await learner.client.patch("/api/me/preferences", json={"scheduler": "sm2"})
    before = await stored()
    rebuilt = (await learner.client.get(f"/api/cards/{first['id']}")).json()
    assert rebuilt["interval_days"] == 1
    days = rebuilt["intervals"]["good"]["days"]
    assert 4 <= days <= 8, "6 by SM-2, and spread"
    assert await stored() == before
    imported = (await learner.client.get(f"/api/cards/{second['id']}")).json()
    assert imported["interval_days"] == 9
    graded = await learner.grade(rebuilt, "good")
    assert graded["card"]["interval_days"] == days
    undone = (await learner.undo()).json()["card"]
    same = ("state", "interval_days", "due_at", "reviews", "lapses")
    assert [undone[name] for name in same] == [rebuilt[name] for name in same]
    after = await stored()
    assert all(after[table] == before[table] for table in ("srs_reviews", "srs_days"))


async def to_sm2(learner: Learner, _: SessionFactory) -> None:
    await learner.client.patch("/api/me/preferences", json={"scheduler": "sm2"})


async def to_fitted(learner: Learner, session_factory: SessionFactory) -> None:
    weights = [weight * 1.01 for weight in DEFAULTS]
    async with session_factory.begin() as db:
        db.add(FsrsParameters(user_id=learner.id, status="fitted", weights=weights))


@pytest.mark.parametrize("switch", [to_sm2, to_fitted])
async def test_a_grade_from_before_a_rebuild_is_taken_back(
    learner: Learner,
    add_notes: AddNotes,
    reschedule: Reschedule,
    session_factory: SessionFactory,
    switch: Callable[[Learner, SessionFactory], Awaitable[None]],
) -> None:
    """After each step back, the card is what is left of its log, in the present scheduler."""
    new, came = await add_notes(learner.id, 2)
    await reschedule(came, **reviewed(days=9, ago=10))
    cards = {card["id"]: card for card in (await learner.queue())["cards"]}
    for card_id in (new, came, new, came, new):
        graded = await learner.grade(cards[str(card_id)], "easy")
        cards[str(card_id)] = graded["card"]
    await switch(learner, session_factory)
    assert await jobs.rebuild(session_factory, learner.id, jobs.FIRST)
    stored = dict[UUID, Schedule]()
    for left in reversed(range(5)):
        undone = await learner.undo()
        assert undone.status_code == 200, undone.text
        stored = await replayed(session_factory, learner)
        async with session_factory() as db:
            assert (await statistics.totals(db, learner.id)).easy == left
        shown = undone.json()["card"]
        assert shown["due_at"] == msgspec.to_builtins(stored[UUID(shown["id"])].due_at)
    assert stored[new] == Schedule()
    assert stored[came].interval_days == 9


async def test_a_day_that_was_chosen_before_a_rebuild_is_taken_back(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    [card_id] = await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    await learner.grade(card, "easy")
    for version, due_on in ((2, "2099-01-01"), (4, None)):
        if due_on is None:
            await to_sm2(learner, session_factory)
            assert await jobs.rebuild(session_factory, learner.id, jobs.FIRST)
        body = {"version": version, "due_on": due_on}
        answer = await learner.client.patch(f"/api/cards/{card_id}", json=body)
        assert answer.status_code == 200, answer.text
    assert (await replayed(session_factory, learner))[card_id].interval_days == 1


async def replayed(session_factory: SessionFactory, learner: Learner) -> dict[UUID, Schedule]:
    """The stored cards, each of which is what its log leads to in the present scheduler."""
    async with session_factory() as db:
        scheduler = (await learners.get(db, learner.id)).scheduler
        stored = {card.id: schedule_of(card) for card in await db.scalars(select(Card))}
        entries = await logs.entries(db, stored)
    for card_id, schedule in stored.items():
        assert not needs_replay(schedule, scheduler)
        log = entries.get(card_id, ())
        assert schedule == replay(log, card_id, scheduler, UTC_ZONE, schedule)
    return stored
