"""Starts, watches and stops the embedded PostgreSQL and Redis together."""

import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import structlog

from persistence.embedded.directory import DataDirectory
from persistence.embedded.engine import Engine
from persistence.embedded.errors import EngineError
from persistence.embedded.postgres import PostgresEngine
from persistence.embedded.redis import RedisEngine

DEATHS_TOLERATED = 5
DEATHS_WITHIN_SECONDS = 60.0

logger = structlog.get_logger(__name__)


class Addresses(msgspec.Struct, frozen=True):
    """The URLs of the engines; empty for one that does not run here."""

    database_url: str = ""
    redis_url: str = ""


class Engines:
    """Holds the data directory and runs its engines from `start` to `stop`."""

    def __init__(self, path: Path, *, postgres: bool = True, redis: bool = True) -> None:
        self.directory = DataDirectory(path)
        self.postgres = PostgresEngine(self.directory) if postgres else None
        self.redis = RedisEngine(self.directory) if redis else None
        self._deaths: deque[float] = deque(maxlen=DEATHS_TOLERATED)
        self._changing = threading.Lock()
        self._stopped = True

    @property
    def engines(self) -> list[Engine]:
        return [engine for engine in (self.postgres, self.redis) if engine is not None]

    @property
    def addresses(self) -> Addresses:
        return Addresses(
            database_url=self.postgres.address if self.postgres else "",
            redis_url=self.redis.address if self.redis else "",
        )

    def start(self) -> Addresses:
        self.directory.claim()
        self._stopped = False
        try:
            for engine in self.engines:
                engine.start()
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def stop(self) -> None:
        with self._changing:
            self._stopped = True
            for engine in reversed(self.engines):
                engine.stop()
            self.directory.release()

    def restart_dead(self) -> None:
        """Restart engines that have died; an `EngineError` if that happens too often."""
        with self._changing:
            if self._stopped:
                return
            for engine in self.engines:
                if not engine.is_running():
                    self._count_death(engine)
                    logger.error("engine_died", engine=engine.title, log=str(engine.log))
                    engine.start()

    def _count_death(self, engine: Engine) -> None:
        now = time.monotonic()
        self._deaths.append(now)
        full = len(self._deaths) == DEATHS_TOLERATED
        if full and now - self._deaths[0] < DEATHS_WITHIN_SECONDS:
            raise EngineError(f"{engine.title} keeps stopping (see {engine.log}).")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
