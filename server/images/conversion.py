"""Runs the converter of uploaded images in a separate process with limited time and memory."""

import asyncio
from typing import Final

import msgspec
import structlog

from game.errors import Invalid, Refusal
from server import bounded_programs
from server.bounded_programs import ProgramError
from server.images.outcomes import Converted, Rejected
from server.refusals import HttpRefusal

PROGRAM: Final = bounded_programs.program("server.images.converter")

log = structlog.get_logger(__name__)


class UnsupportedPicture(HttpRefusal):
    status = 415


_decoder = msgspec.msgpack.Decoder(Converted | Rejected)


async def convert(upload: bytes) -> Converted:
    """Convert a picture, or raise `unsupported_picture`, `broken_picture` or `too_many_pixels`."""
    outcome = await asyncio.to_thread(_run, upload)
    if isinstance(outcome, Rejected):
        raise _refusal(outcome.code)
    return outcome


def _run(upload: bytes) -> Converted | Rejected:
    try:
        outcome: Converted | Rejected = _decoder.decode(bounded_programs.run(PROGRAM, upload))
    except (ProgramError, msgspec.DecodeError) as error:
        # It used too much time or memory, or broke a decoder. What it read is not logged.
        log.warning("picture_conversion_failed", error=type(error).__name__)
        return Rejected("broken_picture")
    return outcome


def _refusal(code: str) -> Refusal:
    match code:
        case "unsupported_picture":
            return UnsupportedPicture(code, "Choose a JPEG, PNG, WebP or GIF picture.")
        case "too_many_pixels":
            return Invalid(code, "This picture has too many pixels. Make it smaller first.")
        case _:
            return Invalid(code, "This picture cannot be read. Save it again, or choose another.")
