"""When a client repeats a message and when it reconnects."""

from random import Random

import pytest

from server.client.retries import reconnect_after_s, repeat_after_s
from server.live.error_codes import CloseCode, ErrorCode
from server.live.protocol import Error


class Constant(Random):
    def __init__(self, value: float) -> None:
        super().__init__()
        self._value = value

    def random(self) -> float:
        return self._value


def test_the_wait_before_a_reconnect_is_that_of_the_pages() -> None:
    """As tests/web/test_room_state.py says of them, in ms."""
    least = [round(reconnect_after_s(tries, 1006, Constant(0)), 3) for tries in (0, 1, 2, 3, 20)]
    most = [round(reconnect_after_s(tries, 1006, Constant(1)), 3) for tries in (0, 1, 2, 3, 20)]
    assert least == [0.2] * 5
    assert most == [0.6, 1.0, 1.8, 3.4, 10.2]
    assert reconnect_after_s(0, CloseCode.RATE_LIMITED, Constant(0)) == 5.0


def test_the_server_says_when_the_same_is_welcome_again() -> None:
    error = Error(ErrorCode.UNAVAILABLE, "Later.", retry_ms=250)
    assert repeat_after_s(error, 60.0, Random(1)) == 0.25


@pytest.mark.parametrize("code", ErrorCode)
def test_only_what_may_be_accepted_later_is_said_again(code: ErrorCode) -> None:
    after_s = repeat_after_s(Error(code, "No."), 1.0, Random(1))
    if code in {ErrorCode.UNAVAILABLE, ErrorCode.RATE_LIMITED, ErrorCode.NOT_OPEN_YET}:
        assert after_s is not None
        assert 1 <= after_s <= 2
    else:
        assert after_s is None
