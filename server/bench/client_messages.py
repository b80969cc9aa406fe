"""The messages between the bench and its client processes.

All times are seconds of the machine's monotonic clock, which all processes share.
"""

import socket
import struct
from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from server.live.protocol import Hello

ALL_DIFFERENT = 1 << 31
"""A value of `names` with which every player has a different name."""
_LENGTH = struct.Struct("!I")


class Connect(Struct, tag=True, frozen=True, kw_only=True):
    """Open sockets and send the first message on each. They are named `group` from then on.

    Each `join` has a key of its own and the number of its socket, modulo `names`, in its nickname.
    Without a hello the handshake is all; else the socket is there when a `welcome` comes.
    """

    group: str
    host: str
    port: int
    path: str
    count: int
    first: int = 0
    names: int = ALL_DIFFERENT
    hello: Hello | None = None
    token: str = ""


class Exchange(Struct, tag=True, frozen=True, kw_only=True):
    """Send a payload on every socket of `by`, and wait until each of `to` got what is awaited.

    The payloads take turns. They go at `at`: all at once, evenly within `window_s`, or so that no
    more than `outstanding` are without an answer. What comes of the types in `keep` is brought
    back.
    """

    by: list[str]
    payloads: list[bytes]
    to: list[str]
    awaited: str
    at: float
    window_s: float = 0.0
    outstanding: int = 0
    keep: list[str] = []


class Drop(Struct, tag=True, frozen=True):
    """Close all sockets of a group without a word, as a phone that loses its network."""

    group: str


class KeptMessage(Struct, frozen=True):
    """A payload of a requested type, and when it arrived."""

    group: str
    at: float
    payload: bytes


class Timing(Struct, kw_only=True):
    """How an exchange went.

    `took_p99_s` is from sending to receiving on the same socket where it did both, else from
    `began`. `failed` counts, by error code, who got an `error` or lost the connection instead.
    """

    began: float
    sent: float
    first: float
    last: float
    received: int
    failed: dict[str, int]
    took_p99_s: float
    busy: float
    """The client's own CPU time as a share of the time from `began` to `last`."""
    kept: list[KeptMessage] = []

    @property
    def total_ms(self) -> float:
        return (self.last - self.began) * 1000

    @property
    def first_ms(self) -> float:
        return (self.first - self.began) * 1000

    @property
    def spread_ms(self) -> float:
        return (self.last - self.first) * 1000


class Failed(Struct, tag=True, frozen=True):
    reason: str


class Done(Struct, tag=True, frozen=True):
    timing: Timing | None = None


Call = Connect | Exchange | Drop
Answer = Done | Failed

_encoder = msgspec.msgpack.Encoder()
_calls: msgspec.msgpack.Decoder[Call] = msgspec.msgpack.Decoder(Call)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def send(link: socket.socket, message: Call | Answer) -> None:
    data = _encoder.encode(message)
    link.sendall(_LENGTH.pack(len(data)) + data)


def next_call(link: socket.socket) -> Call | None:
    """The next call; None when the bench has gone."""
    data = _read(link)
    return None if data is None else _calls.decode(data)


def next_answer(link: socket.socket) -> Answer | None:
    data = _read(link)
    return None if data is None else _answers.decode(data)


def _read(link: socket.socket) -> bytes | None:
    head = _exactly(link, _LENGTH.size)
    return None if head is None else _exactly(link, _LENGTH.unpack(head)[0])


def _exactly(link: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = link.recv(count - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


def merged(timings: list[Timing]) -> Timing:
    """The timing of one exchange in which several client processes took part."""
    return Timing(
        began=min(timing.began for timing in timings),
        sent=max(timing.sent for timing in timings),
        first=min(timing.first for timing in timings),
        last=max(timing.last for timing in timings),
        received=sum(timing.received for timing in timings),
        failed=failures(timings),
        took_p99_s=max(timing.took_p99_s for timing in timings),
        busy=max(timing.busy for timing in timings),
        kept=[kept for timing in timings for kept in timing.kept],
    )


def failures(timings: Iterable[Timing]) -> dict[str, int]:
    """The number of failures by error code, over several exchanges or processes."""
    failed = Counter[str]()
    for timing in timings:
        failed.update(timing.failed)
    return dict(failed)
