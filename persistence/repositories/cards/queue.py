"""Queries of a learner's queue: what is asked next, and how much is left.

docs/reviews.md says how the order is found without reading all that is due.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

LEARN_AHEAD: Final = timedelta(minutes=20)
"""Learning steps that are due so soon come when nothing else is left."""

_OWN = "user_id = :user_id AND NOT is_suspended"
_SHOWN = """
    (buried_until IS NULL OR buried_until <= :now)
    AND (CAST(:deck_id AS uuid) IS NULL OR deck_id = :deck_id)
"""
_STEPS = "state IN ('learning', 'relearning')"


def _share(card: str) -> str:
    """How long a card has been due, as a share of its interval."""
    due_for = f"extract(epoch FROM CAST(:now AS timestamptz) - {card}.due_at)"
    return f"{due_for} / {card}.interval_days"


_LEARNING = text(f"""
    SELECT id, note_id FROM srs_cards
     WHERE {_OWN} AND {_STEPS} AND due_at <= :until AND {_SHOWN}
       AND (CAST(:after AS timestamptz) IS NULL OR due_at > :after)
     ORDER BY due_at, id LIMIT :most
""")  # noqa: S608  # our own words, as below
# Of one interval the card that was due first is the most overdue one. So one card is read of each
# interval, and more only of the intervals whose first cards are among the most overdue ones.
_REVIEWS = text(f"""
    WITH RECURSIVE intervals AS (
        (SELECT interval_days, due_at FROM srs_cards
          WHERE {_OWN} AND state = 'review' ORDER BY interval_days, due_at LIMIT 1)
         UNION ALL
        SELECT following.* FROM intervals CROSS JOIN LATERAL (
            SELECT interval_days, due_at FROM srs_cards
             WHERE {_OWN} AND state = 'review' AND interval_days > intervals.interval_days
             ORDER BY interval_days, due_at LIMIT 1) AS following),
    firsts AS (
        SELECT first.interval_days FROM intervals CROSS JOIN LATERAL (
            SELECT id, interval_days, due_at FROM srs_cards
             WHERE {_OWN} AND state = 'review' AND interval_days = intervals.interval_days
               AND due_at <= :until AND {_SHOWN}
             ORDER BY due_at, id LIMIT 1) AS first
         WHERE intervals.due_at <= :until
         ORDER BY {_share("first")} DESC, first.id
         LIMIT :most)
    SELECT card.id, card.note_id FROM firsts CROSS JOIN LATERAL (
        SELECT id, note_id, interval_days, due_at FROM srs_cards
         WHERE {_OWN} AND state = 'review' AND interval_days = firsts.interval_days
           AND due_at <= :until AND {_SHOWN}
         ORDER BY due_at, id LIMIT :most) AS card
     ORDER BY {_share("card")} DESC, card.id
     LIMIT :most
""")  # noqa: S608
_NEW = text(f"""
    SELECT id, note_id FROM srs_cards WHERE {_OWN} AND state = 'new' AND {_SHOWN}
     ORDER BY position, id LIMIT :most
""")  # noqa: S608
_CRAM = text(f"""
    SELECT id, note_id FROM srs_cards
     WHERE {_OWN} AND deck_id = :deck_id AND (CAST(:after AS uuid) IS NULL OR id > :after)
     ORDER BY id LIMIT :most
""")  # noqa: S608
_LEFT = text(f"""
    SELECT (SELECT count(*) FROM (
               SELECT FROM srs_cards WHERE {_OWN} AND {_STEPS} AND due_at < :tomorrow AND {_SHOWN}
                LIMIT :most) AS steps) AS learning,
           (SELECT count(*) FROM (
               SELECT FROM srs_cards WHERE {_OWN} AND state = 'review' AND due_at <= :until
                  AND {_SHOWN} LIMIT :reviews) AS due) AS review,
           (SELECT count(*) FROM (
               SELECT FROM srs_cards WHERE {_OWN} AND state = 'new' AND {_SHOWN}
                LIMIT :new_cards) AS coming) AS new
""")  # noqa: S608
_NEXT = text(f"""
    SELECT min(due_at) FILTER (WHERE {_STEPS}) AS learning, min(due_at) AS any_card
      FROM unnest('{{learning,relearning,review}}'::text[]) AS kind (of_state) CROSS JOIN LATERAL (
           SELECT state, due_at FROM srs_cards
            WHERE {_OWN} AND state = of_state AND due_at > :now ORDER BY due_at LIMIT 1) AS next
""")  # noqa: S608
_HAS_CARDS = text(f"SELECT EXISTS (SELECT FROM srs_cards WHERE {_OWN})")  # noqa: S608


class Asked(NamedTuple):
    """What is asked for: whose cards, perhaps of one deck, at which time.

    Reviews that are due `until` then are among them, which is `now` unless somebody learns ahead.
    `tomorrow` is when the learner's next day begins.
    """

    user_id: UUID
    deck_id: UUID | None
    now: datetime
    until: datetime
    tomorrow: datetime


class Left(NamedTuple):
    """How many cards are left today, as far as the limits of the day allow."""

    learning: int
    review: int
    new: int


class Next(NamedTuple):
    """When a learning step, and when any card is due next."""

    learning: datetime | None
    any_card: datetime | None


COUNTED_STEPS: Final = 1000


async def first_ids(
    session: AsyncSession, asked: Asked, most: int, reviews: int, new_cards: int
) -> Sequence[UUID]:
    """The cards that come next, at most so many of them, and of reviews and new cards.

    Of siblings only the first is among them.
    """
    found = [*await _read(session, _LEARNING, asked, most, after=None, until=asked.now)]
    found += await _read(session, _REVIEWS, asked, min(most - len(found), reviews))
    found += await _read(session, _NEW, asked, min(most - len(found), new_cards))
    soon = {"after": asked.now, "until": asked.now + LEARN_AHEAD}
    found += await _read(session, _LEARNING, asked, most - len(found), **soon)
    return list(_without_siblings(found))


async def cram_ids(
    session: AsyncSession, asked: Asked, most: int, after: UUID | None
) -> Sequence[UUID]:
    """The cards of a deck, due or not, that come after this one."""
    return [row.id for row in await _read(session, _CRAM, asked, most, after=after)]


async def left(session: AsyncSession, asked: Asked, reviews: int, new_cards: int) -> Left:
    """How many cards are left, at most so many reviews and new cards."""
    limits = {"reviews": reviews, "new_cards": new_cards, "most": COUNTED_STEPS}
    return Left(*(await session.execute(_LEFT, asked._asdict() | limits)).one())


async def next_due(session: AsyncSession, user_id: UUID, now: datetime) -> Next:
    return Next(*(await session.execute(_NEXT, {"user_id": user_id, "now": now})).one())


async def has_cards(session: AsyncSession, user_id: UUID) -> bool:
    return bool((await session.execute(_HAS_CARDS, {"user_id": user_id})).scalar_one())


async def _read(
    session: AsyncSession, query: TextClause, asked: Asked, most: int, **more: object
) -> Sequence[Row[Any]]:
    if most <= 0:
        return []
    return (await session.execute(query, {**asked._asdict(), "most": most, **more})).all()


def _without_siblings(found: Iterable[Row[Any]]) -> Iterable[UUID]:
    notes = set[UUID]()
    for row in found:
        if row.note_id not in notes:
            yield row.id
        if row.note_id is not None:
            notes.add(row.note_id)
