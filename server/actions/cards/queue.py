"""Reads what a learner is asked next, and what each rating would do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Moment, Rating, Schedule, needs_replay, preview
from game.rules.user_preferences import REVIEWS_MAX
from persistence.models import Card, CardReview
from persistence.repositories import decks
from persistence.repositories.cards import (
    Learner,
    days,
    held_back,
    items,
    learners,
    logs,
    queue,
    reviews,
)
from persistence.repositories.cards.items import ShownCard
from persistence.repositories.viewers import Viewer


class Asked(NamedTuple):
    """What a learner wants to be asked.

    With `ahead_days`, also what will be due within so many days, however many reviews that are.
    With `is_cram` all cards of the deck, those that come `after` one, and nothing is scheduled.
    """

    deck_id: UUID | None = None
    limit: int = 50
    ahead_days: int = 0
    is_cram: bool = False
    after: UUID | None = None


class Preview(NamedTuple):
    """A card, its schedule, and the schedules that the ratings lead to."""

    shown: ShownCard
    schedule: Schedule
    ratings: Mapping[Rating, Schedule]


class Today(NamedTuple):
    """How a learner's day stands, and the cards that are held back."""

    day: date
    ends_at: datetime
    stands: queue.Standing
    held_back: Sequence[UUID]


class Queue(NamedTuple):
    today: Today
    cards: Sequence[Preview]
    has_cards: bool


async def read_queue(db: AsyncSession, viewer: Viewer, asked: Asked, now: datetime) -> Queue:
    """The cards that come next.

    Raises:
        NotFound: `no_such_deck`.
    """
    if asked.deck_id is not None:
        await decks.get(db, viewer, asked.deck_id)
    learner = await learners.get(db, viewer.user_id)
    moment = await days.began(db, learner, learner.moment(now))
    wanted = await queue.asked_by(
        db, learner, moment, deck_id=asked.deck_id, ahead_days=asked.ahead_days
    )
    today = await _today(db, learner, moment, asked, wanted)
    ids = await _ids(db, learner, asked, wanted, today.stands)
    found = await items.shown(db, viewer, ids, wanted.held_back)
    shown = [found[card_id] for card_id in ids if card_id in found]
    previews = await previews_of(db, learner, moment, _at_once(learner, shown))
    return Queue(today, previews, bool(ids) or await queue.has_cards(db, viewer.user_id))


def _at_once(learner: Learner, shown: Sequence[ShownCard]) -> Sequence[ShownCard]:
    """The first of these cards: as many as have logs that can be replayed in a request."""
    versions = (
        each.card.version if needs_replay(items.schedule(each.card), learner.scheduler) else 0
        for each in shown
    )
    return shown[: logs.at_once(versions)]


async def read_card(db: AsyncSession, viewer: Viewer, card_id: UUID, now: datetime) -> Preview:
    """One card; else NotFound `no_such_card`."""
    learner = await learners.get(db, viewer.user_id)
    moment = await days.began(db, learner, learner.moment(now))
    held = await held_back.cards(db, learner.user_id, learner.taking_part_in)
    found = await items.shown(db, viewer, [card_id], held)
    if card_id not in found:
        raise items.no_such_card()
    return (await previews_of(db, learner, moment, [found[card_id]]))[0]


async def read_today(db: AsyncSession, learner: Learner, now: Moment) -> Today:
    return await _today(db, learner, now, Asked(), await queue.asked_by(db, learner, now))


async def previews_of(
    db: AsyncSession, learner: Learner, now: Moment, cards: Sequence[ShownCard]
) -> Sequence[Preview]:
    """What each rating would do to these cards of a learner."""
    schedules = await schedules_of(db, learner, [each.card for each in cards])
    return [
        Preview(each, before, preview(before, each.card.id, now, learner.scheduler))
        for each in cards
        for before in [schedules[each.card.id]]
    ]


async def schedules_of(
    db: AsyncSession, learner: Learner, of_cards: Sequence[Card]
) -> Mapping[UUID, Schedule]:
    """The schedules of these cards, by their logs where another scheduler made the stored ones."""
    return await _present(db, learner, {card.id: items.schedule(card) for card in of_cards})


async def schedules_before(
    db: AsyncSession, learner: Learner, last: Sequence[CardReview]
) -> Mapping[UUID, Schedule]:
    """The schedules of cards before these last rows of their logs, as the present scheduler has it.

    The rows must be in the log still.
    """
    befores = {row.card_id: reviews.restored(row.before) for row in last}
    return await _present(db, learner, befores, without_last=True)


async def _present(
    db: AsyncSession,
    learner: Learner,
    found: Mapping[UUID, Schedule],
    *,
    without_last: bool = False,
) -> Mapping[UUID, Schedule]:
    outdated = {
        card_id: (learner, each)
        for card_id, each in found.items()
        if needs_replay(each, learner.scheduler)
    }
    return {**found, **await logs.rebuilt(db, outdated, without_last=without_last)}


async def _today(
    db: AsyncSession, learner: Learner, now: Moment, asked: Asked, wanted: queue.Asked
) -> Today:
    stands = await queue.standing(db, wanted, now.day, *_limits(learner, asked))
    return Today(now.day, wanted.tomorrow, stands, wanted.held_back)


async def _ids(
    db: AsyncSession, learner: Learner, asked: Asked, wanted: queue.Asked, today: queue.Standing
) -> Sequence[UUID]:
    if asked.is_cram:
        return await queue.cram_ids(db, wanted, asked.limit, asked.after)
    reviews, new_cards = _limits(learner, asked)
    left = (reviews - today.done_reviews, new_cards - today.done_new)
    return await queue.first_ids(db, wanted, asked.limit, *left)


def _limits(learner: Learner, asked: Asked) -> tuple[int, int]:
    """How many reviews and new cards the learner wants on a day."""
    chosen = learner.preferences
    return REVIEWS_MAX if asked.ahead_days else chosen.reviews_per_day, chosen.new_cards_per_day
