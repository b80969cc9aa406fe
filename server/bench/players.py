"""The players of the bench's client process: thousands of sockets in one loop.

Sockets do not block, and one epoll reports which of them have data. Only the beginning of a frame
is read, and its time is taken right after `recv`. A client made of picows and uvloop took the same
time per message (9 µs, most of it in the kernel) and gave less control over the moment of sending,
so this loop uses the kernel directly.
"""

import gc
import socket
import struct
import time
from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import zip_longest
from random import Random
from select import EPOLLIN, EPOLLOUT, epoll
from typing import Final

import msgspec
from msgspec.structs import replace

from server.bench.client_messages import Connect, Exchange, KeptMessage, Timing
from server.client import frames, messages
from server.client.seat import new_key
from server.live.protocol import Error, Join

READ_BYTES: Final = 65_536
EVENTS: Final = 256
SENT_AT_ONCE: Final = 32
TICK_S: Final = 0.001  # epoll knows no less
WAIT_S: Final = 0.1
MAX_CONNECTING: Final = 2_000  # a listening socket's queue is not endless
HELLO_WITHIN_S: Final = 120.0
ANSWER_WITHIN_S: Final = 60.0
WELCOME: Final = frames.beginning("welcome")
VANISH: Final = struct.pack("ii", 1, 0)  # SO_LINGER: reset, and leave no port in TIME_WAIT

_clock = time.monotonic


class Socket:
    """One connection."""

    __slots__ = (
        "answered_at",
        "fd",
        "group",
        "handshake",
        "hello",
        "read",
        "rest",
        "sent_at",
        "socket",
        "waits",
        "write",
    )

    def __init__(self, group: str, connection: socket.socket, handshake: bytes) -> None:
        self.group = group
        self.socket = connection
        self.fd = connection.fileno()
        self.read = connection.recv
        self.write = connection.send
        self.rest = b""
        """The beginning of a frame whose end has not come."""
        self.handshake = handshake
        """What to send first; empty once the server has agreed."""
        self.hello = b""
        self.waits = False
        self.sent_at = 0.0
        self.answered_at = 0.0


class Players:
    """All sockets of a client process, in groups."""

    def __init__(self, control: int) -> None:
        """`control` is a file descriptor. Data on it ends `idle`."""
        self._epoll = epoll()
        self._epoll.register(control, EPOLLIN)
        self._control = control
        self._sockets: dict[int, Socket] = {}
        self._groups: dict[str, list[Socket]] = {}
        self._missing = 0
        self._awaited = b""
        self._keep: frozenset[bytes] = frozenset()
        self._kept: list[KeptMessage] = []
        self._failed: Counter[str] = Counter()
        self._later: list[tuple[float, int, Socket]] = []

    def idle(self) -> None:
        """Read messages and answer pings until the bench sends a call."""
        while True:
            for fd, events in self._epoll.poll(-1, EVENTS):
                if fd == self._control:
                    return
                self._ready(self._sockets[fd], events)

    # Coming and going.

    def connect(self, call: Connect) -> Timing:
        sockets: list[Socket] = []
        self._groups[call.group] = sockets
        self._await("welcome", ())
        self._later = []
        handshake = frames.handshake(f"{call.host}:{call.port}", call.path, call.token)
        hellos = [_hello(call, call.first + number) for number in range(call.count)]
        Random(call.first).shuffle(hellos)  # noqa: S311  # who comes before whom, no secret
        began, spent = _clock(), time.process_time()
        self._missing = call.count
        while self._missing and _clock() < began + HELLO_WITHIN_S:
            under_way = len(sockets) + self._missing - call.count
            now = len(sockets) + min(SENT_AT_ONCE, MAX_CONNECTING - under_way)
            sockets += [self._open(call, handshake, hello) for hello in hellos[len(sockets) : now]]
            self._turn(0 if len(sockets) < call.count else WAIT_S)
            self._say_again()
        timing = self._timing(began, spent, sockets)
        self._groups[call.group] = [player for player in sockets if player.answered_at]
        for player in sockets:
            if not player.answered_at:
                self._forget(player)
        return timing

    def _open(self, call: Connect, handshake: bytes, hello: bytes) -> Socket:
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect_ex((call.host, call.port))
        player = Socket(call.group, connection, handshake)
        player.hello = hello
        player.waits = True
        player.sent_at = _clock()
        self._sockets[player.fd] = player
        self._epoll.register(player.fd, EPOLLOUT)
        return player

    def _say_again(self) -> None:
        """Send the first message again where the server asked for that and the time has come."""
        while self._later and self._later[0][0] <= _clock():
            player = heappop(self._later)[2]
            if player.waits:
                self._write(player, player.hello)

    def drop(self, group: str) -> None:
        for player in self._groups.pop(group, []):
            self._forget(player)

    def _forget(self, player: Socket) -> None:
        if self._sockets.pop(player.fd, None) is not None:
            self._epoll.unregister(player.fd)
            player.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, VANISH)
            player.socket.close()

    # Speaking and hearing.

    def exchange(self, call: Exchange) -> Timing:
        # The groups take turns: what many rooms send comes mixed.
        turns = zip_longest(*(self._groups.get(group, []) for group in call.by))
        senders = [player for turn in turns for player in turn if player is not None]
        hearers = [player for group in call.to for player in self._groups.get(group, [])]
        payloads = [frames.masked(payload) for payload in call.payloads]
        self._await(call.awaited, call.keep)
        self._missing = len(hearers)
        for player in hearers:
            player.waits = True
            player.sent_at = 0.0
        gc.collect()
        gc.freeze()
        gc.disable()
        while (left := call.at - _clock()) > 0:
            self._turn(left)
        began, spent = _clock(), time.process_time()
        self._send_and_hear(call, senders, payloads)
        timing = self._timing(began, spent, hearers)
        gc.enable()
        gc.unfreeze()
        return timing

    def _send_and_hear(
        self, call: Exchange, senders: Sequence[Socket], payloads: Sequence[bytes]
    ) -> None:
        began, sent, count, hearers = _clock(), 0, len(senders), self._missing
        while sent < count or self._missing:
            now = _clock()
            if now > began + ANSWER_WITHIN_S:
                return
            due = count
            if call.window_s:
                due = min(count, int((now - began) / call.window_s * count) + 1)
            if call.outstanding:
                due = min(due, hearers - self._missing + call.outstanding)
            for player in senders[sent : min(due, sent + SENT_AT_ONCE)]:
                player.sent_at = _clock()
                self._write(player, payloads[sent % len(payloads)])
                sent += 1
            self._turn(0 if sent < due else TICK_S if sent < count else WAIT_S)

    def _await(self, type_: str, keep: Sequence[str]) -> None:
        self._awaited = frames.beginning(type_)
        self._keep = frozenset(name.encode() for name in keep)
        self._kept = []
        self._failed = Counter()

    def _turn(self, timeout: float) -> None:
        """Read what has arrived. The hot path is a single frame of the awaited type."""
        awaited, sockets, clock, quick = self._awaited, self._sockets, _clock, not self._keep
        for fd, events in self._epoll.poll(timeout, EVENTS):
            if fd == self._control:
                continue  # after this
            player = sockets[fd]
            if events != EPOLLIN or player.handshake or player.rest or not quick:
                self._ready(player, events)
                continue
            try:
                data = player.read(READ_BYTES)
            except OSError:
                self._lost(player)
                continue
            now = clock()
            length, begin = (data[1], 2) if len(data) > 1 else (0, 2)
            if length == frames.SHORT and len(data) > 3:  # noqa: PLR2004  # the length is there
                length, begin = data[2] << 8 | data[3], 4
            if begin + length == len(data) and data.startswith(awaited, begin):
                if player.waits:
                    player.waits = False
                    player.answered_at = now
                    self._missing -= 1
            else:
                self._take(player, data, now)

    def _ready(self, player: Socket, events: int) -> None:
        if events & EPOLLOUT:
            self._epoll.modify(player.fd, EPOLLIN)
            self._write(player, player.handshake)
            return
        try:
            data = player.read(READ_BYTES)
        except OSError:
            data = b""
        self._take(player, player.rest + data if data else b"", _clock())

    def _take(self, player: Socket, data: bytes, now: float) -> None:
        """Process the data of a socket. No data means that it is closed."""
        if not data:
            self._lost(player)
            return
        if player.handshake:
            head, over, data = data.partition(frames.OVER)
            if not over:
                player.rest = head
                return
            self._shake(player, head, now)
        for opcode, payload in frames.split(data):
            if opcode == 0:
                player.rest = payload
            elif opcode == frames.PING:
                self._write(player, frames.masked(payload, frames.PONG))
            elif opcode == frames.CLOSE:
                self._fail(player, str(int.from_bytes(payload[:2], "big")))
            else:
                self._hear(player, payload, now)

    def _shake(self, player: Socket, head: bytes, now: float) -> None:
        player.handshake = b""
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self._fail(player, head.partition(b"\r\n")[0].decode(errors="replace"))
        elif player.hello:
            self._write(player, player.hello)
        else:
            self._answered(player, now)

    def _hear(self, player: Socket, payload: bytes, now: float) -> None:
        type_ = frames.type_of(payload)
        if player.waits and type_ in self._keep:
            self._kept.append(KeptMessage(player.group, now, payload))
        if payload.startswith(self._awaited):
            self._answered(player, now)
        elif type_ == b"error":
            self._refused(player, msgspec.json.decode(payload, type=Error), now)

    def _refused(self, player: Socket, error: Error, now: float) -> None:
        """Note a refusal, or the time of the repetition that the server asks for by `retry_ms`."""
        if self._awaited == WELCOME and error.retry_ms:
            heappush(self._later, (now + error.retry_ms / 1000, player.fd, player))
        else:
            self._fail(player, error.code.value)

    def _answered(self, player: Socket, now: float) -> None:
        if player.waits:
            player.waits = False
            player.answered_at = now
            self._missing -= 1

    def _fail(self, player: Socket, why: str) -> None:
        if player.waits:
            player.waits = False
            player.answered_at = 0.0
            self._missing -= 1
            self._failed[why] += 1

    def _lost(self, player: Socket) -> None:
        self._fail(player, "connection lost")
        self._forget(player)

    def _write(self, player: Socket, data: bytes) -> None:
        try:
            player.write(data)
        except OSError:
            self._lost(player)

    def _timing(self, began: float, spent: float, players: Sequence[Socket]) -> Timing:
        spent = time.process_time() - spent
        answered = [player for player in players if player.answered_at > began]
        times = sorted(player.answered_at for player in answered)
        took = sorted(player.answered_at - (player.sent_at or began) for player in answered)
        silent = sum(player.waits for player in players)
        if silent:
            self._failed["no answer"] += silent
        last = times[-1] if times else _clock()
        return Timing(
            began=began,
            sent=max((player.sent_at for player in players), default=began),
            first=times[0] if times else last,
            last=last,
            received=len(times),
            failed=dict(self._failed),
            took_p99_s=took[len(took) * 99 // 100] if took else 0.0,
            busy=spent / (last - began) if last > began else 0.0,
            kept=self._kept,
        )


def _hello(call: Connect, number: int) -> bytes:
    hello = call.hello
    if hello is None:
        return b""
    if isinstance(hello, Join):
        nickname = f"{hello.nickname} {number % call.names}"
        hello = replace(hello, nickname=nickname, key=new_key())
    return frames.masked(messages.encode(hello))
