"""Which failures of Redis pass: by themselves, or once somebody has made room for it."""

import re
from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

_PASSING: Final = (
    *(RedisConnectionError, RedisTimeoutError, OSError),
    *(OutOfMemoryError, ReadOnlyError),
)
# What Redis cannot do now. Where a script cannot, Redis 6.2 says so in the middle of a line.
_NOT_NOW: Final = re.compile(
    r"(?:^|-)(?:OOM|BUSY|MISCONF|READONLY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS) "
)


def passes(error: Exception) -> bool:
    """Whether the same command may work later, and has done nothing now unless its reply was lost.

    A script that meets a full memory is stopped before its first change, so none is half done.
    """
    if isinstance(error, _PASSING):
        return True
    return isinstance(error, ResponseError) and _NOT_NOW.search(str(error)) is not None
