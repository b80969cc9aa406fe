"""Reads what files of decks have beside notes: questions, and how far a learner is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.questions import Question
from persistence.models import Card, CardReview, Deck, DeckQuestion, Note, ReviewQuestion
from persistence.repositories.cards import held_back

AT_ONCE: Final = 500


class AskedQuestion(NamedTuple):
    id: UUID
    question: Question
    tags: Sequence[str]


class PastReview(NamedTuple):
    at: datetime
    grade: int
    took_ms: int


class NoteCard(NamedTuple):
    """A learner's card of a note, with its graded reviews."""

    card: Card
    reviews: Sequence[PastReview]


async def text_bytes(session: AsyncSession, deck: Deck) -> int:
    """The bytes of all texts in a deck."""
    texts = (Note.front, Note.back, Note.hint, Note.front_media, Note.back_media)
    of_note = sum((func.coalesce(func.octet_length(text), 0) for text in texts), literal(0))
    of_notes = select(func.sum(of_note)).where(Note.deck_id == deck.id)
    of_questions = (
        select(func.sum(func.octet_length(cast(ReviewQuestion.content, Text))))
        .join(DeckQuestion, DeckQuestion.review_question_id == ReviewQuestion.id)
        .where(DeckQuestion.deck_id == deck.id)
    )
    sums = (func.coalesce(each.scalar_subquery(), 0) for each in (of_notes, of_questions))
    return int(await session.scalar(select(sum(sums, literal(0)))) or 0)


async def review_count(session: AsyncSession, user_id: UUID, deck: Deck, most: int) -> int:
    """How many reviews the learner's cards of the notes of a deck have; at most so many."""
    some = _log(user_id, deck).with_only_columns(literal(1)).limit(most).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def questions(session: AsyncSession, user_id: UUID, deck: Deck) -> Sequence[AskedQuestion]:
    """The questions of a deck, in its order, without those that are held back from the learner."""
    held = await held_back.questions_of(session, user_id)
    query = (
        select(ReviewQuestion.id, ReviewQuestion.content, ReviewQuestion.tags)
        .join(DeckQuestion, DeckQuestion.review_question_id == ReviewQuestion.id)
        .where(DeckQuestion.deck_id == deck.id, ReviewQuestion.id.not_in(held))
        .order_by(DeckQuestion.position, DeckQuestion.id)
    )
    found: list[AskedQuestion] = []
    async for rows in (await session.stream(query)).partitions(AT_ONCE):
        for id_, content, tags in rows:
            question: Question = msgspec.convert(content, Question)
            found.append(AskedQuestion(id_, question, tags))
    return found


async def cards(
    session: AsyncSession, user_id: UUID, deck: Deck
) -> Mapping[UUID, Sequence[NoteCard]]:
    """The learner's cards of the notes of a deck, by the notes' ids."""
    reviews: defaultdict[UUID, list[PastReview]] = defaultdict(list)
    log = _log(user_id, deck).order_by(CardReview.card_id, CardReview.version)
    async for entries in (await session.stream(log)).partitions(AT_ONCE):
        for card_id, at, grade, took_ms in entries:
            reviews[card_id].append(PastReview(at, grade or 0, took_ms or 0))
    query = (
        select(Card)
        .where(*_own_cards(user_id, deck))
        .order_by(Card.note_id, Card.is_reversed)
        .execution_options(yield_per=AT_ONCE)
    )
    found: defaultdict[UUID, list[NoteCard]] = defaultdict(list)
    async for card in await session.stream_scalars(query):
        if card.note_id is not None:
            found[card.note_id].append(NoteCard(card, reviews[card.id]))
    return found


def _own_cards(user_id: UUID, deck: Deck) -> tuple[ColumnElement[bool], ...]:
    of_deck = select(Note.id).where(Note.deck_id == deck.id)
    return Card.user_id == user_id, Card.note_id.in_(of_deck)


def _log(user_id: UUID, deck: Deck) -> Select[UUID, datetime, int | None, int | None]:
    return (
        select(CardReview.card_id, CardReview.reviewed_at, CardReview.rating, CardReview.took_ms)
        .join(Card, Card.id == CardReview.card_id)
        .where(*_own_cards(user_id, deck))
        .where(CardReview.rating.is_not(None), CardReview.kind != "cram")
    )
