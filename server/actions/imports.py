"""Reads files of strangers in a separate process with limited time and memory."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct
from msgspec.msgpack import Decoder

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server import bounded_programs
from server.actions.pictures import PictureUploader
from server.actions.question_files import store_picture
from server.bounded_programs import ProgramError, TooCostlyError, TooSlowError
from server.formats.items import Fate, loss
from server.formats.picture_finder import Found
from server.formats.pictures import Picture, with_media
from server.formats.previewer import Previewed, PreviewedItem, ReadItem, Refused, read_item

PREVIEWER: Final = bounded_programs.program("server.formats.previewer")
PICTURES_MAX: Final = 25
"""Pictures of a file whose questions are stored at once."""
BYTES_AT_ONCE: Final = 64 * 1024
"""How much JSON is decoded before rooms may use the event loop: a millisecond or two."""
PICTURE_FINDER: Final = bounded_programs.program("server.formats.picture_finder")

log = structlog.get_logger(__name__)
_previews: Decoder[Previewed | Refused] = Decoder(Previewed | Refused)
_findings: Decoder[Found | Refused] = Decoder(Found | Refused)
_T = TypeVar("_T")


class _Taken(Struct, frozen=True):
    """What of a `PreviewedItem` is stored."""

    question: QuestionDraft


async def preview_file(content: bytes, name: str | None = None) -> Previewed:
    """The items of a file, read as the format with this name, if any.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    command = (*PREVIEWER, *([name] if name else []))
    return await outcome(command, content, _previews)


def as_json(found: Previewed, **more: object) -> bytes:
    """The `ImportPreview` with more fields. The items are put together as they came."""
    rest = {"taken": found.taken, "refused": found.refused, "encoding": found.encoding, **more}
    between = (part for item in found.items for part in (b",", item.shown))
    items = islice(between, 1, None)  # without the first comma
    return b"".join((b'{"items":[', *items, b"],", msgspec.json.encode(rest)[1:]))


async def find_pictures(content: bytes, addresses: Collection[str]) -> list[Picture]:
    """Those pictures of a file that have these addresses in its preview; raises as `preview`."""
    command = (*PICTURE_FINDER, *addresses)
    return (await outcome(command, content, _findings)).pictures


async def find_taken_pictures(items: Iterable[ReadItem], content: bytes) -> list[Picture]:
    """The pictures of the items that are taken; raises as `preview_file`.

    Raises:
        Invalid: `import_too_many_pictures`.
    """
    addresses = {address for item in items if item.is_taken for address in item.pictures}
    if len(addresses) > PICTURES_MAX:
        message = f"The file has more than {PICTURES_MAX} pictures. Store them with a preview."
        raise Invalid("import_too_many_pictures", message)
    return await find_pictures(content, addresses) if addresses else []


async def with_stored_pictures(
    items: Iterable[ReadItem],
    pictures: Iterable[Picture],
    uploader: PictureUploader,
    owner_id: UUID,
) -> list[ReadItem]:
    """Store the pictures of the items that are taken. An item loses one that cannot be stored."""
    stored = {
        each.address: (await store_picture(uploader, owner_id, each)).uploaded for each in pictures
    }
    shown = list[ReadItem]()
    async for item in in_pieces(items):
        shown.append(_with_media(item, stored) if item.is_taken and item.pictures else item)
    return shown


async def taken(items: Iterable[ReadItem]) -> list[QuestionDraft]:
    return [
        msgspec.json.decode(item.shown, type=_Taken).question
        async for item in in_pieces(items)
        if item.is_taken
    ]


async def in_pieces(items: Iterable[ReadItem]) -> AsyncIterator[ReadItem]:
    """The items, with pauses in which rooms use the event loop: there may be megabytes of them."""
    size = 0
    for item in items:
        yield item
        size += len(item.shown) if item.is_taken else 0
        if size > BYTES_AT_ONCE:
            size = 0
            await asyncio.sleep(0)


def _with_media(item: ReadItem, stored: Mapping[str, str | None]) -> ReadItem:
    shown = msgspec.json.decode(item.shown, type=PreviewedItem)
    if shown.question is None:
        return item
    uploaded = {address: stored.get(address) for address in item.pictures}
    changed = msgspec.structs.replace(shown, question=with_media(shown.question, uploaded))
    if not all(uploaded.values()):
        lost = loss("picture")
        changed = msgspec.structs.replace(
            changed,
            fate=Fate.TAKEN_WITH_LOSS,
            reason=shown.reason or lost.message,
            problems=(*shown.problems, lost),
        )
    return read_item(changed)


async def outcome(command: Sequence[str], content: bytes, decoder: Decoder[_T | Refused]) -> _T:
    """What a program that reads files answers; raises Invalid as it refuses."""
    found = await asyncio.to_thread(_run, command, content, decoder)
    if isinstance(found, Refused):
        raise Invalid(found.code, found.message)
    return found


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
