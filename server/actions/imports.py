"""Reads files of strangers in a separate process with limited time and memory."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import structlog
from msgspec import Raw, Struct
from msgspec.msgpack import Decoder

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server import bounded_programs
from server.actions.pictures import PictureUploader
from server.actions.question_files import store_picture
from server.bounded_programs import ProgramError, TooCostlyError, TooSlowError
from server.formats.items import Fate, ItemProblem, loss
from server.formats.picture_finder import Found
from server.formats.pictures import Picture, with_media
from server.formats.previewer import Previewed, Refused

PREVIEWER: Final = bounded_programs.program("server.formats.previewer")
PICTURES_MAX: Final = 25
"""Pictures of a file whose questions are stored at once."""
PICTURE_FINDER: Final = bounded_programs.program("server.formats.picture_finder")

log = structlog.get_logger(__name__)
_previews: Decoder[Previewed | Refused] = Decoder(Previewed | Refused)
_findings: Decoder[Found | Refused] = Decoder(Found | Refused)
_T = TypeVar("_T")


class ReadItem(Struct, frozen=True):
    """A `PreviewedItem` with its question as JSON: that of a refused one may be of any size."""

    line: int
    place: str
    fate: Fate
    reason: str | None
    problems: tuple[ItemProblem, ...]
    question: Raw
    pictures: list[str]

    @property
    def taken(self) -> QuestionDraft | None:
        if self.fate is Fate.REFUSED:
            return None
        return msgspec.json.decode(self.question, type=QuestionDraft)


class ReadFile(Struct, frozen=True):
    """An `ImportPreview`."""

    items: list[ReadItem]
    taken: int
    refused: int
    encoding: str | None


async def preview_file(content: bytes, name: str | None = None) -> bytes:
    """The items of a file as JSON (`ImportPreview`), read as the format with this name, if any.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    command = (*PREVIEWER, *([name] if name else []))
    return (await outcome(command, content, _previews)).body


async def find_pictures(content: bytes, addresses: Collection[str]) -> list[Picture]:
    """Those pictures of a file that have these addresses in its preview; raises as `preview`."""
    command = (*PICTURE_FINDER, *addresses)
    return (await outcome(command, content, _findings)).pictures


async def find_taken_pictures(items: Iterable[ReadItem], content: bytes) -> list[Picture]:
    """The pictures of the items that are taken; raises as `preview_file`.

    Raises:
        Invalid: `import_too_many_pictures`.
    """
    addresses = {
        address for item in items if item.fate is not Fate.REFUSED for address in item.pictures
    }
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
    return [_with_media(item, stored) for item in items]


def taken(items: Iterable[ReadItem]) -> list[QuestionDraft]:
    return [draft for item in items if (draft := item.taken) is not None]


def _with_media(item: ReadItem, stored: Mapping[str, str | None]) -> ReadItem:
    draft = item.taken if item.pictures else None
    if draft is None:
        return item
    uploaded = {address: stored.get(address) for address in item.pictures}
    question = Raw(msgspec.json.encode(with_media(draft, uploaded)))
    if all(uploaded.values()):
        return msgspec.structs.replace(item, question=question)
    lost = loss("picture")
    return msgspec.structs.replace(
        item,
        question=question,
        fate=Fate.TAKEN_WITH_LOSS,
        reason=item.reason or lost.message,
        problems=(*item.problems, lost),
    )


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
