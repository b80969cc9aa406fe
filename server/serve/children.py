"""Child processes of `kuis serve`: starts them, restarts them, and ends them when it ends.

A child holds one end of a pair of sockets as its standard input. Nothing is ever written to it: it
ends when the supervisor is gone, even by `kill -9`, and then the child stops by itself. The child
writes one line when it is ready for work.
"""

import asyncio
import os
import signal
import socket
import threading
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress

import structlog

from server.errors import CommandError

STOP_SECONDS = 12.0
READY_SECONDS = 60.0
DEATHS_TOLERATED = 5
DEATHS_WITHIN_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
READY = b"\n"

logger = structlog.get_logger(__name__)


class ChildError(CommandError):
    """A child cannot be kept alive; the message is one line."""


class _Life:
    """One process of a child, from its start to its end."""

    def __init__(self, process: Process, line: socket.socket) -> None:
        self.process = process
        self._line = line

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    async def ready(self) -> bool:
        """Whether it is ready for work: once it says so, or never when it ends before."""
        return await asyncio.get_running_loop().sock_recv(self._line, 1) == READY

    async def ended(self) -> int:
        status = await self.process.wait()
        self._line.close()
        return status

    async def end(self, name: str) -> None:
        if not self.is_running:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.ended()
        except TimeoutError:
            logger.warning("process_killed", process=name, pid=self.process.pid)
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.ended()


class Child:
    """One command, restarted whenever it ends before it is told to."""

    def __init__(  # noqa: PLR0913  # what to run, and whom to tell or ask of it
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        files: Sequence[int] = (),
        on_death: Callable[[int], None],
        is_needed: Callable[[], bool] = lambda: True,
    ) -> None:
        """`is_needed` says whether to give everything up when this one dies again and again."""
        self.name = name
        self._command = command
        self._environ = environ
        self._files = files
        self._on_death = on_death
        self._is_needed = is_needed
        self._life: _Life | None = None
        self._old: _Life | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS_TOLERATED)
        self._pause_seconds = 0.0
        self._stopping = False

    @property
    def is_steady(self) -> bool:
        """Whether it runs and has not died lately."""
        return self._life is not None and self._life.is_running and not self._recent_deaths()

    async def keep(self) -> None:
        """Run until `stop`; a `ChildError` when a needed command dies again and again."""
        while not self._stopping:
            if self._life is None or not self._life.is_running:
                self._life = await self._try_to_start()
            if self._life is None:
                await asyncio.sleep(self._pause(0.0))
                continue
            life, began = self._life, time.monotonic()
            status = await life.ended()
            self._on_death(life.process.pid)
            if life is self._life and not self._stopping:
                pid = life.process.pid
                logger.error("process_died", process=self.name, pid=pid, status=status)
                await asyncio.sleep(self._pause(time.monotonic() - began))

    async def replace(self) -> bool:
        """Start a new process, and end the old one once the new one is ready for work.

        False if it does not get ready; then the old one goes on.
        """
        new = await self._try_to_start()
        if new is None or not await self._gets_ready(new):
            return False
        self._old, self._life = self._life, new
        if self._old is not None:
            await self._old.end(self.name)
        logger.info("process_replaced", process=self.name, pid=new.process.pid)
        return True

    async def stop(self) -> None:
        self._stopping = True
        lives = [life for life in (self._life, self._old) if life is not None]
        await asyncio.gather(*(life.end(self.name) for life in lives))

    async def _try_to_start(self) -> _Life | None:
        """None if the system cannot: no memory, no more processes, its program is not there."""
        try:
            return await self._start()
        except OSError as error:
            program, why = self._command[0], str(error)
            logger.error("process_not_started", process=self.name, program=program, error=why)  # noqa: TRY400  # one line says it
            return None

    async def _start(self) -> _Life:
        """Start it in a session of its own, so that a terminal's Ctrl-C reaches only us."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003  # the standard library's own signature
        with ExitStack() as unless_started, theirs:
            unless_started.callback(ours.close)
            process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environ,
                stdin=theirs.fileno(),
                pass_fds=self._files,
                start_new_session=True,
            )
            unless_started.pop_all()
        return _Life(process, ours)

    async def _gets_ready(self, life: _Life) -> bool:
        is_ready = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(READY_SECONDS):
                    is_ready = await life.ready()
        finally:
            if not is_ready:
                logger.error("process_not_ready", process=self.name, pid=life.process.pid)
                await life.end(self.name)
                self._on_death(life.process.pid)
        return is_ready

    def _pause(self, lived_seconds: float) -> float:
        """How long to wait before the next start: the longer, the more often it died lately."""
        self._deaths.append(time.monotonic())
        if self._recent_deaths() == DEATHS_TOLERATED and self._is_needed():
            raise ChildError(f"{self.name} keeps dying: see the log above.")
        doubled = 0.0 if lived_seconds > DEATHS_WITHIN_SECONDS else self._pause_seconds * 2
        self._pause_seconds = min(max(doubled, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        return self._pause_seconds

    def _recent_deaths(self) -> int:
        now = time.monotonic()
        return sum(1 for death in self._deaths if now - death < DEATHS_WITHIN_SECONDS)


def follow_supervisor() -> Callable[[], None]:
    """Stop this process, as on SIGTERM, when the supervisor at the line's other end is gone.

    Returns what tells the supervisor that this process is ready for work.
    """
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()
    return _tell_ready


def _tell_ready() -> None:
    with suppress(OSError):  # it is gone, and this process will hear of that
        os.write(0, READY)


def _wait_for_the_end() -> None:
    with suppress(ConnectionError):
        while os.read(0, 1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
