"""Every key and channel of the rooms in Redis, and how long the keys live.

All keys of a room, its shard's journal and its shard's deadlines share one hash tag. So a script
touches one slot, and the same code runs on a single Redis and on a cluster. The key of a room's
code has a slot of its own.
"""

from typing import Final
from zlib import crc32

SHARDS: Final = 16

IDLE_TTL_S: Final = 24 * 3600
"""A room finishes 4 hours after its last change. The rest is for when all servers are down."""
FINISHED_TTL_S: Final = 2 * 3600
"""How long a finished room can still be looked at."""

DEADLINES_CHANNEL: Final = "kuis:deadlines"
"""Announces deadlines as `<shard> <ms since the epoch>`, to wake sleeping processes in time."""
ANNOUNCED_MS: Final = 2000
"""Only deadlines within this time are announced. Each process polls for others once a second."""


def shard(session: str) -> int:
    """The shard of a session. It never changes."""
    return crc32(session.encode()) % SHARDS


def _tagged(number: int, rest: str) -> str:
    return f"kuis:{{s{number:02}}}:{rest}"


def journal(number: int) -> str:
    """The stream of a shard; each entry has one field `entry`, see `journal.py`."""
    return _tagged(number, "journal")


def deadlines(number: int) -> str:
    """The sorted set of a shard: session → when something is due, in ms."""
    return _tagged(number, "deadlines")


def code(access_code: str) -> str:
    """The id of the session that an access code leads to."""
    return f"kuis:code:{access_code}"


def former_code(access_code: str) -> str:
    """The id of the session that a code led to until the host asked for another one."""
    return f"kuis:former:{access_code}"


class RoomKeys:
    """The keys of one room.

    Attributes:
        room: hash of the state, its revision, the feed's version, and fields that scripts check.
        definition: what never changes: code, title, host, questions, settings (JSON).
        players: hash player → their record (JSON), which stays after they leave.
        secrets: hash player → SHA-256 of their token's secret.
        names: hash line of a folded nickname → player who has it.
        folded: hash player → folded nickname, also if somebody else has it by now.
        users: hash of the id of an account → player.
        joins: hash of the SHA-256 of a secret that was made from a client's key → player. The same
            `join` twice gives one seat.
        connections: hash player → id of their newest connection.
        presence: sorted set player → until when they count as connected, in ms.
        absent: sorted set player who has a seat and is not connected → until when it counts against
            the cap and their name is theirs, in ms.
        last_seats: hash of an address → how many of the last tenth of the seats it has taken.
        attended: set of players who left while a question was open or being scored and were there
            for it.
        latecomers: set of players who came while the last announced question was open or being
            scored.
        kicked: set of players.
        devices: hash player → hash of the device that they joined from, if it said one.
        removed: hash player who was kicked and not let back in → hash of their device, or ''.
        answers: hash player → `[elapsed ms, arrived at ms, response]` (JSON), to the last announced
            question; the next one clears it, since what was revealed is in the journal.
        standings: the standings after the last reveal (JSON).
        all: the keys of `commit.lua`, in its order.
        channel: the pub/sub channel of this room.
    """

    __slots__ = (
        "absent",
        "all",
        "answers",
        "attended",
        "channel",
        "connections",
        "deadlines",
        "definition",
        "devices",
        "folded",
        "joins",
        "journal",
        "kicked",
        "last_seats",
        "latecomers",
        "names",
        "players",
        "presence",
        "removed",
        "room",
        "secrets",
        "session",
        "shard",
        "standings",
        "users",
    )

    def __init__(self, session: str) -> None:
        self.session = session
        self.shard = shard(session)
        self.journal = journal(self.shard)
        self.deadlines = deadlines(self.shard)
        self.room = _tagged(self.shard, f"room:{session}")
        self.definition = f"{self.room}:frozen"
        self.players = f"{self.room}:players"
        self.secrets = f"{self.room}:secrets"
        self.names = f"{self.room}:names"
        self.folded = f"{self.room}:folded"
        self.users = f"{self.room}:users"
        self.joins = f"{self.room}:joins"
        self.connections = f"{self.room}:connections"
        self.presence = f"{self.room}:presence"
        self.absent = f"{self.room}:absent"
        self.last_seats = f"{self.room}:last-seats"
        self.attended = f"{self.room}:attended"
        self.latecomers = f"{self.room}:latecomers"
        self.kicked = f"{self.room}:kicked"
        self.devices = f"{self.room}:devices"
        self.removed = f"{self.room}:removed"
        self.answers = f"{self.room}:answers"
        self.standings = f"{self.room}:standings"
        self.channel = f"{self.room}:events"
        self.all = (
            *(self.room, self.journal, self.deadlines, self.standings, self.answers),
            *(self.players, self.kicked, self.absent, self.attended, self.latecomers),
            *(self.secrets, self.names, self.folded, self.users),
            *(self.joins, self.connections, self.presence, self.last_seats, self.definition),
            *(self.devices, self.removed),
        )
