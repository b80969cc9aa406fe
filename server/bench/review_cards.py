"""Fills the database of a server of our own with cards and logs of reviews."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from game.rules.cards import VERSIONS
from persistence.database import connect_directly

OTHERS: Final = 10_000
OTHERS_CARDS: Final = 20
REVIEWS, OTHERS_REVIEWS = 10, 2
"""Of each card."""
DAYS: Final = 1_000
"""On which a learner has reviewed something."""

_USERS = """
    INSERT INTO users (id, email, password_hash, full_name, role)
    SELECT gen_random_uuid(), 'learner-' || number || '@kuis.example', 'x', 'Learner', 'student'
      FROM generate_series(1, $1::int) AS number RETURNING id
"""
_DECK = """
    INSERT INTO decks (id, owner_id, kind, title) VALUES (gen_random_uuid(), $1, 'hand', 'Words')
    RETURNING id
"""
_NOTES = """
    INSERT INTO notes (id, deck_id, position, front, back)
    SELECT gen_random_uuid(), $1, number, 'front ' || number, 'back ' || number
      FROM generate_series(1, $2::int) AS number
"""
# A few new ones and learning steps, and three in ten of the others overdue.
_CARDS = """
    INSERT INTO srs_cards (id, user_id, note_id, deck_id, made_from, position, version, state, step,
                           stability, difficulty, interval_days, due_at, reviewed_at, reviewed_on,
                           reviews, lapses, algorithm)
    SELECT gen_random_uuid(), learner, note.id, note.deck_id, 'deck', note.position, $4::int + 1,
           state, CASE state WHEN 'learning' THEN 0 END,
           CASE state WHEN 'new' THEN NULL ELSE days END,
           CASE state WHEN 'new' THEN NULL ELSE 1 + 9 * random() END,
           CASE state WHEN 'review' THEN days ELSE 0 END,
           CASE state WHEN 'new' THEN NULL ELSE reviewed_at + days * interval '1 day' END,
           CASE state WHEN 'new' THEN NULL ELSE reviewed_at END,
           CASE state WHEN 'new' THEN NULL ELSE reviewed_at::date END,
           CASE state WHEN 'new' THEN 0 ELSE $4::int END, 0,
           CASE state WHEN 'new' THEN NULL ELSE $5 END
      FROM unnest($1::uuid[]) AS learner
      CROSS JOIN (SELECT * FROM notes WHERE deck_id = $2 AND position <= $3::int) AS note
      CROSS JOIN LATERAL (
           SELECT CASE WHEN position % 20 = 0 THEN 'new' WHEN position % 100 = 1 THEN 'learning'
                       ELSE 'review' END AS state,
                  round(exp(6.2 * random() + 0 * position)) AS days) AS drawn
      CROSS JOIN LATERAL (
           SELECT now() - days * 1.3 * random() * interval '1 day' AS reviewed_at) AS at_time
"""
_LOG = """
    INSERT INTO srs_reviews (id, card_id, user_id, key, kind, rating, reviewed_at, reviewed_on,
                             elapsed_days, took_ms, algorithm, retention, before, state, stability,
                             difficulty, interval_days, due_at, version)
    SELECT gen_random_uuid(), id, user_id, gen_random_uuid(), 'review', 3, at, at::date, 9, 5000,
           algorithm, 0.9,
           jsonb_build_object('state', 'review', 'stability', stability, 'difficulty', difficulty,
                              'interval_days', 9, 'due_at', at, 'reviewed_at', at, 'reviews', nth),
           'review', stability, difficulty, 9, at, nth + 1
      FROM srs_cards CROSS JOIN generate_series(1, $2::int) AS nth
      CROSS JOIN LATERAL (SELECT reviewed_at - ($2::int - nth) * interval '9 days' AS at) AS at_time
     WHERE user_id = ANY ($1::uuid[]) AND state <> 'new'
"""
_DAYS = """
    INSERT INTO srs_days (id, user_id, day, reviews, good, passed, took_ms)
    SELECT gen_random_uuid(), learner, current_date - number, 50, 50, 50, 250000
      FROM unnest($1::uuid[]) AS learner, generate_series(1, $2::int) AS number
"""


def fill(database_url: str, learners: Sequence[tuple[UUID, int]]) -> None:
    """Give so many cards to each of these learners, and a few to many others."""
    asyncio.run(_fill(database_url, learners))


async def _fill(database_url: str, learners: Sequence[tuple[UUID, int]]) -> None:
    connection = await connect_directly(database_url)
    try:
        # Foreign keys are not checked: that would take as long as all the rest.
        await connection.execute("SET session_replication_role = replica")
        deck = await connection.fetchval(_DECK, learners[0][0])
        await connection.execute(_NOTES, deck, max(cards for _, cards in learners))
        others = [row["id"] for row in await connection.fetch(_USERS, OTHERS)]
        await _add(connection, others, deck, OTHERS_CARDS, OTHERS_REVIEWS)
        for learner, cards in learners:
            await _add(connection, [learner], deck, cards, REVIEWS)
        await connection.execute("VACUUM ANALYZE users, notes, srs_cards, srs_reviews, srs_days")
    finally:
        await connection.close()


async def _add(
    connection: asyncpg.Connection, learners: list[UUID], deck: UUID, cards: int, reviews: int
) -> None:
    algorithm, within_s = VERSIONS["fsrs"], 600
    await connection.execute(_CARDS, learners, deck, cards, reviews, algorithm, timeout=within_s)
    await connection.execute(_LOG, learners, reviews, timeout=within_s)
    await connection.execute(_DAYS, learners, min(DAYS, cards), timeout=within_s)
