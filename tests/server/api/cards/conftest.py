"""Learners with cards of questions and notes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid4, uuid7

from game.rules.cards import Scheduler
from game.rules.questions import Choice, MultipleChoice, Question
from persistence.database import SessionFactory
from persistence.models import Card, Deck, Note, ReviewQuestion
from tests.persistence.new_cards import NewCard, add_cards
from tests.server.api.conftest import Person

CAPITAL = MultipleChoice(
    stem="Capital of Indonesia?",
    choices=(Choice("a", "Jakarta"), Choice("b", "Bandung")),
    key="a",
    explanation="Since 1945.",
)
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
"""A Wednesday."""

AddNotes = Callable[..., Awaitable[Sequence[UUID]]]


@pytest.fixture
def add_notes(session_factory: SessionFactory) -> AddNotes:
    """Makes a deck of so many notes for a learner, and returns the ids of the cards."""

    async def add(learner: UUID, number: int = 1, *, is_reversed: bool = False) -> Sequence[UUID]:
        async with session_factory.begin() as db:
            deck = Deck(owner_id=learner, kind="hand", title="Capitals")
            db.add(deck)
            await db.flush()
            notes = [
                Note(
                    deck_id=deck.id,
                    position=place,
                    front=f"front {place}",
                    back=f"back {place}",
                    is_reversed=is_reversed,
                )
                for place in range(number)
            ]
            db.add_all(notes)
            await db.flush()
            sides = (False, True) if is_reversed else (False,)
            wanted = [
                NewCard(learner, note_id=note.id, is_reversed=side, deck_id=deck.id)
                for note in notes
                for side in sides
            ]
            return await add_cards(db, wanted, "deck")

    return add


AddQuestion = Callable[..., Awaitable[UUID]]


@pytest.fixture
def add_question(session_factory: SessionFactory) -> AddQuestion:
    async def add(learner: UUID, question: Question = CAPITAL) -> UUID:
        async with session_factory.begin() as db:
            content = msgspec.to_builtins(question)
            copy = ReviewQuestion(origin_id=uuid7(), content=content, played_at=NOW)
            db.add(copy)
            await db.flush()
            new = NewCard(learner, review_question_id=copy.id, answered_at=NOW)
            [card_id] = await add_cards(db, [new], "answer")
            return card_id

    return add


class Learner:
    """A person who reviews."""

    def __init__(self, person: Person) -> None:
        self.id = person.id
        self.client = person.client

    async def queue(self, **params: object) -> dict[str, Any]:  # Any: JSON
        response = await self.client.get("/api/cards/queue", params=cast("Any", params))
        assert response.status_code == 200, response.text
        read: dict[str, Any] = response.json()
        return read

    async def try_grade(self, card: dict[str, Any], rating: str, **more: object) -> httpx.Response:
        body = {"key": str(uuid4()), "rating": rating, "version": card["version"], **more}
        return await self.client.post(f"/api/cards/{card['id']}/grades", json=body)

    async def grade(self, card: dict[str, Any], rating: str, **more: object) -> dict[str, Any]:
        response = await self.try_grade(card, rating, **more)
        assert response.status_code == 200, response.text
        graded: dict[str, Any] = response.json()
        return graded

    async def undo(self, **body: object) -> httpx.Response:
        return await self.client.post("/api/cards/undo", json=body)


@pytest.fixture
def learner(student: Person) -> Learner:
    return Learner(student)


State = dict[str, list[dict[str, Any]]]
Stored = Callable[[], Awaitable[State]]


@pytest.fixture
def stored(session_factory: SessionFactory) -> Stored:
    """Reads all that is stored about reviews, but for versions and when rows were written."""

    async def read() -> State:
        left_out = ("version", "updated_at", "created_at")
        found = {}
        async with session_factory() as db:
            for table in ("srs_cards", "srs_reviews", "srs_days"):
                rows = await db.execute(text(f"SELECT * FROM {table} ORDER BY id"))  # noqa: S608
                found[table] = [
                    {key: value for key, value in row._mapping.items() if key not in left_out}  # noqa: SLF001
                    for row in rows
                ]
        return found

    return read


Reschedule = Callable[..., Awaitable[None]]


@pytest.fixture
def reschedule(session_factory: SessionFactory) -> Reschedule:
    """Gives a card the values of these columns."""

    async def change(card_id: UUID, **values: object) -> None:
        async with session_factory.begin() as db:
            card = await db.get_one(Card, card_id)
            for name, value in values.items():
                setattr(card, name, value)

    return change


def reviewed(days: int, ago: int, lapses: int = 0) -> dict[str, Any]:
    """The columns of a card with this interval that was reviewed so many days ago."""
    at = datetime.now(UTC) - timedelta(days=ago)
    return {
        "state": "review",
        "stability": float(days),
        "difficulty": 5.0,
        "interval_days": days,
        "due_at": at + timedelta(days=days),
        "reviewed_at": at,
        "reviewed_on": at.date(),
        "lapses": lapses,
        "reviews": 3,
        "algorithm": Scheduler().version,
    }


def without_intervals(card: dict[str, Any]) -> dict[str, Any]:
    """Learning steps begin at the time of the rating."""
    return {name: value for name, value in card.items() if name != "intervals"}
