"""Cards of who learns a deck, when they come and go and its notes change."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select, update

from game.rules.notes import NoteDraft
from persistence.database import SessionFactory
from persistence.models import Card
from persistence.repositories import deck_learners, decks, notes
from persistence.repositories.cards import items
from tests.persistence.locks import until_it_waits
from tests.server.api.conftest import Person, SignUp
from tests.server.api.test_decks import DOOR, HOUSE, add, cards, listed, share, write


async def test_who_comes_back_goes_on_with_the_cards_that_they_had(
    teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    deck = await write(teacher, HOUSE, DOOR, is_learned=False)
    link = await share(teacher, deck)
    await student.client.post(f"{link}/subscription")
    reviewed = (await cards(session_factory, student))[0].id
    async with session_factory.begin() as db:
        await db.execute(update(Card).where(Card.id == reviewed).values(reviews=1))
    left = await student.client.delete(f"/api/decks/{deck['id']}/subscription")
    assert left.status_code == 204
    [kept] = await cards(session_factory, student)
    assert (kept.id, kept.is_suspended, kept.version) == (reviewed, True, 2)
    assert await listed(student) == []
    await student.client.post(f"{link}/subscription")
    again = await cards(session_factory, student)
    assert [(card.id == reviewed, card.is_suspended) for card in again].count((True, False)) == 1
    assert len(again) == 3
    await student.client.delete(f"/api/decks/{deck['id']}/subscription")
    note = f"/api/notes/{deck['notes'][0]['id']}"
    async with session_factory.begin() as db:
        await db.execute(update(Card).values(reviews=1, is_reversed=True))
    for is_reversed in (False, True):
        await teacher.client.patch(note, json={"is_reversed": is_reversed})
        assert all(card.is_suspended for card in await cards(session_factory, student))
    assert (await teacher.client.delete(f"/api/decks/{deck['id']}")).status_code == 204
    assert await cards(session_factory, student) == []


@pytest.mark.parametrize("at_once", [1, 2, 3])
async def test_many_cards_are_made_by_several_statements_in_the_order_of_the_notes(
    teacher: Person,
    sign_up: SignUp,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(deck_learners, "CARDS_AT_ONCE", at_once)
    monkeypatch.setattr(deck_learners, "IDS_AT_ONCE", at_once)
    made: list[str] = []
    deck = await write(teacher, HOUSE)
    link = await share(teacher, deck)
    learners = [await sign_up("student") for _ in range(2)]
    for learner in learners:
        await learner.client.post(f"{link}/subscription")

    def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy gives
        made.extend([event[2]] if "INSERT INTO srs_cards" in event[2] else ())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        fronts = [str(number) for number in range(4)]
        await add(teacher, deck, *({"front": front, "back": "b"} for front in fronts))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(made) == 3 * -(-4 // at_once), "for each learner those of so many notes"
    last = await sign_up("student")
    await last.client.post(f"{link}/subscription")
    for learner in (teacher, *learners, last):
        asked = (await learner.client.get("/api/cards/queue")).json()["cards"]
        assert [card["note"]["front"] for card in asked] == ["rumah", *fronts]


@pytest.mark.parametrize("at_once", [1, 3, 100])
async def test_a_deck_is_removed_with_so_many_cards_at_a_time(
    teacher: Person,
    student: Person,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(items, "AT_ONCE", at_once)
    removed: list[int] = []
    numeric = {"type": "numeric", "answer_key": {"value": 1143}, "topic": "Rivers"}
    for stem in ("How long?", "How wide?"):
        await teacher.client.post("/api/questions", json=numeric | {"stem": stem})
    other = await write(student, DOOR)
    for deck in (await write(teacher, HOUSE, DOOR), await write(teacher, topic="Rivers")):
        link = await share(teacher, deck)
        await student.client.post(f"{link}/subscription")
        of_deck = Card.deck_id == UUID(deck["id"])
        async with session_factory.begin() as db:  # all but one that the owner has never seen
            await db.execute(update(Card).where(of_deck).values(reviews=1))
            of_owner = select(Card.id).where(of_deck, Card.user_id == teacher.id).limit(1)
            await db.execute(update(Card).where(Card.id.in_(of_owner)).values(reviews=0))
        await student.client.delete(f"/api/decks/{deck['id']}/subscription")

        def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy gives
            if event[2].startswith(("DELETE FROM", "UPDATE srs_cards")):
                removed.append(event[1].rowcount)

        event.listen(Engine, "after_cursor_execute", note)
        try:
            gone = await teacher.client.delete(f"/api/decks/{deck['id']}")
        finally:
            event.remove(Engine, "after_cursor_execute", note)
        assert gone.status_code == 204
    assert max(removed) == min(at_once, 6), "of the six cards of notes"
    [kept] = await cards(session_factory, teacher)
    assert kept.review_question_id
    assert kept.deck_id is None
    left = await cards(session_factory, student)
    assert [card.note_id is None for card in left] == [False, True, True]
    assert [card.deck_id for card in left] == [UUID(other["id"]), None, None]


async def test_who_leaves_a_deck_gets_no_card_of_a_note_that_is_being_added(
    teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    deck = await write(teacher, is_learned=False)
    await student.client.post(f"{await share(teacher, deck)}/subscription")
    async with session_factory.begin() as db, session_factory() as other:
        own = await decks.get(db, teacher.signed_in, UUID(deck["id"]), to_edit=True)
        await notes.add(db, own, [NoteDraft(front="rumah", back="house")])
        path = f"/api/decks/{deck['id']}/subscription"
        leaving = asyncio.create_task(student.client.delete(path))
        await until_it_waits(other)
    assert (await leaving).status_code == 204
    assert await cards(session_factory, student) == []


@pytest.mark.parametrize("at_once", [1, 3])
async def test_notes_are_turned_with_so_many_cards_at_a_time(
    teacher: Person,
    student: Person,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(items, "AT_ONCE", at_once)
    deck = await write(teacher)
    await student.client.post(f"{await share(teacher, deck)}/subscription")

    async def turn(*both_ways: str) -> None:
        rows = [f"{place},front {place},back,{is_so}" for place, is_so in enumerate(both_ways)]
        csv = "\n".join(["key,front,back,reversed", *rows])
        answer = await teacher.client.post(
            "/api/decks/imports", files={"file": ("words.csv", csv)}, data={"deck": deck["id"]}
        )
        assert answer.is_success, answer.text

    await turn("yes", "yes", "yes", "")
    backs = update(Card).where(Card.is_reversed.is_(True))
    async with session_factory.begin() as db:
        await db.execute(backs.where(Card.user_id == student.id).values(reviews=1))
    written_to: list[int] = []

    def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy gives
        if event[2].startswith(("DELETE FROM srs_cards", "UPDATE srs_cards")):
            written_to.append(event[1].rowcount)

    event.listen(Engine, "after_cursor_execute", note)
    try:
        await turn("", "", "yes", "yes")
        await turn("yes", "", "", "yes")
    finally:
        event.remove(Engine, "after_cursor_execute", note)
    assert max(written_to) <= at_once
    of_teacher, of_student = (
        sorted((each.reviews, each.is_suspended) for each in found if each.is_reversed)
        for found in [await cards(session_factory, person) for person in (teacher, student)]
    )
    assert of_teacher == [(0, False), (0, False)], "of the first note and the last"
    assert of_student == [(0, False), (1, False), (1, True), (1, True)]


async def test_a_note_that_is_no_longer_asked_both_ways_keeps_what_was_reviewed(
    student: Person, session_factory: SessionFactory
) -> None:
    deck = await write(student, HOUSE, DOOR)
    house, door = (f"/api/notes/{note['id']}" for note in deck["notes"])
    await student.client.patch(door, json={"is_reversed": True})
    assert len(await cards(session_factory, student)) == 4
    of_house = update(Card).where(Card.note_id == UUID(deck["notes"][0]["id"]))
    async with session_factory.begin() as db:
        await db.execute(of_house.values(reviews=1))
    for note in (house, door):
        changed = await student.client.patch(note, json={"is_reversed": False, "back": "x"})
        assert (changed.json()["is_reversed"], changed.json()["back"]) == (False, "x")
    suspended = [card.is_suspended for card in await cards(session_factory, student)]
    assert sorted(suspended) == [False, False, True], "the new one of the door is gone"
    await student.client.patch(house, json={"is_reversed": True})
    assert not any(card.is_suspended for card in await cards(session_factory, student))
    assert (await student.client.delete(house)).status_code == 204
    assert len(await cards(session_factory, student)) == 1
