"""A learner with cards, for the tests of the page of reviews."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx
import msgspec
from playwright.async_api import Page
from sqlalchemy import select

from game.rules.cards import RATINGS
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    Ordering,
    Question,
    ShortAnswer,
)
from persistence.database import SessionFactory
from persistence.models import Card, CardReview, Deck, Note, ReviewQuestion
from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD
from tests.persistence.new_cards import NewCard, add_cards

SITI = {"email": "siti@school.example", "password": PASSWORD}
PLANETS = MultipleChoice(
    stem="Which planet is the largest?",
    explanation="Jupiter weighs more than all the others together.",
    choices=tuple(map(Choice, "abcd", ("Saturn", "Jupiter", "Neptune", "Earth"))),
    key="b",
)
PERU = ShortAnswer(stem="What is the capital of Peru?", key=AcceptedAnswers(("Lima",)))
SIZES = Ordering(
    stem="From the smallest to the largest:",
    choices=tuple(map(Choice, "abc", ("cell", "atom", "ant"))),
    key=("b", "a", "c"),
)
APPLE = Note(position=0, front="der Apfel", back="apple", hint="It falls down", tags=[])
PEAR = Note(position=0, front="die Birne", back="pear", tags=[])


class Learner(NamedTuple):
    id: UUID
    cookies: dict[str, str]


async def register(server: RunningServer, person: dict[str, str] = SITI) -> Learner:
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        registration = {**person, "full_name": person["email"].partition("@")[0].title()}
        answer = (await http.post("/api/auth/register", json=registration)).raise_for_status()
        return Learner(UUID(answer.json()["user"]["id"]), dict(answer.cookies))


async def give(
    session_factory: SessionFactory, learner: Learner, items: Sequence[Question | Note]
) -> None:
    """New cards, which come in this order."""
    async with session_factory.begin() as db:
        deck = Deck(owner_id=learner.id, kind="hand", title="German")
        db.add(deck)
        await db.flush()
        for item in items:
            if isinstance(item, Note):
                note = Note(deck_id=deck.id, position=0, front=item.front, back=item.back)
                note.hint = item.hint
                db.add(note)
                await db.flush()
                card = NewCard(learner.id, note_id=note.id, deck_id=deck.id)
            else:
                copy = ReviewQuestion(
                    origin_id=uuid4(),
                    content=msgspec.to_builtins(item),
                    played_at=datetime.now(UTC),
                )
                db.add(copy)
                await db.flush()
                card = NewCard(learner.id, review_question_id=copy.id)
            await add_cards(db, [card])


async def logged(session_factory: SessionFactory) -> list[tuple[str, str]]:
    """What is in the log, in its order: what was asked, and the rating."""
    asked = ReviewQuestion.content["stem"].astext
    query = (
        select(asked, Note.front, CardReview.rating)
        .join(Card, Card.id == CardReview.card_id)
        .outerjoin(ReviewQuestion, ReviewQuestion.id == Card.review_question_id)
        .outerjoin(Note, Note.id == Card.note_id)
        .order_by(CardReview.id)
    )
    async with session_factory() as db:
        return [
            (stem or front, RATINGS[rating - 1]) for stem, front, rating in await db.execute(query)
        ]


async def all_sent(page: Page) -> None:
    """No grade waits on the device any more."""
    await page.evaluate(
        """async () => {
            while (Object.keys(localStorage).some((name) => name.includes(".entry.")))
                await new Promise((next) => setTimeout(next, 20));
        }"""
    )
