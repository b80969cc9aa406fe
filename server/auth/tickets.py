"""Tickets, with which a page hosts a room over a socket that has no cookie and no token.

kuis:ticket:<sha256 of the ticket>   the Ticket as JSON; gone when used or after TICKET_SECONDS
"""

import hashlib
from secrets import token_urlsafe

import msgspec
from redis.asyncio import Redis

from server.auth.sign_ins import SignedIn

TICKET_SECONDS = 60


class Ticket(msgspec.Struct, frozen=True):
    session: str
    holder: SignedIn


class Tickets:
    """Issues and redeems tickets, each of which works once."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def issue(self, session: str, holder: SignedIn) -> str:
        """A ticket for this session's room. The caller has checked that the holder may host it."""
        secret = token_urlsafe()
        ticket = msgspec.json.encode(Ticket(session, holder))
        await self._redis.set(_key(secret), ticket, ex=TICKET_SECONDS)
        return secret

    async def redeem(self, secret: str, session: str) -> SignedIn | None:
        """The user to whom the ticket was issued, if it is unused and for this session."""
        stored = await self._redis.getdel(_key(secret))
        if stored is None:
            return None
        ticket = msgspec.json.decode(stored, type=Ticket)
        return ticket.holder if ticket.session == session else None


def _key(secret: str) -> str:
    return f"kuis:ticket:{hashlib.sha256(secret.encode(errors='replace')).hexdigest()}"
