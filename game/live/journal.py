"""The journal entries for PostgreSQL, which a script writes in the same step as the change.

Each entry of a shard's stream (`keys.journal`) has one field, `entry`, that holds one of these as
JSON. An entry has all the data of its rows, so the recorder may take entries in any order and more
than once. Times are in ms since the epoch on the room's clock.
"""

from typing import Final, TypeVar

import msgspec

from game.rules.questions import Response

PLAYERS_PER_ENTRY: Final = 500

Part = TypeVar("Part")


class _Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    session: str


class JournalPlayer(msgspec.Struct, frozen=True, gc=False):
    """A player as a participation needs it. `user` is the account's id, or None for a guest."""

    player: str
    nickname: str
    user: str | None
    team: str | None
    joined_at: int


class JournalAnswer(msgspec.Struct, frozen=True, gc=False):
    """A graded answer. `correct` is None for a poll, which has no right answer."""

    player: JournalPlayer
    response: Response
    correct: bool | None
    points: int
    elapsed_ms: int
    answered_at: int


class JournalResult(msgspec.Struct, frozen=True, gc=False):
    """The result of one player."""

    player: JournalPlayer
    score: int
    rank: int
    correct: int
    answered: int
    total_time_ms: int
    best_streak: int


class Joined(_Entry, frozen=True, tag="joined"):
    players: tuple[JournalPlayer, ...]


class Kicked(_Entry, frozen=True, tag="kicked"):
    player: JournalPlayer
    at: int


class Started(_Entry, frozen=True, tag="started"):
    """The first question was opened."""

    at: int


class Answered(_Entry, frozen=True, tag="answered"):
    """Graded answers to a revealed question. `source` is the id of the question it was copied from.

    A question that nobody answered has one entry without answers, because it was revealed too.
    `opened_at` is when the question opened first; players who joined later got no speed bonus.
    `limit_ms` is the time that the question counts for players who did not answer it. Both are None
    in entries of earlier releases.
    """

    question: int
    source: str | None
    answers: tuple[JournalAnswer, ...]
    opened_at: int | None = None
    limit_ms: int | None = None


class Finished(_Entry, frozen=True, tag="finished"):
    """A part of the results of a finished room: of everyone who was there and was not kicked.

    `of` is the number of scored questions that have a right answer, so `correct` is never greater.
    A room that ended before its first reveal has no results. The `last` entry sets the session's
    end.
    """

    at: int
    of: int
    results: tuple[JournalResult, ...]
    last: bool


Entry = Joined | Kicked | Started | Answered | Finished


def halves(entry: Entry) -> tuple[Entry, ...]:
    """Two entries with the data of this one. Nothing if it is about one player at most."""
    match entry:
        case Joined(players=some) if len(some) > 1:
            return tuple(msgspec.structs.replace(entry, players=half) for half in _halved(some))
        case Answered(answers=some) if len(some) > 1:
            return tuple(msgspec.structs.replace(entry, answers=half) for half in _halved(some))
        case Finished(results=some, last=last) if len(some) > 1 or (some and last):
            first, second = _halved(some)
            return (
                msgspec.structs.replace(entry, results=second, last=False),
                msgspec.structs.replace(entry, results=first),
            )
        case _:
            return ()


def _halved(some: tuple[Part, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    middle = len(some) // 2
    return some[:middle], some[middle:]


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    return _encoder.encode(entry)


def decode(data: bytes) -> Entry:
    """Raise msgspec.DecodeError if it is not an entry."""
    return _decoder.decode(data)
