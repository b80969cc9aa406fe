"""A learner's queue, answers, grades and undo over the API."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from sqlalchemy import select

from game.rules.cards import RATINGS, Scheduler, learner_zone, replay
from game.rules.questions import AcceptedAnswers, ShortAnswer
from persistence.database import SessionFactory
from persistence.models import Card
from persistence.repositories.cards import items, logs
from server.limits import CARD_BATCHES_OF_LEARNER, GRADES_OF_LEARNER
from tests.server.api.cards.conftest import (
    AddNotes,
    AddQuestion,
    Learner,
    Reschedule,
    Stored,
    reviewed,
    without_intervals,
)
from tests.server.api.conftest import faults, problem


async def test_a_session_from_the_first_card_to_the_last(
    learner: Learner, add_notes: AddNotes, add_question: AddQuestion
) -> None:
    assert (await learner.queue())["has_cards"] is False
    await add_question(learner.id)
    await add_notes(learner.id, 1, is_reversed=True)
    queue = await learner.queue()
    assert queue["counts"] == {"learning": 0, "review": 0, "new": 3}
    question, note = queue["cards"]  # of siblings only one
    assert question["question"]["stem"] == "Capital of Indonesia?"
    assert "key" not in question["question"]
    assert question["answer"] == {"key": "a", "also": [], "explanation": "Since 1945."}
    assert question["missed_in"] == {"title": None, "answered_at": "2026-06-10T12:00:00Z"}
    assert (note["item_type"], note["note"]["front"]) == ("note", "front 0")
    assert note["deck"]["title"] == "Capitals"

    graded = await learner.grade(question, "again", took_ms=4000, response="b")
    again = graded["card"]
    assert (again["state"], again["version"]) == ("learning", 2)
    assert again["due_at"] == graded["next_learning_at"] == graded["next_due_at"]
    easy = await learner.grade(note, "easy", took_ms=1000)
    assert easy["card"]["interval_days"] == note["intervals"]["easy"]["days"] > 0
    assert easy["card"]["due_at"] == note["intervals"]["easy"]["due_at"]
    assert easy["done"] == {"new": 2, "reviews": 0, "took_ms": 5000}
    assert (easy["streak"], easy["counts"]) == (1, {"learning": 1, "review": 0, "new": 0})
    queue = await learner.queue()  # the step is due within minutes, the sibling is buried
    assert [card["id"] for card in queue["cards"]] == [question["id"]]


async def test_what_the_button_shows_is_what_comes(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule
) -> None:
    """Also when reviews in between change how many cards are due on each day."""
    for card_id in await add_notes(learner.id, 8):
        await reschedule(card_id, **reviewed(days=20, ago=25))
    cards = (await learner.queue())["cards"]
    for number, card in enumerate(cards):
        rating = RATINGS[number % 4]
        after = (await learner.grade(card, rating))["card"]
        promised = card["intervals"][rating]
        if promised["days"]:
            assert (after["interval_days"], after["due_at"]) == (*promised.values(),)
        else:
            assert after["interval_days"] == 0


async def test_of_two_devices_with_the_same_queue_the_second_is_told(
    learner: Learner, add_notes: AddNotes
) -> None:
    await add_notes(learner.id, 2)
    phone = laptop = (await learner.queue())["cards"]
    await learner.grade(phone[0], "good")
    refused = await learner.try_grade(laptop[0], "again")
    assert problem(refused) == (409, "card_changed")
    newer = (await learner.client.get(f"/api/cards/{laptop[0]['id']}")).json()
    assert newer["state"] == "learning"
    await learner.grade(newer, "again")
    await learner.grade(laptop[1], "hard")
    key = str(uuid4())
    await learner.grade(newer, "good", key=key, version=3)
    other = await learner.try_grade(laptop[1], "good", key=key, version=2)
    assert problem(other) == (409, "key_used")


async def test_a_note_stores_no_response(learner: Learner, add_notes: AddNotes) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    for more in ({}, {"is_cram": True}):
        refused = await learner.try_grade(card, "good", response="x" * 100_000, **more)
        assert problem(refused) == (409, "not_a_question")


async def test_grades_of_a_learner_are_limited(
    learner: Learner, add_notes: AddNotes, app: Litestar
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    already = GRADES_OF_LEARNER.times * app.state.local_limits.scale - 1
    for _ in range(already):
        app.state.local_limits.hit(GRADES_OF_LEARNER, str(learner.id))
    await learner.grade(card, "good", is_cram=True)
    refused = await learner.try_grade(card, "good", is_cram=True)
    assert problem(refused) == (429, "rate_limited")
    assert problem(await learner.undo()) == (429, "rate_limited")
    path = f"/api/cards/{card['id']}/answers"
    refused = await learner.client.post(path, json={"response": "a"})
    assert problem(refused) == (429, "rate_limited")
    many = {"cards": [card["id"]], "flag": 1}
    for _ in range(CARD_BATCHES_OF_LEARNER.times * app.state.local_limits.scale):
        app.state.local_limits.hit(CARD_BATCHES_OF_LEARNER, str(learner.id))
    refused = await learner.client.post("/api/cards/batch", json=many)
    assert problem(refused) == (429, "rate_limited")


async def test_a_request_replays_no_more_than_some_long_logs(
    learner: Learner, add_notes: AddNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_notes(learner.id, 3)
    for card in (await learner.queue())["cards"]:
        await learner.grade(card, "again")
    monkeypatch.setattr(logs, "ENTRIES_AT_ONCE", 4)
    assert len((await learner.queue())["cards"]) == 3, "nothing is replayed"
    await learner.client.patch("/api/me/preferences", json={"scheduler": "sm2"})
    queue = await learner.queue()
    assert (len(queue["cards"]), queue["counts"]["learning"]) == (2, 3)
    endless = await learner.try_grade(queue["cards"][0] | {"version": 10_001}, "good")
    assert faults(endless) == {"version": "too_large"}


async def test_cramming_leaves_the_schedule_alone(
    learner: Learner, add_notes: AddNotes, stored: Stored
) -> None:
    await add_notes(learner.id, 3)
    deck = (await learner.queue())["cards"][0]["deck"]["id"]
    cards = (await stored())["srs_cards"]
    page = await learner.queue(deck=deck, cram=True, limit=2)
    rest = await learner.queue(deck=deck, cram=True, after=page["cards"][-1]["id"])
    assert [len(page["cards"]), len(rest["cards"])] == [2, 1]
    graded = await learner.grade(rest["cards"][0], "again", is_cram=True, took_ms=500)
    assert without_intervals(graded["card"]) == without_intervals(rest["cards"][0])
    assert graded["done"] == {"new": 0, "reviews": 0, "took_ms": 500}
    assert (await stored())["srs_cards"] == cards


async def test_a_grade_that_could_not_be_sent_counts_when_it_was_given(
    learner: Learner, add_notes: AddNotes, stored: Stored
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    year_ms = 365 * 24 * 3600 * 1000
    graded = await learner.grade(card, "good", ago_ms=year_ms)
    state = await stored()
    made_at = state["srs_reviews"][0]["reviewed_at"]
    assert datetime.now(UTC) - made_at < timedelta(minutes=1), "no earlier than the card"
    later = await learner.grade(graded["card"], "good", ago_ms=year_ms)
    assert (await stored())["srs_reviews"][1]["reviewed_at"] == made_at, "nor than the last review"
    assert later["card"]["state"] == "review"


async def test_the_limits_of_the_day(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule
) -> None:
    ids = await add_notes(learner.id, 6)
    for card_id in ids[3:]:
        await reschedule(card_id, **reviewed(days=2, ago=5))
    limits = {"new_cards_per_day": 1, "reviews_per_day": 2}
    await learner.client.patch("/api/me/preferences", json=limits)
    queue = await learner.queue()
    assert queue["counts"] == {"learning": 0, "review": 2, "new": 1}
    assert [card["state"] for card in queue["cards"]] == ["review", "review", "new"]
    await learner.grade(queue["cards"][0], "good")
    await learner.grade(queue["cards"][2], "easy")
    queue = await learner.queue()
    assert [card["state"] for card in queue["cards"]] == ["review"]
    assert len((await learner.queue(ahead_days=1))["cards"]) == 2
    assert (await learner.queue(limit=0))["cards"] == []


async def test_what_is_due_soon_comes_only_when_it_is_asked_for(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule
) -> None:
    step, soon, later = await add_notes(learner.id, 3)
    now = datetime.now(UTC)
    learning = {"state": "learning", "step": 1, "stability": 1.0, "difficulty": 5.0}
    await reschedule(step, **learning, due_at=now + timedelta(minutes=30))
    await reschedule(soon, **reviewed(days=5, ago=4))
    await reschedule(later, **reviewed(days=50, ago=4))
    queue = await learner.queue()
    assert queue["cards"] == []
    assert queue["next_learning_at"] == queue["next_due_at"]
    ahead = await learner.queue(ahead_days=2)
    assert [card["id"] for card in ahead["cards"]] == [str(soon)]
    await reschedule(step, due_at=now + timedelta(minutes=10))
    assert [card["id"] for card in (await learner.queue())["cards"]] == [str(step)]


async def test_answers_are_judged_and_not_stored(
    learner: Learner, add_notes: AddNotes, add_question: AddQuestion, stored: Stored
) -> None:
    question = await add_question(learner.id)
    written = ShortAnswer(stem="Longest river?", key=AcceptedAnswers(("Nile",)))
    text_card = await add_question(learner.id, written)
    [note] = await add_notes(learner.id, 1)
    before = await stored()

    async def answer(card_id: object, response: object) -> Any:  # noqa: ANN401  # httpx's
        return await learner.client.post(
            f"/api/cards/{card_id}/answers", json={"response": response}
        )

    right = {"is_correct": True, "share": 1.0, "suggested": "good"}
    wrong = {"is_correct": False, "share": 0.0, "suggested": "again"}
    assert (await answer(question, "a")).json() == right
    assert (await answer(question, "b")).json() == wrong
    assert (await answer(text_card, "  nile ")).json() == right
    assert problem(await answer(question, 7)) == (400, "bad_response")
    assert problem(await answer(note, "back")) == (409, "not_a_question")
    assert await stored() == before
    cards = {card["id"]: card for card in (await learner.queue())["cards"]}
    assert cards[str(text_card)]["answer"]["key"] == {
        "accepted": ["Nile"],
        "ignore_case": True,
        "ignore_space": True,
        "ignore_accents": True,
        "ignore_punctuation": True,
    }
    refused = await learner.try_grade(cards[str(question)], "good", response="z")
    assert problem(refused) == (400, "bad_response")


async def test_the_log_rebuilds_the_stored_card(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    random = Random(5)
    await add_notes(learner.id, 4)
    await learner.client.patch("/api/me/preferences", json={"time_zone": "Asia/Jakarta"})
    for card in (await learner.queue())["cards"]:
        now = card
        for _ in range(5):
            now = (await learner.grade(now, random.choice(RATINGS)))["card"]
    async with session_factory() as db:
        for card in await db.scalars(select(Card)):
            entries = (await logs.entries(db, [card.id]))[card.id]
            zone = learner_zone("Asia/Jakarta")
            assert replay(entries, card.id, Scheduler(), zone) == items.schedule(card)
