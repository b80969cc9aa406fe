"""Queries of a learner's queue: what is asked next, and how much is left.

docs/reviews-internals.md says how the order is found without reading all that is due.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Moment, starts_at
from persistence.repositories.cards import held_back
from persistence.repositories.cards.learners import Learner

LEARN_AHEAD: Final = timedelta(minutes=20)
"""Learning steps that are due so soon come when nothing else is left."""

_OWN = "user_id = :user_id AND NOT is_suspended"
_SHOWN = """
    (buried_until IS NULL OR buried_until <= :now)
    AND (CAST(:deck_id AS uuid) IS NULL OR deck_id = :deck_id)
    AND id <> ALL(CAST(:held_back AS uuid[]))
"""
_GRADED = "again + hard + good + easy > 0"
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
        SELECT first.interval_days, {_share("first")} AS share
          FROM intervals CROSS JOIN LATERAL (
            SELECT id, interval_days, due_at FROM srs_cards
             WHERE {_OWN} AND state = 'review' AND interval_days = intervals.interval_days
               AND due_at <= :until AND {_SHOWN}
             ORDER BY due_at, id LIMIT 1) AS first
         WHERE intervals.due_at <= :until
         ORDER BY share DESC, first.id
         LIMIT :most),
    -- No card that is less overdue than so many first ones is among the most overdue.
    least AS (
        SELECT CASE WHEN count(*) = :most THEN min(share) * 0.9999999 END AS share FROM firsts)
    SELECT card.id, card.note_id FROM least CROSS JOIN firsts CROSS JOIN LATERAL (
        SELECT id, note_id, interval_days, due_at FROM srs_cards
         WHERE {_OWN} AND state = 'review' AND interval_days = firsts.interval_days
           AND due_at <= least(:until, CAST(:now AS timestamptz)
                               - least.share * firsts.interval_days * interval '1 second')
           AND {_SHOWN}
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
       AND id <> ALL(CAST(:held_back AS uuid[]))
     ORDER BY id LIMIT :most
""")  # noqa: S608
# In one statement, because each review asks for all of it.
_STANDING = text(f"""
    WITH done AS (
        SELECT coalesce(sum(new_cards), 0) AS new_cards, coalesce(sum(reviews), 0) AS reviews,
               CAST(coalesce(sum(took_ms), 0) AS bigint) AS took_ms
          FROM srs_days WHERE user_id = :user_id AND day = :day)
    SELECT done.new_cards, done.reviews, done.took_ms,
           (SELECT count(*) FROM (
               SELECT FROM srs_cards WHERE {_OWN} AND {_STEPS} AND due_at < :tomorrow AND {_SHOWN}
                ORDER BY due_at LIMIT :steps) AS steps) AS learning,
           (SELECT count(*) FROM (
               SELECT FROM srs_cards
                WHERE {_OWN} AND state = 'review' AND due_at <= :until AND {_SHOWN}
                ORDER BY due_at LIMIT greatest(:review_limit - done.reviews, 0)) AS due) AS review,
           (SELECT count(*) FROM (
               SELECT FROM srs_cards WHERE {_OWN} AND state = 'new' AND {_SHOWN}
                ORDER BY position LIMIT greatest(:new_limit - done.new_cards, 0)) AS coming) AS new,
           next.*,
           (SELECT count(*) FROM (
               SELECT day, row_number() OVER (ORDER BY day DESC) AS place FROM srs_days
                WHERE user_id = :user_id AND day <= :day AND {_GRADED}) AS days
             WHERE day = greatest(
                       (SELECT max(day) FROM srs_days
                         WHERE user_id = :user_id AND day <= :day AND {_GRADED}),
                       CAST(:day AS date) - 1) - CAST(place AS int) + 1) AS streak
      FROM done CROSS JOIN (
           SELECT min(due_at) FILTER (WHERE {_STEPS}) AS learning_at, min(due_at) AS due_at
             FROM unnest('{{learning,relearning,review}}'::text[]) AS kind (of_state)
             CROSS JOIN LATERAL (
                  SELECT state, due_at FROM srs_cards
                   WHERE {_OWN} AND state = of_state AND due_at > :now
                   ORDER BY due_at LIMIT 1) AS each) AS next
""")  # noqa: S608
_HAS_CARDS = text(f"SELECT EXISTS (SELECT FROM srs_cards WHERE {_OWN})")  # noqa: S608


class Asked(NamedTuple):
    """What is asked for: whose cards, perhaps of one deck, at which time.

    Reviews that are due `until` then are among them, which is `now` unless somebody learns ahead.
    `tomorrow` is when the learner's next day begins. The cards that are `held_back` are not asked.
    """

    user_id: UUID
    deck_id: UUID | None
    now: datetime
    until: datetime
    tomorrow: datetime
    held_back: Sequence[UUID] = ()


class Standing(NamedTuple):
    """How a learner's day stands: what was done, and what is left as far as its limits allow.

    `next_learning_at` is when the next learning step, `next_due_at` when any card is due. `streak`
    counts the days in a row with a review until this one, or until the day before.
    """

    done_new: int
    done_reviews: int
    took_ms: int
    learning: int
    review: int
    new: int
    next_learning_at: datetime | None
    next_due_at: datetime | None
    streak: int


COUNTED_STEPS: Final = 1000


async def asked_by(
    session: AsyncSession,
    learner: Learner,
    now: Moment,
    *,
    deck_id: UUID | None = None,
    ahead_days: int = 0,
) -> Asked:
    """What a learner is asked now, or also what will be due within so many days."""
    return Asked(
        user_id=learner.user_id,
        deck_id=deck_id,
        now=now.at,
        until=max(now.at, starts_at(now.day + timedelta(days=ahead_days), learner.zone)),
        tomorrow=starts_at(now.day + timedelta(days=1), learner.zone),
        held_back=await held_back.cards(session, learner.user_id, learner.taking_part_in),
    )


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


async def standing(
    session: AsyncSession, asked: Asked, day: date, review_limit: int, new_limit: int
) -> Standing:
    """How the day stands, with at most so many reviews and new cards in it."""
    values = {"day": day, "review_limit": review_limit, "new_limit": new_limit}
    given = {**asked._asdict(), **values, "steps": COUNTED_STEPS}
    return Standing(*(await session.execute(_STANDING, given)).one())


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
