"""Queries of the questions that cards ask: copies, one for each question and owner."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.question_statistics import wording
from game.rules.questions import Question
from persistence.models import Question as StoredQuestion

ORIGINS: Final = text("""
    WITH RECURSIVE up AS (
        SELECT id AS copy, id, source_id FROM questions WHERE id = ANY(:ids)
         UNION
        SELECT up.copy, q.id, q.source_id FROM up JOIN questions q ON q.id = up.source_id)
    SELECT copy, id FROM up WHERE source_id IS NULL
""")

# In the order of origins, so that two games of the same quiz cannot deadlock.
STORE: Final = text("""
    INSERT INTO review_questions
           (id, origin_id, owner_id, question_id, content, played_at, language, level, topic, tags)
    SELECT gen_random_uuid(), r.origin, :owner, q.id, r.content, :played_at,
           q.language, q.level, q.topic, COALESCE(q.tags, '{}')
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (origin uuid, source uuid, content jsonb)
      LEFT JOIN questions q ON q.id = r.source
     ORDER BY r.origin
        ON CONFLICT (origin_id, owner_id) DO UPDATE
       SET question_id = excluded.question_id, content = excluded.content,
           played_at = excluded.played_at, language = excluded.language, level = excluded.level,
           topic = excluded.topic, tags = excluded.tags, updated_at = clock_timestamp()
     WHERE review_questions.played_at <= excluded.played_at
       AND (review_questions.content, review_questions.played_at)
           IS DISTINCT FROM (excluded.content, excluded.played_at)
""")

KNOWN: Final = text("""
    SELECT question_id, origin_id FROM review_questions
     WHERE owner_id = :owner AND question_id = ANY(:ids)
""")

STORED: Final = text("""
    SELECT origin_id, id FROM review_questions
     WHERE owner_id = :owner AND origin_id = ANY(:origins)
""")


async def origins(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
    """The question that each of these was copied from, directly or not; those that are gone lack.

    A question that was not copied is its own.
    """
    rows = await session.execute(ORIGINS, {"ids": list(ids)})
    return {row.copy: row.id for row in rows}


async def store(
    session: AsyncSession, owner_id: UUID, questions: Sequence[Question], played_at: datetime
) -> list[UUID]:
    """Store copies of questions as they count, and return the id of each.

    What was played later stays.
    """
    sources = [UUID(each.source) if each.source else None for each in questions]
    ids = [id_ for id_ in sources if id_ is not None]
    # The copies refer to them, so none may be removed meanwhile.
    referred = select(StoredQuestion.id).where(StoredQuestion.id.in_(ids))
    referred = referred.order_by(StoredQuestion.id)
    await session.execute(referred.with_for_update(read=True, key_share=True))
    # Its origin may have been removed since the copy was stored.
    stored_before = await session.execute(KNOWN, {"owner": owner_id, "ids": ids})
    known = {
        **await origins(session, ids),
        **{row.question_id: row.origin_id for row in stored_before},
    }
    of_each = [
        # A question that is gone counts as its own origin; a nameless one is known by its wording.
        known.get(source, source) if source else uuid5(owner_id, wording(question))
        for source, question in zip(sources, questions, strict=True)
    ]
    rows = {
        origin: {"origin": origin, "source": source, "content": question}
        for origin, source, question in zip(of_each, sources, questions, strict=True)
    }
    document = msgspec.json.encode([*rows.values()]).decode()
    given = {"rows": document, "owner": owner_id, "played_at": played_at}
    await session.execute(STORE, given)
    stored = await session.execute(STORED, {"owner": owner_id, "origins": [*rows]})
    by_origin = {row.origin_id: row.id for row in stored}
    return [by_origin[origin] for origin in of_each]
