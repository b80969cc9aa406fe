"""Tells transient Redis errors, after which the same command may work later, from others."""

import re
from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

_TRANSIENT: Final = (
    *(RedisConnectionError, RedisTimeoutError, OSError),
    *(OutOfMemoryError, ReadOnlyError),
)
# Replies that mean "not now". Redis 6.2 puts a script's reply in the middle of a line.
_TRANSIENT_REPLY: Final = re.compile(
    r"(?:^|-)(?:OOM|BUSY|MISCONF|READONLY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS) "
)


def is_transient(error: Exception) -> bool:
    """Whether the same command may work later.

    The command has had no effect, unless only its reply was lost. A script that finds the memory
    full is stopped before its first write, so it is never half done.
    """
    if isinstance(error, _TRANSIENT):
        return True
    return isinstance(error, ResponseError) and _TRANSIENT_REPLY.search(str(error)) is not None
