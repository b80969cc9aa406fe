"""Guests who keep what they did in a session, because they have an account now.

Whoever has the token of a guest's seat may claim it: for homework it is the header of every
request, for a room it was given to the player at the join. The database has only its hash.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from persistence.models import (
    HomeworkRun,
    QuestionAttempt,
    QuizAttempt,
    QuizParticipation,
    QuizSession,
)
from persistence.repositories import jobs
from persistence.violations import violated_constraint

JOB: Final = "keep_seat_tokens"
"""The name of the job in server/jobs/seat_claims.py."""

CLAIMED_WITHIN: Final = timedelta(days=1)
"""How long after the end of a session its seats can be claimed."""

ONE_SEAT_AN_ACCOUNT: Final = "uq_quiz_participations_session_id_user_id"

HASHES = text("""
    UPDATE quiz_participations p SET token_hash = decode(r.hash, 'hex')
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (player uuid, hash text)
     WHERE p.session_id = :session AND p.player = r.player
       AND p.user_id IS NULL AND p.token_hash IS NULL
""")


class ClaimedSeat(NamedTuple):
    participation_id: UUID
    session_id: UUID
    title: str
    nickname: str


async def keep_tokens_soon(session: AsyncSession, session_ids: Iterable[UUID]) -> None:
    """Enqueue the job that stores the hashes of guests' tokens, before Redis forgets the rooms."""
    for id_ in session_ids:
        payload = msgspec.json.encode({"job": JOB, "session": str(id_)})
        await jobs.enqueue(session, JOB, payload)


async def guests(session: AsyncSession, session_id: UUID) -> Sequence[str]:
    """The players of a session without an account, who were not kicked."""
    query = select(QuizParticipation.player).where(
        QuizParticipation.session_id == session_id,
        QuizParticipation.user_id.is_(None),
        QuizParticipation.kicked_at.is_(None),
    )
    return [str(player) for player in await session.scalars(query)]


async def store_hashes(session: AsyncSession, session_id: UUID, rows: dict[str, str]) -> None:
    """Store the SHA-256 of the tokens of guests, in hex by player."""
    listed = [{"player": player, "hash": hash_} for player, hash_ in sorted(rows.items())]
    given = {"rows": msgspec.json.encode(listed).decode(), "session": session_id}
    await session.execute(HASHES, given)


async def claim(
    session: AsyncSession, user_id: UUID, token_hash: bytes, player: UUID | None
) -> ClaimedSeat:
    """Give a guest's seat, with its answers and result, to an account.

    Raises:
        NotFound: `no_such_seat`: nobody has this token, or its session ended a day ago.
        Conflict: `already_took_part`, if the account has another seat in the session.
    """
    seat = await _lock(session, token_hash, player)
    if seat is None:
        raise NotFound("no_such_seat", "Nobody has this token, or it is too late to claim it.")
    try:
        async with session.begin_nested():
            await session.execute(
                update(QuizParticipation)
                .where(QuizParticipation.id == seat.participation_id)
                .values(user_id=user_id, token_hash=None)
            )
    except IntegrityError as error:
        if violated_constraint(error) != ONE_SEAT_AN_ACCOUNT:
            raise
        message = "This account took part in that session itself."
        raise Conflict("already_took_part", message) from None
    for table in (QuestionAttempt, QuizAttempt):
        await session.execute(
            update(table)
            .where(table.participation_id == seat.participation_id)
            .values(user_id=user_id)
            .execution_options(synchronize_session=False)
        )
    return seat


async def _lock(
    session: AsyncSession, token_hash: bytes, player: UUID | None
) -> ClaimedSeat | None:
    mine = (QuizParticipation.token_hash == token_hash) & QuizParticipation.user_id.is_(None)
    if player is not None:
        mine &= QuizParticipation.player == player
    # Runs are locked as batches of answers lock them, so that no answer is stored as a guest's.
    runs = select(HomeworkRun.id).join(
        QuizParticipation, QuizParticipation.id == HomeworkRun.participation_id
    )
    locked = runs.where(mine).order_by(HomeworkRun.id).with_for_update(of=HomeworkRun)
    await session.execute(locked)
    query = (
        select(
            QuizParticipation.id,
            QuizParticipation.session_id,
            QuizSession.title,
            QuizParticipation.nickname,
        )
        .join(QuizSession, QuizSession.id == QuizParticipation.session_id)
        .where(
            mine,
            QuizParticipation.kicked_at.is_(None),
            QuizSession.ended_at.is_(None) | (QuizSession.ended_at > func.now() - CLAIMED_WITHIN),
        )
        .with_for_update(of=QuizParticipation)
    )
    row = (await session.execute(query)).first()
    return None if row is None else ClaimedSeat(*row)
