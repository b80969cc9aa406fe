"""Stores grades and takes them back: log, card, sibling and day in one statement each."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from uuid_utils.compat import uuid7

from game.errors import Conflict
from game.rules.cards import (
    GRADES,
    RATINGS,
    CardState,
    Moment,
    Rating,
    ReviewKind,
    Schedule,
    Scheduler,
)
from persistence.models import Card, CardReview
from persistence.repositories.cards.reviews import no_such_review, restored, row

COUNTERS: Final = (
    *("new_cards", "reviews", "learnings", "crams", *RATINGS),
    *("passed", "failed", "took_ms"),
)
_COUNTER_OF_KIND: Final[Mapping[ReviewKind, str]] = {"review": "reviews", "cram": "crams"}
_LOG: Final = (
    *("id", "card_id", "user_id", "key", "kind", "rating", "reviewed_at", "reviewed_on"),
    *("elapsed_days", "took_ms", "response", "is_correct", "algorithm", "retention"),
    *("parameters_id", "before", "state", "stability", "difficulty", "interval_days", "due_at"),
    *("version", "buried_id"),
)
_SCHEDULE: Final = Schedule.__struct_fields__

_CHANGED: Final = "card_id, user_id, reviewed_on, version, buried_id"
# All locks are held already, but that of the day. Cramming has no version, and leaves the card.
_CHANGES: Final = f"""
    card AS (
        UPDATE srs_cards
           SET version = srs_cards.version + 1, updated_at = clock_timestamp(),
               {", ".join(f"{name} = :to_{name}" for name in _SCHEDULE)}
          FROM log WHERE srs_cards.id = log.card_id AND log.version IS NOT NULL),
    sibling AS (
        UPDATE srs_cards SET buried_until = :buried_until
          FROM log WHERE srs_cards.id = log.buried_id)
    UPDATE srs_days
       SET {", ".join(f"{name} = srs_days.{name} + :more_{name}" for name in COUNTERS)}
      FROM log WHERE srs_days.user_id = log.user_id AND srs_days.day = log.reviewed_on
    RETURNING srs_days.id
"""  # noqa: S608  # our own words, as below
_STORE: Final = text(f"""
    WITH log AS (
        INSERT INTO srs_reviews ({", ".join(_LOG)})
        VALUES ({", ".join(f":{name}" for name in _LOG)})
            ON CONFLICT (user_id, key) DO NOTHING
        RETURNING {_CHANGED}),
    {_CHANGES}
""")  # noqa: S608
_TAKE_BACK: Final = text(f"""
    WITH log AS (
        DELETE FROM srs_reviews AS gone
         WHERE id = :id AND (version IS NULL OR NOT EXISTS (
               SELECT FROM srs_reviews
                WHERE card_id = gone.card_id AND srs_reviews.version > gone.version))
        RETURNING {_CHANGED}),
    {_CHANGES}
""")  # noqa: S608


class Grade(NamedTuple):
    """A review of a locked card, which had the schedule `before` in the database.

    A `sibling` is buried until this time. Cramming leaves the card alone.
    """

    card: Card
    key: UUID
    kind: ReviewKind
    rating: Rating
    now: Moment
    scheduler: Scheduler
    elapsed_days: int
    before: Schedule
    after: Schedule
    took_ms: int | None
    response: object
    is_correct: bool | None
    sibling: UUID | None
    bury_until: datetime


async def store(session: AsyncSession, grade: Grade) -> bool:
    """Log and count a grade on a day that has begun, and change the cards.

    Returns False, and does nothing, if there is a review with its key.
    """
    version = None if grade.kind == "cram" else grade.card.version + 1
    counts = counts_of(grade.kind, grade.before.state, grade.rating, grade.took_ms)
    given = _log(grade, version) | _changes(grade.after, counts)
    given["buried_until"] = grade.bury_until
    stored = (await session.execute(_STORE, given)).first() is not None
    if stored and version is not None:
        _refresh(grade.card, grade.after)
    return stored


async def take_back(session: AsyncSession, card: Card, review: CardReview, to: Schedule) -> None:
    """Remove a review of a locked card, if it is that card's last, with all that it changed.

    Raises:
        NotFound: `no_such_review`; it was taken back meanwhile.
        Conflict: `card_changed`; the card was reviewed, or answered wrong elsewhere, after it.
    """
    rating = RATINGS[(review.rating or 1) - 1]
    counts = counts_of(review.kind, restored(review.before).state, rating, review.took_ms)
    counts = {name: -number for name, number in counts.items()}
    given = {"id": review.id, "buried_until": None, **_changes(to, counts)}
    if (await session.execute(_TAKE_BACK, given)).first() is None:
        there = select(func.count()).where(CardReview.id == review.id)
        if await session.scalar(there):
            raise Conflict("card_changed", "This card was changed after that review.")
        raise no_such_review()
    if review.version is not None:
        _refresh(card, to)


def _log(grade: Grade, version: int | None) -> dict[str, Any]:
    changed = grade.before, grade.after, grade.scheduler
    return {
        **row(grade.kind, grade.now, grade.elapsed_days, *changed),
        "id": uuid7(),
        "card_id": grade.card.id,
        "user_id": grade.card.user_id,
        "key": grade.key,
        "rating": GRADES[grade.rating],
        "took_ms": grade.took_ms,
        "response": None if grade.response is None else _json(grade.response),
        "is_correct": grade.is_correct,
        "before": _json(grade.before),
        "version": version,
        "buried_id": grade.sibling,
    }


def _changes(to: Schedule, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        **{f"to_{name}": getattr(to, name) for name in _SCHEDULE},
        **{f"more_{name}": counts.get(name, 0) for name in COUNTERS},
    }


def counts_of(
    kind: ReviewKind, state: CardState, rating: Rating, took_ms: int | None
) -> Mapping[str, int]:
    """What a review of a card that had this state adds to its day."""
    is_first = kind == "learn" and state == "new"
    counted = "new_cards" if is_first else _COUNTER_OF_KIND.get(kind, "learnings")
    counts = Counter({counted: 1, rating: 1, "took_ms": took_ms or 0})
    if kind == "review":
        counts["failed" if rating == "again" else "passed"] = 1
    return counts


def _refresh(card: Card, schedule: Schedule) -> None:
    """Let the session's copy of a card be as it is stored now."""
    set_committed_value(card, "version", card.version + 1)
    for name in _SCHEDULE:
        set_committed_value(card, name, getattr(schedule, name))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
