"""Runs programs of ours that read what strangers send, with limited time and memory.

Such a program is a module that calls `serve`. It ends with `NO_MEMORY` if it has asked for more
memory than it may have.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

SECONDS: Final = 60.0
"""Much longer than a program may use a processor, because it gives way to other work."""
NICENESS: Final = 5
"""It gives way to the games that the server plays."""
NO_MEMORY: Final = 3
OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGKILL}
OUT_OF_MEMORY = {NO_MEMORY, -signal.SIGABRT, -signal.SIGSEGV}  # C libraries end like that


class ProgramError(Exception):
    """It failed without saying why."""


class TooSlowError(ProgramError):
    """It used too much time."""


class TooCostlyError(ProgramError):
    """It asked for too much memory."""


def serve(answer: Callable[[bytes], object], processor_seconds: int, memory_bytes: int) -> None:
    """Answer what is on stdin with MessagePack on stdout, within this time and memory."""
    _limit_itself(processor_seconds, memory_bytes)
    try:
        written = msgspec.msgpack.encode(answer(sys.stdin.buffer.read()))
    except MemoryError:
        os._exit(NO_MEMORY)  # anything else would need memory
    sys.stdout.buffer.write(written)


def _limit_itself(processor_seconds: int, memory_bytes: int) -> None:
    """Bound this process. A second after its time, the system kills it."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def program(module: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-m", module)


def run(command: Sequence[str], given: bytes, seconds: float = SECONDS) -> bytes:
    """What a program writes. Call it in a thread.

    Raises:
        ProgramError: it failed, or used too much time or memory.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={},  # the program knows no secrets
        )
    except subprocess.TimeoutExpired:
        raise TooSlowError from None
    if done.returncode in OUT_OF_TIME:
        raise TooSlowError
    if done.returncode in OUT_OF_MEMORY:
        raise TooCostlyError
    if done.returncode:
        raise ProgramError
    return done.stdout
