"""The client's clock of the room, computed from the times in messages."""

import pytest

from server.client.clock import RoomClock


def test_the_message_that_came_soonest_tells_best() -> None:
    clock = RoomClock()
    for delay_s in (0.3, 0.1, 0.2):
        clock.update(now_ms=60_000, heard_s=10 + delay_s)
    assert clock.offset_s == pytest.approx(49.9)


def test_a_ping_tells_better_and_the_shortest_one_best() -> None:
    clock = RoomClock()
    clock.update(now_ms=60_000, heard_s=10.1)
    clock.update_by_pong(now_ms=60_000, sent_s=9.7, heard_s=10.3)
    clock.update_by_pong(now_ms=60_000, sent_s=9.96, heard_s=10.06)
    clock.update_by_pong(now_ms=60_000, sent_s=9.5, heard_s=10.2)
    clock.update(now_ms=60_000, heard_s=9.0)
    assert clock.offset_s == pytest.approx(60 - 10.01)
