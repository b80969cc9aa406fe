"""Limits the number of connections of a process, and decides which ones to close.

A connection is idle before its first whole request, between two requests, as a WebSocket until its
role is known, and after its close was sent. Idle connections are bounded by address and for the
process. The oldest one is closed first, because a client with something to say says it at once. Two
thousand players who join from one address at the same moment stay below both bounds.

The last file descriptors are reserved for Redis, PostgreSQL and files. A new connection that would
take one of them replaces the oldest idle one, or is refused if there is none.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from server import metrics

MAX_IDLE: Final = 10_000
MAX_IDLE_BY_ADDRESS: Final = 5_000
RESERVED_DESCRIPTORS: Final = 256
LOG_EVERY_S: Final = 10.0

log = structlog.get_logger(__name__)


class Idle(Protocol):
    """A connection that can be closed while it is idle."""

    def cut_off(self) -> None:
        """Close the connection now."""


class ConnectionLimiter:
    """Keeps the connections of one process, which may have `descriptors` files open."""

    def __init__(
        self,
        descriptors: int,
        scale: int = 1,
        exhausted: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`scale` multiplies the numbers of idle connections; see the setting `LIMIT_SCALE`.

        `exhausted` is called with the address of a connection for which there was no descriptor, at
        most once every LOG_EVERY_S, to log it.
        """
        self._full_at = descriptors - min(RESERVED_DESCRIPTORS, descriptors // 4)
        self._most = min(MAX_IDLE * scale, descriptors // 2)
        self._most_of_address = min(MAX_IDLE_BY_ADDRESS * scale, descriptors // 4)
        self._idle: OrderedDict[Idle, str] = OrderedDict()
        self._by_address: dict[str, OrderedDict[Idle, None]] = {}
        self._exhausted = exhausted
        self._logged_at: dict[str, float] = {}
        metrics.CONNECTIONS_ALLOWED.set(self._full_at)

    def accept(self, connection: Idle, descriptor: int, address: str) -> None:
        """Add a new connection, which is idle at first.

        The system hands out the lowest free descriptor, so all below this one are in use.
        """
        metrics.CONNECTIONS.inc()
        if descriptor < self._full_at:
            self.idle(connection, address)
        elif self._idle:
            self._cut_off(next(iter(self._idle)), "descriptors", address)
            self.idle(connection, address)
        else:
            self._cut_off(connection, "descriptors", address)

    def idle(self, connection: Idle, address: str) -> None:
        """Note that the connection is idle now. One that is idle already keeps its age."""
        if self._idle.get(connection, address) != address:
            self._leave_address(connection)
        self._idle[connection] = address
        here = self._by_address.setdefault(address, OrderedDict())
        here[connection] = None
        if len(here) > self._most_of_address:
            self._cut_off(next(iter(here)), "address", address)
        elif len(self._idle) > self._most:
            self._cut_off(next(iter(self._idle)), "process", address)

    def busy(self, connection: Idle) -> None:
        """Note that the connection is in use."""
        if connection in self._idle:
            self._leave_address(connection)
            del self._idle[connection]

    def lost(self, connection: Idle) -> None:
        """Note that the connection is closed."""
        metrics.CONNECTIONS.dec()
        self.busy(connection)

    def _leave_address(self, connection: Idle) -> None:
        address = self._idle[connection]
        here = self._by_address[address]
        del here[connection]
        if not here:
            del self._by_address[address]

    def _cut_off(self, connection: Idle, bound: str, address: str) -> None:
        """Close a connection. `address` is that of the one that was too many."""
        self.busy(connection)
        metrics.CONNECTIONS_CUT_OFF.labels(bound).inc()
        now = time.monotonic()
        if now - self._logged_at.get(bound, -LOG_EVERY_S) >= LOG_EVERY_S:
            self._logged_at[bound] = now
            if bound == "descriptors":
                self._exhausted(address)
            else:
                idle = len(self._idle)
                log.warning("idle_connections_capped", bound=bound, address=address, idle=idle)
        connection.cut_off()
