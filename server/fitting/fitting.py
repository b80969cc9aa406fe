"""Runs the fitter in a separate process with limited time and memory."""

import asyncio
from typing import Final

import msgspec

from server import bounded_programs
from server.bounded_programs import ProgramError
from server.fitting.messages import Fitted, Request

PROGRAM: Final = bounded_programs.program("server.fitting.fitter")
SECONDS: Final = 40.0
"""Less than a job may take."""


async def fit(request: Request) -> Fitted | None:
    """Fit parameters; None if that took too much time or memory, or failed."""
    return await asyncio.to_thread(_run, msgspec.msgpack.encode(request))


def _run(given: bytes) -> Fitted | None:
    try:
        written = bounded_programs.run(PROGRAM, given, SECONDS)
        return msgspec.msgpack.decode(written, type=Fitted)
    except (ProgramError, msgspec.DecodeError):
        return None
