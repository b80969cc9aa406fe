"""Reads files of strangers in a separate process with limited time and memory."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final, TypeVar

import msgspec
import structlog
from msgspec.msgpack import Decoder

from game.errors import Invalid
from server import bounded_programs
from server.bounded_programs import ProgramError, TooCostlyError, TooSlowError
from server.formats.picture_finder import Found
from server.formats.pictures import Picture
from server.formats.previewer import Previewed, Refused

PREVIEWER: Final = bounded_programs.program("server.formats.previewer")
PICTURE_FINDER: Final = bounded_programs.program("server.formats.picture_finder")

log = structlog.get_logger(__name__)
_previews: Decoder[Previewed | Refused] = Decoder(Previewed | Refused)
_findings: Decoder[Found | Refused] = Decoder(Found | Refused)
_T = TypeVar("_T")


async def preview(content: bytes) -> bytes:
    """The items of a file as JSON.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    return (await _outcome(PREVIEWER, content, _previews)).body


async def find_pictures(content: bytes, addresses: Collection[str]) -> list[Picture]:
    """Those pictures of a file that have these addresses in its preview; raises as `preview`."""
    command = (*PICTURE_FINDER, *addresses)
    return (await _outcome(command, content, _findings)).pictures


async def _outcome(command: Sequence[str], content: bytes, decoder: Decoder[_T | Refused]) -> _T:
    outcome = await asyncio.to_thread(_run, command, content, decoder)
    if isinstance(outcome, Refused):
        raise Invalid(outcome.code, outcome.message)
    return outcome


def _run(command: Sequence[str], content: bytes, decoder: Decoder[_T | Refused]) -> _T | Refused:
    try:
        return decoder.decode(bounded_programs.run(command, content))
    except (ProgramError, msgspec.DecodeError) as error:
        # What it read is not logged.
        log.warning("import_failed", error=type(error).__name__, size=len(content))
        return _refusal(error)


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
