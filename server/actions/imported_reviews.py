"""Brings reviews that were made in another program into the log of a learner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import anyio.to_process
import msgspec
from uuid_utils.compat import uuid7

from game.errors import RateLimited
from game.rules.cards import (
    GRADES,
    INTERVAL_MAX_DAYS,
    RATINGS,
    Schedule,
    Scheduler,
    adopt,
    day_of,
    starts_at,
)
from game.rules.cards.imported import LogStep, PastReview, rebuild
from game.rules.cards.schedules import EASE_FIRST
from persistence.database import SessionFactory
from persistence.repositories import deck_imports
from persistence.repositories.cards import learners
from persistence.repositories.cards.reviews import row
from persistence.repositories.deck_imports import LearnedCard, UnlearnedCard
from server.actions import storing
from server.formats.decks.items import DeckFile, FiledCard
from server.limits import Limits
from server.turns import Turns

REVIEWS_AT_ONCE: Final = 2_000
CARDS_AT_ONCE: Final = 500
MS: Final = 1_000
NS_IN_MS: Final = 1_000_000

Pair = tuple[UnlearnedCard, FiledCard]


class Past(NamedTuple):
    """Reviews of a file until now, whose notes are stored with these ids by their keys."""

    deck: DeckFile
    ids: Mapping[str, UUID]
    until: datetime

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.deck.began_at_ms / MS, UTC)


class Reviewer(NamedTuple):
    """How a learner reviews, and the day from which a file counts days."""

    scheduler: Scheduler
    zone: ZoneInfo
    began_on: date
    until: datetime


class StoredReviews(NamedTuple):
    """How many reviews were stored, and how many were not because that would be too much now.

    All others of notes that can be taken are skipped: most are of cards with reviews of their own.
    """

    stored: int
    left: int
    skipped: int


async def store_reviews(
    session_factory: SessionFactory, limits: Limits, turns: Turns, user_id: UUID, past: Past
) -> StoredReviews:
    """Write reviews for the cards that the learner has never reviewed here.

    It ends when the learner has stored too much within an hour; another import brings the others.
    """
    async with session_factory() as db:
        learner = await learners.get(db, user_id)
        cards = await deck_imports.unlearned_cards(db, user_id, list(past.ids.values()))
    began_on = day_of(past.began_at, learner.zone)
    reviewer = Reviewer(learner.scheduler, learner.zone, began_on, past.until)
    parts = list(_parts(_pairs(cards, past)))
    stored = left = 0
    for nth, part in enumerate(parts):
        # In another process: a card takes some milliseconds.
        learned = await anyio.to_process.run_sync(learned_cards, part, reviewer)
        # With the day that was chosen for each card.
        size = storing.REVIEW_BYTES * (_reviews(part) + len(part))
        try:
            async with (
                storing.counted(limits, user_id, size),
                turns.of(user_id),
                session_factory.begin() as db,
            ):
                stored += await deck_imports.store_reviews(db, user_id, learned)
        except RateLimited:
            left = sum(map(_reviews, parts[nth:]))
            break
    return StoredReviews(stored, left, past.deck.review_count - stored - left)


def _reviews(part: Sequence[Pair]) -> int:
    return sum(len(filed.reviews) for _, filed in part)


def _pairs(cards: Iterable[UnlearnedCard], past: Past) -> Iterator[Pair]:
    """The cards of which the file knows more than that they are new."""
    filed = {
        (past.ids[item.key], card.is_reversed): card
        for item in past.deck.items
        if item.key is not None and item.key in past.ids
        for card in item.cards
        if card != FiledCard(is_reversed=card.is_reversed)
    }
    for card in cards:
        if found := filed.get((card.note_id, card.is_reversed)):
            yield card, found


def _parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    part: list[Pair] = []
    reviews = 0
    for pair in pairs:
        part.append(pair)
        reviews += len(pair[1].reviews)
        if reviews >= REVIEWS_AT_ONCE or len(part) == CARDS_AT_ONCE:
            yield part
            part, reviews = [], 0
    if part:
        yield part


def learned_cards(pairs: Sequence[Pair], reviewer: Reviewer) -> list[LearnedCard]:
    """The cards with their log and what it leads to. Web processes let another one do this."""
    return [_learned(card, filed, reviewer) for card, filed in pairs]


def _learned(card: UnlearnedCard, filed: FiledCard, reviewer: Reviewer) -> LearnedCard:
    scheduler = reviewer.scheduler
    reviews = [
        PastReview(datetime.fromtimestamp(at_ms / MS, UTC), RATINGS[grade - 1], took_ms)
        for at_ms, grade, took_ms in map(msgspec.structs.astuple, filed.reviews)
    ]
    due_on = _due_on(filed, reviewer.began_on)
    steps = list(rebuild(reviews, due_on, card.id, scheduler, reviewer.zone, reviewer.until))
    schedule = steps[-1].after if steps else _adopted(filed, due_on, reviewer)
    log = [
        _row(step, card.id, card.version + number, scheduler)
        for number, step in enumerate(steps, 1)
    ]
    columns = {
        **msgspec.structs.asdict(schedule),
        "version": card.version + max(1, len(steps)),
        "is_suspended": filed.is_suspended,
        "flag": filed.flag,
    }
    return LearnedCard(card.id, card.version, log, columns)


def _adopted(filed: FiledCard, due_on: date | None, reviewer: Reviewer) -> Schedule:
    """The schedule of a card whose log is not in the file; a new one if none is known."""
    if due_on is None:
        return Schedule()
    left = (due_on - day_of(reviewer.until, reviewer.zone)).days
    ease = EASE_FIRST if filed.ease_factor is None else Decimal(f"{filed.ease_factor:.2f}")
    found = Schedule(
        state="review",
        interval_days=min(max(1, left, filed.interval_days), INTERVAL_MAX_DAYS),
        ease_factor=ease,
        stability=filed.stability,
        difficulty=filed.difficulty,
        due_at=starts_at(due_on, reviewer.zone),
        lapses=filed.lapses,
        reviews=1,  # or it would be taken for a new one
    )
    return adopt(found, reviewer.scheduler, reviewer.zone)


def _due_on(filed: FiledCard, began_on: date) -> date | None:
    if filed.state != "review" or filed.due_day is None:
        return None
    return began_on + timedelta(days=filed.due_day)


def _row(step: LogStep, card_id: UUID, version: int, scheduler: Scheduler) -> dict[str, Any]:
    """A row of the log. Its id has the time of the review, so that the log is in order."""
    ms = int(step.now.at.timestamp() * MS)
    return {
        "id": uuid7(nanoseconds=ms * NS_IN_MS),
        "card_id": card_id,
        "key": uuid4(),  # which nobody can have used before
        "rating": None if step.rating is None else GRADES[step.rating],
        "took_ms": None if step.rating is None else step.took_ms,
        "version": version,
        **row(step.kind, step.now, step.elapsed_days, step.before, step.after, scheduler),
    }
