"""Reads decks as files have them."""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules.cards import INTERVAL_MAX_DAYS, day_of, starts_at
from persistence.models import Card, Deck
from persistence.repositories import deck_files
from persistence.repositories import notes as deck_notes
from persistence.repositories.cards import learners
from persistence.repositories.deck_files import NoteCard
from server.formats.decks.deck_files import WrittenDeck
from server.formats.decks.items import (
    REVIEWS_MAX,
    REVIEWS_OF_CARD_MAX,
    FiledCard,
    FiledNote,
    FiledReview,
)
from server.formats.decks.questions_as_notes import as_note
from server.formats.texts import MEGABYTE

MS: Final = 1_000
NOTES_AT_ONCE: Final = 100
"""How many notes are made before rooms may use the event loop: a few milliseconds."""
TEXT_MAX_BYTES: Final = 64 * MEGABYTE


async def read_deck(
    db: AsyncSession, deck: Deck, user_id: UUID, now: datetime, *, with_reviews: bool
) -> WrittenDeck:
    """The notes of a deck, perhaps with the learner's cards of them, and its questions as notes.

    Questions that are held back from the learner are left out.

    Raises:
        Conflict: `deck_file_too_large`.
    """
    await _check_size(db, deck, user_id, with_reviews=with_reviews)
    zone = (await learners.get(db, user_id)).zone
    today = day_of(now, zone)
    cards = await deck_files.cards(db, user_id, deck) if with_reviews else {}
    notes: list[FiledNote] = []
    for id_, key, draft in await deck_notes.read(db, deck):
        filed = tuple(_filed(cards.get(id_, ()), today, zone))
        notes.append(FiledNote(key=key, draft=draft, cards=filed))
        if len(notes) % NOTES_AT_ONCE == 0:
            await asyncio.sleep(0)
    for id_, question, tags in await deck_files.questions(db, user_id, deck):
        if asked := as_note(question, list(tags)):
            notes.append(FiledNote(key=str(id_), draft=asked))
    began_at = starts_at(today, zone)
    return WrittenDeck(deck.title, deck.description or "", notes, int(began_at.timestamp() * MS))


async def _check_size(db: AsyncSession, deck: Deck, user_id: UUID, *, with_reviews: bool) -> None:
    """The deck is read into memory as a whole."""
    is_too_large = await deck_files.text_bytes(db, deck) > TEXT_MAX_BYTES
    if with_reviews and not is_too_large:
        reviews = await deck_files.review_count(db, user_id, deck, REVIEWS_MAX + 1)
        is_too_large = reviews > REVIEWS_MAX
    if is_too_large:
        size = f"{TEXT_MAX_BYTES // MEGABYTE} MB of text and {REVIEWS_MAX:,} reviews"
        raise Conflict("deck_file_too_large", f"A file holds at most {size}.")


def _filed(cards: Iterable[NoteCard], today: date, zone: tzinfo) -> Iterable[FiledCard]:
    for card, log in cards:
        due_day = None
        if card.state == "review" and card.due_at is not None:
            days = (day_of(card.due_at, zone) - today).days
            due_day = max(-INTERVAL_MAX_DAYS, min(days, INTERVAL_MAX_DAYS))
        reviews = (
            FiledReview(int(each.at.timestamp() * MS), each.grade, each.took_ms)
            for each in log[-REVIEWS_OF_CARD_MAX:]
        )
        filed = FiledCard(
            is_reversed=card.is_reversed,
            state=card.state,
            due_day=due_day,
            interval_days=card.interval_days,
            is_suspended=card.is_suspended,
            flag=card.flag,
            reviews=tuple(reviews),
        )
        yield filed if log else _with_memory(filed, card)


def _with_memory(filed: FiledCard, card: Card) -> FiledCard:
    """With what a scheduler remembers of a card whose reviews are not known."""
    return replace(
        filed,
        ease_factor=float(card.ease_factor),
        stability=card.stability,
        difficulty=card.difficulty,
        lapses=card.lapses,
    )
