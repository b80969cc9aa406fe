"""The PostgreSQL and the Redis that come with the package, for a machine that has neither.

`Engines` starts one or both of them under one data directory, keeps them running and stops them.
The engines listen on Unix sockets in a directory that only their owner may enter, so they need
neither a free port nor a password.
"""

from persistence.embedded.directory import DataDirectory
from persistence.embedded.engine import Engine
from persistence.embedded.engines import Addresses, Engines
from persistence.embedded.errors import EngineError
from persistence.embedded.postgres import PostgresEngine
from persistence.embedded.redis import RedisEngine

__all__ = [
    "Addresses",
    "DataDirectory",
    "Engine",
    "EngineError",
    "Engines",
    "PostgresEngine",
    "RedisEngine",
]
