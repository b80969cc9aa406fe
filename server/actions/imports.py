"""Reads files of strangers in a separate process with limited time and memory."""

import asyncio
from typing import Final

import msgspec
import structlog

from game.errors import Invalid
from server import bounded_programs
from server.bounded_programs import ProgramError, TooCostlyError, TooSlowError
from server.formats.previewer import Previewed, Refused

PREVIEWER: Final = bounded_programs.program("server.formats.previewer")

log = structlog.get_logger(__name__)
_decoder = msgspec.msgpack.Decoder(Previewed | Refused)


async def preview(content: bytes) -> bytes:
    """The items of a file as JSON.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    outcome = await asyncio.to_thread(_run, content)
    if isinstance(outcome, Refused):
        raise Invalid(outcome.code, outcome.message)
    return outcome.body


def _run(content: bytes) -> Previewed | Refused:
    try:
        outcome: Previewed | Refused = _decoder.decode(bounded_programs.run(PREVIEWER, content))
    except (ProgramError, msgspec.DecodeError) as error:
        # What it read is not logged.
        log.warning("import_failed", error=type(error).__name__, size=len(content))
        return _refusal(error)
    return outcome


def _refusal(error: Exception) -> Refused:
    match error:
        case TooSlowError():
            message = "Reading this file takes too long. Split it, or save it again."
            return Refused("import_too_slow", message)
        case TooCostlyError():
            message = "Reading this file takes too much memory. Split it, or save it again."
            return Refused("import_too_costly", message)
        case _:
            message = "This file cannot be read. Save it again, or choose another format."
            return Refused("import_failed", message)
