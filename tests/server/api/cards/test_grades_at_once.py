"""Grades that come at once, with each other or with another change of their cards."""

import asyncio
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, func, select

from game.rules.cards import RATINGS, replay
from persistence.database import SessionFactory
from persistence.models import Card, CardReview
from persistence.repositories import user_preferences
from persistence.repositories.cards import learners, logs, statistics
from tests.persistence.locks import until_it_waits
from tests.persistence.reviewed_cards import schedule_of
from tests.server.api.cards.conftest import (
    AddNotes,
    AddQuestion,
    Learner,
    without_intervals,
)
from tests.server.api.conftest import Person, problem


async def require_consistent(session_factory: SessionFactory, learner: Learner) -> None:
    """The log rebuilds each card, and the days have counted the log."""
    async with session_factory() as db:
        known = await learners.get(db, learner.id)
        stored = {card.id: schedule_of(card) for card in await db.scalars(select(Card))}
        for card_id, entries in (await logs.entries(db, stored)).items():
            assert replay(entries, card_id, known.scheduler, known.zone) == stored[card_id]
        graded = select(func.count(CardReview.id), func.sum(CardReview.took_ms))
        rows, took_ms = (await db.execute(graded.where(CardReview.rating.is_not(None)))).one()
        totals = await statistics.totals(db, learner.id)
    assert totals.again + totals.hard + totals.good + totals.easy == rows
    assert totals.took_ms == (took_ms or 0)


async def test_fifty_identical_grades_at_once_are_one(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    # So that as many connections to PostgreSQL are there already.
    await asyncio.gather(*(learner.client.get(f"/api/cards/{card['id']}") for _ in range(50)))
    key = str(uuid4())
    answers = await asyncio.gather(*(learner.grade(card, "good", key=key) for _ in range(50)))
    assert {each["card"]["version"] for each in answers} == {2}
    assert {each["done"]["new"] for each in answers} == {1}
    later = await learner.grade(card, "easy", key=key, version=7)  # after a lost answer
    assert without_intervals(later["card"]) == without_intervals(answers[0]["card"])
    async with session_factory() as db:
        assert await db.scalar(select(func.count(CardReview.id))) == 1


async def test_a_crammed_grade_that_is_sent_again_at_once_is_one(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    """Its card has the same version afterwards, so only the key tells."""
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    same = {"key": str(uuid4()), "is_cram": True, "took_ms": 700}
    answers = await asyncio.gather(*(learner.grade(card, "good", **same) for _ in range(10)))
    assert {each["done"]["took_ms"] for each in answers} == {700}
    assert (await learner.grade(card, "good", **same))["done"]["took_ms"] == 700
    await require_consistent(session_factory, learner)


async def test_a_key_for_several_cards_at_once_grades_one(
    learner: Learner, add_notes: AddNotes
) -> None:
    await add_notes(learner.id, 8)
    shown, key = (await learner.queue())["cards"], str(uuid4())
    answers = await asyncio.gather(*(learner.try_grade(each, "good", key=key) for each in shown))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    assert {problem(each) for each in answers if each.is_error} == {(409, "key_used")}


async def test_both_sides_of_notes_are_graded_at_once_beside_changes_of_all(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    """Each grade hides the other side, and a batch changes both: nobody waits in a circle."""
    ids = await add_notes(learner.id, 6, is_reversed=True)
    many = {"cards": [str(card_id) for card_id in ids], "flag": 1}
    requests = [learner.client.post("/api/cards/batch", json=many) for _ in range(3)]
    for card_id in ids:
        for version in (1, 2):  # before a batch or after one
            card = {"id": str(card_id), "version": version}
            requests.append(learner.try_grade(card, "good", took_ms=1))
    answers = await asyncio.gather(*requests)
    assert {each.status_code for each in answers} <= {200, 409}
    assert {problem(each) for each in answers if each.is_error} <= {(409, "card_changed")}
    await require_consistent(session_factory, learner)


@pytest.mark.parametrize("seed", range(2))
async def test_grades_beside_undo_and_a_chosen_day(
    learner: Learner,
    add_notes: AddNotes,
    session_factory: SessionFactory,
    seed: int,
) -> None:
    random = Random(seed)
    [card_id] = await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    card = (await learner.grade(card, "easy"))["card"]
    today = (await learner.queue(limit=0))["day"]
    path = f"/api/cards/{card_id}"
    for _ in range(6):
        requests = [
            learner.try_grade(card, random.choice(RATINGS), took_ms=1),
            learner.try_grade(card, random.choice(RATINGS), took_ms=1),
            learner.undo(),
            learner.client.patch(path, json={"version": card["version"], "due_on": today}),
        ]
        random.shuffle(requests)
        answers = await asyncio.gather(*requests)
        assert {each.status_code for each in answers} <= {200, 404, 409}
        await require_consistent(session_factory, learner)
        card = (await learner.client.get(path)).json()


async def test_a_grade_that_waited_for_a_rebuild_follows_it(
    learner: Learner, student: Person, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    """Who has switched to another scheduler is never left with a card of the old one."""
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    card = (await learner.grade(card, "easy"))["card"]
    async with session_factory.begin() as db:
        await user_preferences.save(db, student.signed_in, {"scheduler": "sm2"})
        locked = await db.get_one(Card, UUID(card["id"]), with_for_update=True)
        grading = asyncio.create_task(learner.grade(card, "good"))
        await until_it_waits(db)
        del locked
    graded = (await grading)["card"]
    async with session_factory() as db:
        stored = await db.get_one(Card, UUID(card["id"]))
        assert (stored.algorithm, stored.interval_days) == ("sm2-1", graded["interval_days"])
    await require_consistent(session_factory, learner)


async def test_a_grade_takes_four_statements(
    learner: Learner, add_notes: AddNotes, add_question: AddQuestion
) -> None:
    """The card, its learner, all changes, and how the day stands then."""
    statements: list[str] = []

    def note(*given: Any) -> None:  # noqa: ANN401  # SQLAlchemy's
        statements.append(given[2])

    await add_notes(learner.id, 1, is_reversed=True)
    question = await add_question(learner.id)
    cards = {card["id"]: card for card in (await learner.queue())["cards"]}
    asked = cards.pop(str(question))
    [side] = cards.values()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        await learner.grade(asked, "again", response="b")
        await learner.grade(side, "good")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == 8, statements
