"""Runs PostgreSQL and Redis for a session of tests.

Prints their addresses and runs until its standard input ends, which it does however the session
ends: a killed one leaves no engines behind.
"""

import signal
import sys
import tempfile
from pathlib import Path

import msgspec

from persistence.embedded import Addresses, DataDirectory, PostgresEngine, RedisEngine

UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with tempfile.TemporaryDirectory(prefix="kuis-tests-", ignore_cleanup_errors=True) as path:
        directory = DataDirectory(Path(path) / "data")
        postgres, redis = PostgresEngine(directory, UNSAFE_BUT_FAST), RedisEngine(directory)
        directory.claim()
        try:
            postgres.start()
            redis.start()
            sys.stdout.write(_line(Addresses(postgres.address, redis.address)))
            sys.stdout.flush()
            sys.stdin.read()
        finally:
            postgres.stop()
            redis.stop()
            directory.release()


def _line(addresses: Addresses) -> str:
    return msgspec.json.encode(addresses).decode() + "\n"


if __name__ == "__main__":
    main()
