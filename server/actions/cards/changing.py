"""Changes of cards that are no reviews: suspends, buries, flags, and gives another day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType, structs
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.errors import Conflict, Detail, Invalid
from game.rules.cards import (
    INTERVAL_MAX_DAYS,
    VERSION_MAX,
    Moment,
    Schedule,
    elapsed_days,
    reschedule,
    starts_at,
)
from persistence.models import Card, CardReview
from persistence.repositories.cards import Learner, browser, items, learners, reviews
from persistence.repositories.viewers import Viewer
from server.actions import storing
from server.actions.cards.queue import schedules_before, schedules_of
from server.limits import Limits


class Change(Struct, frozen=True):
    """What shall be different; None leaves it as it is. Burying lasts for the day.

    With None as `due_on` the day that was chosen last is taken back. One card is only changed if it
    has the `version`.
    """

    version: int | None = None
    is_suspended: bool | None = None
    is_buried: bool | None = None
    flag: int | None = None
    due_on: date | UnsetType | None = UNSET


async def change_card(
    db: AsyncSession, viewer: Viewer, card_id: UUID, change: Change, now: datetime
) -> None:
    """Change a card.

    Raises:
        NotFound: `no_such_card`.
        Conflict: `card_changed`; `card_is_new`: a day is given to a card that was never reviewed;
            `no_chosen_day`: the last thing that happened to the card was not that a day was chosen.
        Invalid: the day is over, or too far away.
    """
    card = await items.get(db, viewer, card_id)
    if card.version != change.version:
        raise Conflict("card_changed", "This card was changed meanwhile. Read it again.")
    if isinstance(change.due_on, date) and card.state == "new":
        raise Conflict("card_is_new", "Learn this card first. Then choose a day for it.")
    if not await _change(db, viewer, [card], change, now):
        raise Conflict(
            "no_chosen_day", "No day was chosen for this card, or it was reviewed since."
        )


async def change_cards(  # noqa: PLR0913, PLR0917  # whose, which, how and when
    db: AsyncSession,
    limits: Limits,
    viewer: Viewer,
    ids: Collection[UUID],
    change: Change,
    now: datetime,
) -> int:
    """Change those of these cards that are the viewer's, and return how many they are.

    New ones are left out if a day is given, and those without a chosen day if it is taken back.
    So are those that were changed too often.

    Raises:
        Invalid: the day is over, or too far away.
        RateLimited: the viewer has stored too much.
    """
    gives_day = isinstance(change.due_on, date)
    # A row of the log for each card.
    size = storing.REVIEW_BYTES * len(ids) if gives_day else 0
    async with storing.counted(limits, viewer.user_id, size):
        locked = await browser.lock_all(db, viewer, ids)
        cards = [
            card
            for card in locked
            if card.version <= VERSION_MAX and not (gives_day and card.state == "new")
        ]
        return await _change(db, viewer, cards, change, now)


async def _change(
    db: AsyncSession, viewer: Viewer, cards: Sequence[Card], change: Change, now: datetime
) -> int:
    """How many of the cards were changed."""
    learner = await learners.get(db, viewer.user_id)
    moment = learner.moment(now)
    values: dict[str, object] = {}
    if change.is_suspended is not None:
        values["is_suspended"] = change.is_suspended
    if change.is_buried is not None:
        tomorrow = starts_at(moment.day + timedelta(days=1), learner.zone)
        values["buried_until"] = tomorrow if change.is_buried else None
    if change.flag is not None:
        values["flag"] = change.flag
    if change.due_on is UNSET:
        await items.change(db, [(card, values) for card in cards])
    elif change.due_on is None:
        return await _take_back(db, learner, cards, values)
    else:
        _check(change.due_on, moment)
        await _reschedule(db, learner, moment, cards, change.due_on, values)
    return len(cards)


async def _take_back(
    db: AsyncSession, learner: Learner, cards: Sequence[Card], values: Mapping[str, object]
) -> int:
    """Remove the days that were chosen last from the log; the cards are as before."""
    chosen = await reviews.last_reschedules(db, [card.id for card in cards])
    befores = await schedules_before(db, learner, chosen)
    changes = [
        (card, {**values, **structs.asdict(befores[card.id])})
        for card in cards
        if card.id in befores
    ]
    await items.change(db, changes)
    await reviews.remove_all(db, chosen)
    return len(changes)


async def _reschedule(  # noqa: PLR0913, PLR0917  # whose, when, which and how
    db: AsyncSession,
    learner: Learner,
    now: Moment,
    cards: Sequence[Card],
    day: date,
    values: Mapping[str, object],
) -> None:
    befores = await schedules_of(db, learner, cards)
    changes, rows = [], []
    for card in cards:
        after = reschedule(befores[card.id], day, now)
        rows.append(_row(learner, now, card, befores[card.id], after))
        changes.append((card, {**values, **structs.asdict(after)}))
    await items.change(db, changes)
    await reviews.add(db, rows)


def _row(
    learner: Learner, now: Moment, card: Card, before: Schedule, after: Schedule
) -> CardReview:
    elapsed, stored = elapsed_days(before, now), items.schedule(card)
    return CardReview(
        card_id=card.id,
        user_id=learner.user_id,
        key=uuid7(),
        version=card.version + 1,
        **reviews.row("reschedule", now, elapsed, stored, after, learner.scheduler),
    )


def _check(day: date, now: Moment) -> None:
    if not now.day <= day <= now.day + timedelta(days=INTERVAL_MAX_DAYS):
        wrong = Detail("due_on", "out_of_range", "Choose today or a later day, within 100 years.")
        raise Invalid("invalid", "Something in the request is wrong.", (wrong,))
