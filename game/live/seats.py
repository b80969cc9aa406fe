"""A player's seat: the names that fit, the token that holds it, and why there is none."""

import hashlib
from typing import NoReturn

import msgspec

from game.errors import Forbidden, Refusal, room_refusal
from game.live.journal import JournalPlayer
from game.rules import nicknames
from game.rules.rooms import RoomSettings


class KickedOut(Forbidden):
    """The host removed this player: they do not come back under the same token or account."""


class Seat(msgspec.Struct, frozen=True):
    """A player's place in a room; who holds the token holds the place."""

    player: str
    nickname: str
    token: str
    joined_at: int
    user: str | None
    """Whose account it belongs to; none for a guest."""


class Stayed(msgspec.Struct, frozen=True):
    """Players who were to stay present and were not, by the reason."""

    elsewhere: list[str]
    """They have a newer connection."""
    unseated: list[str]
    """They were gone too long: their seat is gone or somebody else has their name."""


def fit_name(settings: RoomSettings, typed: str) -> str:
    name = nicknames.clean(typed)
    if settings.word_filter and nicknames.is_profane(name):
        raise room_refusal("nickname_invalid", "Choose a friendlier nickname.")
    return name


def fit_team(settings: RoomSettings, typed: str | None) -> str | None:
    """Everybody's results show it, so it obeys the rules of nicknames."""
    if typed is None or not typed.strip():
        return None
    try:
        return fit_name(settings, typed)
    except Refusal:
        raise room_refusal(
            "bad_message", "A team has 1 to 24 visible characters and no rude word."
        ) from None


def folded(nickname: str) -> str:
    """What no other nickname in the room may have in common with it, a line each."""
    return "\n".join(nicknames.fold(nickname))


def secret_of(session: str, user: str | None, key: str) -> str:
    """The secret of the seat that this key leads to, for this user and in this room only."""
    return hashlib.sha256(f"{session}:{user or ''}:{key}".encode()).hexdigest()


def address_in(session: str, address: str) -> str:
    """What stands for an address in this room."""
    return hashed(f"{session}:{address}")[:16]


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def seat_of(record: JournalPlayer, secret: str) -> Seat:
    token = f"{record.player}.{secret}"
    return Seat(record.player, record.nickname, token, record.joined_at, record.user)


def raise_refusal(code: str) -> NoReturn:
    if code == "kicked":
        raise KickedOut("kicked", "The host removed you from this room.")
    raise room_refusal(code)
