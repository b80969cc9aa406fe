"""Wrong answers to what a learner reviews already: lapses of the cards."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import asdict
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.cards import Schedule, elapsed_days, lapse, needs_replay
from persistence.repositories.cards import learners, logs, reviews
from persistence.repositories.cards.learners import Learner
from persistence.repositories.missed_questions.statements import MISSED

COLUMNS: Final = Schedule.__struct_fields__
LAPSES_AT_ONCE: Final = 25
"""How many are computed before others may use the event loop."""

# An answer says nothing new of a card that was reviewed after it. The cards are locked in the order
# of their ids until the transaction ends.
LAPSED = text(f"""{MISSED}
    SELECT c.id, c.user_id, c.version, {", ".join(f"c.{name}" for name in COLUMNS)}, m.at,
           md5(concat_ws('/', m.participation, m.run, m.index))::uuid AS key
      FROM missed m
      JOIN srs_cards c ON c.review_question_id = m.question AND c.user_id = m.user_id
     WHERE m.was_wrong AND c.state <> 'new' AND m.at > COALESCE(c.answered_at, c.created_at)
       AND NOT EXISTS (
           SELECT FROM srs_reviews l
            WHERE l.user_id = c.user_id
              AND l.key = md5(concat_ws('/', m.participation, m.run, m.index))::uuid)
       AND NOT EXISTS (
           SELECT FROM srs_reviews l
            WHERE l.card_id = c.id AND l.version IS NOT NULL AND l.kind <> 'lapse'
              AND l.reviewed_at >= m.at)
     ORDER BY c.id, m.at
       FOR NO KEY UPDATE OF c
""")  # noqa: S608  # our own text

# A statement that waited for a grade to release its card does not see the grade in the log.
REVIEWED = text("""
    SELECT card_id, max(reviewed_at) AS reviewed_at FROM srs_reviews
     WHERE card_id = ANY(:cards) AND version IS NOT NULL AND kind <> 'lapse' GROUP BY card_id
""")

CARDS = text(f"""
    UPDATE srs_cards c
       SET version = r.version, updated_at = clock_timestamp(),
           {", ".join(f"{name} = r.{name}" for name in COLUMNS)}
      FROM jsonb_populate_recordset(NULL::srs_cards, CAST(:rows AS jsonb)) AS r
     WHERE c.id = r.id
""")  # noqa: S608  # our own text

LOG = text("""
    INSERT INTO srs_reviews
           (id, card_id, user_id, key, kind, reviewed_at, reviewed_on, elapsed_days, algorithm,
            retention, parameters_id, before, state, stability, difficulty, interval_days, due_at,
            version)
    SELECT r.id, r.card_id, r.user_id, r.key, r.kind, r.reviewed_at, r.reviewed_on,
           r.elapsed_days, r.algorithm, r.retention, r.parameters_id, r.before, r.state,
           r.stability, r.difficulty, r.interval_days, r.due_at, r.version
      FROM jsonb_populate_recordset(NULL::srs_reviews, CAST(:rows AS jsonb)) AS r
""")


@dataclass(slots=True)
class _Card:
    id: UUID
    version: int
    schedule: Schedule


async def add(session: AsyncSession, given: dict[str, object]) -> None:
    """Add the lapses of some participations of a session, which `MISSED` is given."""
    rows = await _lapsed(session, given)
    if not rows:
        return
    known = await learners.by_ids(session, {row.user_id for row in rows})
    cards = await _cards(session, rows, known)
    log: list[dict[str, object]] = []
    lapsed: dict[UUID, dict[str, object]] = {}
    for number, row in enumerate(rows, start=1):
        card = cards[row.id]
        if (entry := _lapse(card, row, known[row.user_id])) is not None:
            log.append(entry)
            lapsed[card.id] = {"id": card.id, "version": card.version, **asdict(card.schedule)}
        if number % LAPSES_AT_ONCE == 0:
            await asyncio.sleep(0)  # the worker records games meanwhile
    await session.execute(CARDS, {"rows": msgspec.json.encode([*lapsed.values()]).decode()})
    await session.execute(LOG, {"rows": msgspec.json.encode(log).decode()})


async def _lapsed(session: AsyncSession, given: dict[str, object]) -> Sequence[Row[Any]]:
    """The answers that are lapses, with their cards, which are locked."""
    rows = (await session.execute(LAPSED, given)).all()
    if not rows:
        return rows
    found = await session.execute(REVIEWED, {"cards": [row.id for row in rows]})
    reviewed_at = {row.card_id: row.reviewed_at for row in found}
    return [row for row in rows if row.id not in reviewed_at or reviewed_at[row.id] < row.at]


async def _cards(
    session: AsyncSession, rows: Sequence[Row[Any]], known: Mapping[UUID, Learner]
) -> dict[UUID, _Card]:
    """The cards, each as its learner's present scheduler has it."""
    cards = {row.id: _Card(row.id, row.version, _schedule(row)) for row in rows}
    outdated = {
        row.id: (known[row.user_id], cards[row.id].schedule)
        for row in rows
        if needs_replay(cards[row.id].schedule, known[row.user_id].scheduler)
    }
    for id_, schedule in (await logs.rebuilt(session, outdated)).items():
        cards[id_].schedule = schedule
    return cards


def _lapse(card: _Card, row: Row[Any], learner: Learner) -> dict[str, object] | None:
    """Change the card, and return the row of the log."""
    before, scheduler = card.schedule, learner.scheduler
    at: datetime = row.at
    if before.reviewed_at is not None and at <= before.reviewed_at:
        # Another lapse of a later answer, which was recorded before: none is lost.
        at = before.reviewed_at + timedelta(microseconds=1)
    now = learner.moment(at)
    after = lapse(before, now, scheduler)
    if after is before:
        return None
    card.schedule, card.version = after, card.version + 1
    return {
        "id": uuid7(),
        "card_id": card.id,
        "user_id": row.user_id,
        "key": row.key,
        "version": card.version,
        **reviews.row("lapse", now, elapsed_days(before, now), before, after, scheduler),
    }


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(**{name: getattr(row, name) for name in COLUMNS})
