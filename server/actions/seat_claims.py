"""Lets a guest who has an account now keep what they did in a session."""

import hashlib
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from persistence.repositories import seat_claims
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from persistence.repositories.seat_claims import ClaimedSeat
from server.auth.sign_ins import SignedIn
from server.limits import CLAIMS_OF_ACCOUNT, Limits


async def claim_seat(db: AsyncSession, limits: Limits, viewer: SignedIn, token: str) -> ClaimedSeat:
    """Give the seat that a token leads to, with its answers, to the viewer.

    Raises:
        NotFound: `no_such_seat`, also for a player who was removed.
        Conflict: `already_took_part`.
        RateLimited: this account has tried too many.
    """
    await limits.hit(CLAIMS_OF_ACCOUNT, str(viewer.user_id))
    player, secret = _parts(token)
    token_hash = hashlib.sha256(secret.encode()).digest()
    claimed = await seat_claims.claim(db, viewer.user_id, token_hash, player)
    await make_cards_soon(db, [claimed.session_id], [claimed.participation_id])
    return claimed


def _parts(token: str) -> tuple[UUID | None, str]:
    """The player and the secret in the token of a room. That of a homework is all secret."""
    player, _, secret = token.partition(".")
    try:
        return UUID(player), secret
    except ValueError:
        return None, token
