"""A player's seat: checks of names, the token of the seat, and the refusals of a seat."""

import hashlib
from typing import Final, NoReturn

import msgspec

from game.errors import Forbidden, Refusal, room_refusal
from game.live.journal import JournalPlayer
from game.rules import nicknames
from game.rules.rooms import RoomSettings

PRESENT_MS: Final = 30_000
"""How long a player counts as connected after the last heartbeat for their socket."""
ABSENT_MS: Final = 30_000
"""After this absence a seat no longer counts against the cap, and in the lobby somebody else may
take the name."""


class KickedOut(Forbidden):
    """The host removed this player. Their token, device and account do not lead back."""


class Seat(msgspec.Struct, frozen=True):
    """A player's seat in a room. Whoever has the token has the seat."""

    player: str
    nickname: str
    token: str
    joined_at: int
    user: str | None
    """The id of the player's account. None for a guest."""


class Stayed(msgspec.Struct, frozen=True):
    """Players whom a heartbeat could not keep connected, by the reason."""

    elsewhere: list[str]
    """They have a newer connection."""
    unseated: list[str]
    """They were away too long: they lost their seat, or somebody else has their name."""


def fit_name(settings: RoomSettings, typed: str) -> str:
    name = nicknames.clean(typed)
    if settings.word_filter and nicknames.is_profane(name):
        raise room_refusal("nickname_invalid", "Choose a friendlier nickname.")
    return name


def fit_team(settings: RoomSettings, typed: str | None) -> str | None:
    """The team's name as shown. It obeys the rules of nicknames, because everybody sees it."""
    if typed is None or not typed.strip():
        return None
    try:
        return fit_name(settings, typed)
    except Refusal:
        raise room_refusal(
            "bad_message", "A team has 1 to 24 visible characters and no rude word."
        ) from None


def folded(nickname: str) -> str:
    """The forms of a nickname, one a line. No two players in a room may share a form."""
    return "\n".join(nicknames.fold(nickname))


def secret_of(session: str, user: str | None, key: str) -> str:
    """The secret of a seat, derived from the client's key. It depends on the room and the user."""
    return hashlib.sha256(f"{session}:{user or ''}:{key}".encode()).hexdigest()


def hash_in(session: str, of: str) -> str:
    """A hash of an address or a device. It is different in each room."""
    return hashed(f"{session}:{of}")[:16]


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def seat_of(record: JournalPlayer, secret: str) -> Seat:
    token = f"{record.player}.{secret}"
    return Seat(record.player, record.nickname, token, record.joined_at, record.user)


def raise_refusal(code: str) -> NoReturn:
    if code == "kicked":
        raise KickedOut("kicked", "The host removed you from this room.")
    raise room_refusal(code)
