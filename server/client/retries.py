"""When a client repeats a message and when it reconnects, with the same rules as the pages."""

from random import Random
from typing import Final

from msgspec import UNSET

from server.live.error_codes import CloseCode, ErrorCode
from server.live.protocol import Error

FIRST_WAIT_S: Final = 0.4
LONGEST_WAIT_S: Final = 10.0
RATE_LIMITED_WAIT_S: Final = 5.0
RETRYABLE_ERRORS: Final = frozenset(
    {ErrorCode.UNAVAILABLE, ErrorCode.RATE_LIMITED, ErrorCode.NOT_OPEN_YET}
)
"""A client repeats a message that was refused with one of these."""


def reconnect_after_s(tries: int, code: int, random: Random) -> float:
    """The wait before a reconnect: exponential backoff with full jitter, to spread a class."""
    least = RATE_LIMITED_WAIT_S if code == CloseCode.RATE_LIMITED else FIRST_WAIT_S / 2
    return least + random.random() * min(FIRST_WAIT_S * 2.0**tries, LONGEST_WAIT_S)


def repeat_after_s(error: Error, otherwise_s: float, random: Random) -> float | None:
    """The wait before the refused message is sent again; None if it would be refused again.

    Without `retry_ms` it is between one and two times `otherwise_s`.
    """
    if error.retry_ms is not UNSET:
        return error.retry_ms / 1000
    if error.code in RETRYABLE_ERRORS:
        return otherwise_s * random.uniform(1, 2)
    return None
