"""Changes of many cards lock them in the order of their ids, so no two wait in a circle."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import ColumnElement, select

from persistence.database import SessionFactory
from persistence.models import Card
from tests.persistence.locks import require_order, reverse_cards
from tests.server.api.conftest import Person
from tests.server.api.test_decks import Json, share, write

HOUSE = {"front": "rumah", "back": "house", "is_reversed": True}
DOOR = {"front": "pintu", "back": "door", "is_reversed": True}
CARDS = 8
"""Both sides of two notes, for two learners."""


class Locks:
    def __init__(self, session_factory: SessionFactory) -> None:
        self._sessions = session_factory

    async def reverse(self, *, reviewed: int = 0) -> None:
        """As `reverse_cards`."""
        async with self._sessions.begin() as db:
            await reverse_cards(db, reviewed=reviewed)

    async def require_order(
        self, change: Coroutine[Any, Any, httpx.Response], *changed: ColumnElement[bool]
    ) -> None:
        ids = select(Card.id).where(*changed)
        answer = await require_order(self._sessions, Card, ids, change)
        assert answer.is_success, answer.text


@pytest.fixture
def locks(session_factory: SessionFactory) -> Locks:
    return Locks(session_factory)


@pytest.fixture
async def deck(teacher: Person, student: Person) -> Json:
    """Two notes of a teacher, which a student learns, too."""
    made = await write(teacher, HOUSE, DOOR)
    learned = await student.client.post(f"{await share(teacher, made)}/subscription")
    assert learned.status_code == 201
    return made


async def turn(owner: Person, note: Json, *, is_reversed: bool) -> httpx.Response:
    path = f"/api/notes/{note['id']}"
    return await owner.client.patch(path, json={"is_reversed": is_reversed})


@pytest.mark.parametrize("reviewed", [CARDS - 2, CARDS])
async def test_of_a_deck_that_is_left(
    student: Person, deck: Json, locks: Locks, reviewed: int
) -> None:
    await locks.reverse(reviewed=reviewed)
    path = f"/api/decks/{deck['id']}/subscription"
    await locks.require_order(student.client.delete(path), Card.user_id == student.id)


@pytest.mark.parametrize("reviewed", [0, 2, CARDS])
async def test_of_a_deck_that_is_removed(
    teacher: Person, student: Person, deck: Json, locks: Locks, reviewed: int
) -> None:
    path = f"/api/decks/{deck['id']}"
    await locks.reverse(reviewed=CARDS)
    await student.client.delete(f"{path}/subscription")  # and its cards are kept
    await locks.reverse(reviewed=reviewed)
    await locks.require_order(teacher.client.delete(path))


async def test_of_a_question_that_is_taken_out_of_a_deck(
    teacher: Person, student: Person, locks: Locks
) -> None:
    numeric = {"type": "numeric", "answer_key": {"value": 1143}, "topic": "Rivers"}
    await teacher.client.post("/api/questions", json=numeric | {"stem": "How long?"})
    deck = await write(teacher, topic="Rivers")
    await student.client.post(f"{await share(teacher, deck)}/subscription")
    path = f"/api/decks/{deck['id']}/questions"
    [question] = (await teacher.client.get(path)).json()["items"]
    await locks.reverse()
    await locks.require_order(teacher.client.delete(f"{path}/{question['id']}"))


async def test_of_a_note_that_is_removed(teacher: Person, deck: Json, locks: Locks) -> None:
    note = UUID(deck["notes"][0]["id"])
    await locks.reverse()
    await locks.require_order(teacher.client.delete(f"/api/notes/{note}"), Card.note_id == note)


@pytest.mark.parametrize("reviewed", [0, 1, CARDS])
async def test_of_a_note_that_is_not_asked_from_its_back_any_more(
    teacher: Person, deck: Json, locks: Locks, reviewed: int
) -> None:
    note = deck["notes"][1]
    await locks.reverse(reviewed=reviewed)
    backs = Card.note_id == UUID(note["id"]), Card.is_reversed.is_(True)
    await locks.require_order(turn(teacher, note, is_reversed=False), *backs)


async def test_of_a_note_that_is_asked_from_its_back_again(
    teacher: Person, deck: Json, locks: Locks
) -> None:
    note = deck["notes"][0]
    await locks.reverse(reviewed=CARDS)
    await turn(teacher, note, is_reversed=False)
    await locks.reverse(reviewed=CARDS)
    backs = Card.note_id == UUID(note["id"]), Card.is_reversed.is_(True)
    await locks.require_order(turn(teacher, note, is_reversed=True), *backs)


async def test_of_notes_that_a_file_turns(teacher: Person, deck: Json, locks: Locks) -> None:
    """The first one is asked from its back again, and the second one not any more."""
    house, door = deck["notes"]
    await locks.reverse(reviewed=CARDS)
    await turn(teacher, house, is_reversed=False)
    await locks.reverse(reviewed=CARDS)
    csv = f"key,front,back,reversed\n{house['id']},rumah,house,yes\n{door['id']},pintu,door,\n"
    importing = teacher.client.post(
        "/api/decks/imports", files={"file": ("words.csv", csv)}, data={"deck": deck["id"]}
    )
    await locks.require_order(importing, Card.is_reversed.is_(True))
