"""Child processes of `kuis serve`: kept alive, and told to go when it ends, however it ends.

A child holds the reading end of a pipe as its standard input. Nothing is ever written to it: it
ends when the supervisor is gone, even by `kill -9`, and then the child stops by itself.
"""

import asyncio
import os
import signal
import threading
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

STOP_SECONDS = 12.0
DEATHS_TOLERATED = 5
DEATHS_WITHIN_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class ChildError(Exception):
    """A child cannot be kept alive; the message is one line."""


class Child:
    """One command, restarted whenever it ends before it is told to."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        files: Sequence[int] = (),
        on_death: Callable[[int], None],
    ) -> None:
        self.name = name
        self._command = command
        self._environ = environ
        self._files = files
        self._on_death = on_death
        self._process: Process | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS_TOLERATED)
        self._stopping = False

    async def keep(self) -> None:
        """Run until `stop`; a `ChildError` when the command dies again and again."""
        while not self._stopping:
            process = self._process = await self._start()
            status = await process.wait()
            self._on_death(process.pid)
            if self._stopping:
                return
            logger.error("process_died", process=self.name, pid=process.pid, status=status)
            await asyncio.sleep(self._pause())

    async def stop(self) -> None:
        self._stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            logger.warning("process_killed", process=self.name, pid=process.pid)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self) -> Process:
        """Start it in a session of its own, so that a terminal's Ctrl-C reaches only us."""
        return await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environ,
            stdin=PIPE,
            pass_fds=self._files,
            start_new_session=True,
        )

    def _pause(self) -> float:
        """How long to wait before the next start: the longer, the more often it died lately."""
        now = time.monotonic()
        self._deaths.append(now)
        recent = sum(1 for death in self._deaths if now - death < DEATHS_WITHIN_SECONDS)
        if recent == DEATHS_TOLERATED:
            raise ChildError(f"{self.name} keeps dying: see the log above.")
        return min(FIRST_PAUSE_SECONDS * (1 << recent - 1), LONGEST_PAUSE_SECONDS)


def follow_supervisor() -> None:
    """Stop this process, as on SIGTERM, when the supervisor at the pipe's other end is gone."""
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
