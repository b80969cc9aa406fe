"""Cards that were reviewed, in the database with their log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.cards import GRADES, RATINGS, Schedule, Scheduler
from game.rules.cards.evaluation import CardLog
from persistence.models import Card, CardReview, Deck, Note
from tests.game.rules.cards.histories import History, Reviewed, Step
from tests.persistence.new_cards import NewCard, add_cards

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


async def new_cards(session: AsyncSession, user_id: UUID, number: int) -> Sequence[UUID]:
    deck = Deck(owner_id=user_id, kind="hand", title="Words")
    session.add(deck)
    await session.flush()
    notes = [Note(deck_id=deck.id, position=nth, front=str(nth), back="x") for nth in range(number)]
    session.add_all(notes)
    await session.flush()
    made = [NewCard(user_id, note.id, deck_id=deck.id) for note in notes]
    return sorted(await add_cards(session, made))


async def review_all(
    session: AsyncSession,
    user_id: UUID,
    card_ids: Sequence[UUID],
    scheduler: Scheduler,
    reviews: int = 6,
) -> dict[UUID, list[Reviewed]]:
    """Review each card some times, with random ratings and gaps, as the scheduler says."""
    random = Random(1)
    found = {}
    for card_id in card_ids:
        steps = [
            Step(random.choice(RATINGS), timedelta(hours=random.randint(1, 400)))
            for _ in range(reviews)
        ]
        history = History(card_id, BEGIN, UTC_ZONE, scheduler, (), steps)
        found[card_id] = history.reviewed()
        await store(session, user_id, card_id, found[card_id])
    return found


async def store_logs(
    session: AsyncSession, user_id: UUID, logs: Sequence[CardLog], scheduler: Scheduler
) -> Sequence[UUID]:
    """Make a card for each of these logs, reviewed at noon of its days."""
    card_ids = await new_cards(session, user_id, len(logs))
    for card_id, log in zip(card_ids, logs, strict=True):
        steps = [
            Step(RATINGS[grade - 1], timedelta(days=elapsed) or timedelta(minutes=1))
            for grade, elapsed in log.reviews
        ]
        begin = BEGIN + timedelta(days=log.begun_on)
        reviewed = History(card_id, begin, UTC_ZONE, scheduler, (), steps).reviewed()
        await store(session, user_id, card_id, reviewed)
    return card_ids


async def store(
    session: AsyncSession, user_id: UUID, card_id: UUID, reviewed: Sequence[Reviewed]
) -> None:
    rows = [row(user_id, card_id, nth, each) for nth, each in enumerate(reviewed, 2)]
    await session.execute(insert(CardReview), rows)
    changes = msgspec.structs.asdict(reviewed[-1].after) | {"version": len(reviewed) + 1}
    await session.execute(update(Card).where(Card.id == card_id).values(changes))


def row(user_id: UUID, card_id: UUID, version: int, reviewed: Reviewed) -> dict[str, object]:
    entry, after = reviewed.entry, reviewed.after
    return {
        "card_id": card_id,
        "user_id": user_id,
        "key": uuid7(),
        "kind": entry.kind,
        "rating": GRADES[entry.rating] if entry.rating else None,
        "reviewed_at": entry.reviewed_at,
        "reviewed_on": entry.reviewed_on,
        "elapsed_days": entry.elapsed_days,
        "algorithm": entry.algorithm,
        "parameters_id": entry.parameters_id,
        "before": msgspec.to_builtins(reviewed.before),
        "state": after.state,
        "stability": after.stability,
        "difficulty": after.difficulty,
        "interval_days": after.interval_days,
        "due_at": after.due_at,
        "version": version,
    }


def schedule_of(card: Card) -> Schedule:
    return msgspec.convert(card, Schedule, from_attributes=True)
