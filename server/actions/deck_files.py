"""Reads decks as files have them."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import day_of, starts_at
from persistence.models import Deck
from persistence.repositories import deck_files
from persistence.repositories import notes as deck_notes
from persistence.repositories.cards import learners
from persistence.repositories.deck_files import NoteCard
from server.formats.decks.deck_files import WrittenDeck
from server.formats.decks.items import REVIEWS_OF_CARD_MAX, FiledCard, FiledNote, FiledReview
from server.formats.decks.questions_as_notes import as_note

MS = 1_000


async def read_deck(
    db: AsyncSession, deck: Deck, user_id: UUID, now: datetime, *, with_reviews: bool
) -> WrittenDeck:
    """The notes of a deck, perhaps with the learner's cards of them, and its questions as notes.

    Questions that are held back from the learner are left out.
    """
    zone = (await learners.get(db, user_id)).zone
    cards = await deck_files.cards(db, user_id, deck) if with_reviews else {}
    notes = [
        FiledNote(key=key, draft=draft, cards=tuple(_filed(cards.get(id_, ()), now, zone)))
        for id_, key, draft in await deck_notes.read(db, deck)
    ]
    for id_, question, tags in await deck_files.questions(db, user_id, deck):
        if draft := as_note(question, list(tags)):
            notes.append(FiledNote(key=str(id_), draft=draft))
    began_at = starts_at(day_of(now, zone), zone)
    return WrittenDeck(deck.title, deck.description or "", notes, int(began_at.timestamp() * MS))


def _filed(cards: Iterable[NoteCard], now: datetime, zone: tzinfo) -> Iterable[FiledCard]:
    for card, log in cards:
        due_day = None
        if card.state == "review" and card.due_at is not None:
            due_day = (day_of(card.due_at, zone) - day_of(now, zone)).days
        reviews = (
            FiledReview(int(each.at.timestamp() * MS), each.grade, each.took_ms)
            for each in log[-REVIEWS_OF_CARD_MAX:]
        )
        yield FiledCard(
            is_reversed=card.is_reversed,
            state=card.state,
            due_day=due_day,
            interval_days=card.interval_days,
            is_suspended=card.is_suspended,
            flag=card.flag,
            reviews=tuple(reviews),
        )
