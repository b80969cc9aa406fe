"""A learner's list of cards, and changes of them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from game.rules.cards import VERSION_MAX
from game.rules.questions import Numeric, NumericKey
from persistence.database import SessionFactory
from persistence.models import CardReview
from persistence.repositories.cards import browser
from server.actions.storing import REVIEW_BYTES
from server.limits import Limit
from tests.server.api.cards.conftest import AddNotes, AddQuestion, Learner, Reschedule, State
from tests.server.api.conftest import faults, problem


async def listed(learner: Learner, **params: str | int) -> list[str]:
    response = await learner.client.get("/api/cards", params=params)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["total"] == len(body["items"])
    return [card["text"] for card in body["items"]]


async def change(learner: Learner, card: dict[str, Any], **changes: object) -> dict[str, Any]:
    body = {"version": card["version"], **changes}
    response = await learner.client.patch(f"/api/cards/{card['id']}", json=body)
    assert response.status_code == 200, response.text
    changed: dict[str, Any] = response.json()
    return changed


async def change_many(learner: Learner, body: dict[str, Any], **changes: object) -> int:
    answer = await learner.client.post("/api/cards/batch", json=body | changes)
    assert answer.status_code == 200, answer.text
    changed: int = answer.json()["changed"]
    return changed


async def test_cards_are_found_by_words_and_filters(
    learner: Learner, add_notes: AddNotes, add_question: AddQuestion, reschedule: Reschedule
) -> None:
    [front, back] = await add_notes(learner.id, 1, is_reversed=True)
    capital = await add_question(learner.id)
    number = await add_question(learner.id, Numeric(stem="Islands?", key=NumericKey(17508)))
    now = datetime.now(UTC)
    due = {"state": "review", "interval_days": 5, "due_at": now - timedelta(days=1)}
    await reschedule(capital, **due, flag=3)
    await reschedule(number, **due, is_suspended=True, is_leech=True)
    await reschedule(front, buried_until=now + timedelta(hours=1))
    assert len(await listed(learner)) == 4
    assert await listed(learner, q="capital") == ["Capital of Indonesia?"]
    assert sorted(await listed(learner, q="front")) == ["back 0", "front 0"], "of both sides"
    assert await listed(learner, q="front island") == []
    assert await listed(learner, flag=3) == await listed(learner, state="due")
    assert await listed(learner, state="due") == ["Capital of Indonesia?"]
    assert await listed(learner, state="suspended") == ["Islands?"]
    assert await listed(learner, state="leech", q="islands") == ["Islands?"]
    assert len(await listed(learner, state="buried")) == 1
    assert len(await listed(learner, state="new")) == 2
    deck = (await learner.client.get(f"/api/cards/{back}")).json()["deck"]
    assert len(await listed(learner, deck=deck["id"])) == 2
    assert await listed(learner, topic="Geography") == []


async def test_words_are_looked_for_in_the_cards_that_the_filters_let_through(
    learner: Learner, add_notes: AddNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = await add_notes(learner.id, 3)
    monkeypatch.setattr(browser, "FOUND_MAX", 2)
    oldest = min(map(str, cards))
    await change(learner, {"id": oldest, "version": 1}, flag=3)
    found = (await learner.client.get("/api/cards?q=front")).json()
    assert (len(cards), found["total"], found["is_capped"]) == (3, 2, True)
    found = (await learner.client.get("/api/cards?q=front&flag=3")).json()
    assert ([item["id"] for item in found["items"]], found["is_capped"]) == ([oldest], False)


async def test_a_card_is_changed_and_its_queue_follows(
    learner: Learner, add_notes: AddNotes, session_factory: SessionFactory
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    suspended = await change(learner, card, is_suspended=True, flag=2)
    assert (suspended["is_suspended"], suspended["flag"], suspended["version"]) == (True, 2, 2)
    assert (await learner.queue())["cards"] == []
    assert (await learner.queue())["has_cards"] is False
    buried = await change(learner, suspended, is_suspended=False, is_buried=True)
    queue = await learner.queue()
    assert (queue["cards"], buried["buried_until"]) == ([], queue["day_ends_at"])
    back = await change(learner, buried, is_buried=False)
    assert len((await learner.queue())["cards"]) == 1

    path = f"/api/cards/{card['id']}"
    today = queue["day"]
    new = await learner.client.patch(path, json={"version": 4, "due_on": today})
    assert problem(new) == (409, "card_is_new")
    old = await learner.client.patch(path, json={"version": 2, "flag": 1})
    assert problem(old) == (409, "card_changed")
    graded = (await learner.grade(back, "easy"))["card"]
    for wrong in ("2020-01-01", "9999-12-31"):
        answer = await learner.client.patch(path, json={"version": 5, "due_on": wrong})
        assert faults(answer) == {"due_on": "out_of_range"}
    moved = await change(learner, graded, due_on=today)
    assert moved["due_at"] <= queue["now"]
    assert [each["id"] for each in (await learner.queue())["cards"]] == [card["id"]]
    async with session_factory() as db:
        kinds = list(await db.scalars(select(CardReview.kind).order_by(CardReview.version)))
    assert kinds == ["learn", "reschedule"]
    undone = await learner.undo()
    assert problem(undone) == (409, "card_changed"), "the day was chosen after the review"


async def test_chosen_days_are_taken_back_exactly(
    learner: Learner, add_notes: AddNotes, stored: Callable[[], Awaitable[State]]
) -> None:
    """One card or many, any number of steps, and then the review before them."""
    await add_notes(learner.id, 3)
    *reviewed, new = (await learner.queue())["cards"]
    states = [await stored()]
    first, second = [(await learner.grade(card, "easy"))["card"] for card in reviewed]
    states.append(await stored())
    tomorrow = str(date.fromisoformat((await learner.queue())["day"]) + timedelta(days=1))
    moved = await change(learner, first, due_on=tomorrow, flag=2)
    moved = await change(learner, moved, flag=0)
    states.append(await stored())
    batch = {"cards": [card["id"] for card in (first, second, new)]}
    assert await change_many(learner, batch, due_on="2099-01-01") == 2
    assert await change_many(learner, batch, due_on=None) == 2
    assert await stored() == states.pop()
    moved = await change(learner, moved | {"version": moved["version"] + 2}, due_on=None)
    assert moved["due_at"] == first["due_at"]
    assert await stored() == states.pop()

    path = f"/api/cards/{first['id']}"
    again = {"version": moved["version"], "due_on": None}
    assert problem(await learner.client.patch(path, json=again)) == (409, "no_chosen_day")
    assert await change_many(learner, batch, due_on=None) == 0
    for _ in range(2):
        assert (await learner.undo()).status_code == 200
    assert await stored() == states.pop()


async def test_a_day_that_was_chosen_before_a_review_stays(
    learner: Learner, add_notes: AddNotes
) -> None:
    await add_notes(learner.id, 1)
    [card] = (await learner.queue())["cards"]
    graded = (await learner.grade(card, "easy"))["card"]
    moved = await change(learner, graded, due_on="2099-01-01")
    await learner.grade(moved, "easy", is_cram=True)
    graded = (await learner.grade(moved, "good"))["card"]
    body = {"version": graded["version"], "due_on": None}
    answer = await learner.client.patch(f"/api/cards/{card['id']}", json=body)
    assert problem(answer) == (409, "no_chosen_day")


async def test_days_that_are_given_to_many_cards_are_counted_as_stored(
    learner: Learner, add_notes: AddNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_notes(learner.id, 2)
    cards = [await learner.grade(card, "easy") for card in (await learner.queue())["cards"]]
    ids = [each["card"]["id"] for each in cards]
    body = {"cards": ids, "due_on": "2099-01-01"}
    limit = Limit("test-stored", 2 * REVIEW_BYTES, 3600)
    monkeypatch.setattr("server.actions.storing.STORED_BYTES_OF_ACCOUNT", limit)
    one = await learner.client.post("/api/cards/batch", json=body | {"cards": ids[:1]})
    assert one.json() == {"changed": 1}
    refused = await learner.client.post("/api/cards/batch", json=body)
    assert problem(refused) == (429, "rate_limited")
    free = await learner.client.post("/api/cards/batch", json={"cards": ids, "flag": 1})
    assert free.json() == {"changed": 2}
    another = await learner.client.post("/api/cards/batch", json=body | {"cards": ids[1:]})
    assert another.json() == {"changed": 1}


async def test_cards_that_were_changed_too_often_are_left_out(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule
) -> None:
    often, seldom = await add_notes(learner.id, 2)
    await reschedule(often, version=VERSION_MAX + 1)
    body = {"cards": [str(often), str(seldom)], "flag": 1}
    assert (await learner.client.post("/api/cards/batch", json=body)).json() == {"changed": 1}


async def test_many_cards_are_changed_at_once(learner: Learner, add_notes: AddNotes) -> None:
    ids = [str(each) for each in await add_notes(learner.id, 3)]
    body: dict[str, object] = {"cards": [*ids[:2], str(uuid4())], "is_suspended": True}
    answer = await learner.client.post("/api/cards/batch", json=body)
    assert answer.json() == {"changed": 2}
    assert [card["id"] for card in (await learner.queue())["cards"]] == ids[2:]
    body = {"cards": ids, "due_on": "2030-01-01"}
    answer = await learner.client.post("/api/cards/batch", json=body)
    assert answer.json() == {"changed": 0}, "all of them are new"
    assert (await learner.client.get(f"/api/cards/{UUID(ids[0])}")).json()["version"] == 2
