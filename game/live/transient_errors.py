"""Which failures of Redis pass: by themselves, or once somebody has made room for it."""

import re
from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

_TRANSIENT: Final = (
    *(RedisConnectionError, RedisTimeoutError, OSError),
    *(OutOfMemoryError, ReadOnlyError),
)
# What Redis cannot do now. Where a script cannot, Redis 6.2 says so in the middle of a line.
_TRANSIENT_REPLY: Final = re.compile(
    r"(?:^|-)(?:OOM|BUSY|MISCONF|READONLY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS) "
)


def is_transient(error: Exception) -> bool:
    """Whether the same command may work later, and has done nothing now unless its reply was lost.

    A script that meets a full memory is stopped before its first change, so none is half done.
    """
    if isinstance(error, _TRANSIENT):
        return True
    return isinstance(error, ResponseError) and _TRANSIENT_REPLY.search(str(error)) is not None
