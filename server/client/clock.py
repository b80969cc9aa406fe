"""Computes the room's clock from the times in the server's messages."""

from math import inf


class RoomClock:
    """The offset from this machine's `time.monotonic()` to the room's clock."""

    def __init__(self) -> None:
        self.offset_s = -inf
        self._shortest_s = inf

    def update(self, now_ms: int, heard_s: float) -> None:
        """Use the `now` of a message. The message with the shortest delay is the most precise."""
        if self._shortest_s == inf:
            self.offset_s = max(self.offset_s, now_ms / 1000 - heard_s)

    def update_by_pong(self, now_ms: int, sent_s: float, heard_s: float) -> None:
        """Use a `pong`: the server's clock showed `now` half-way between both times."""
        if heard_s - sent_s < self._shortest_s:
            self._shortest_s = heard_s - sent_s
            self.offset_s = now_ms / 1000 - (sent_s + heard_s) / 2
