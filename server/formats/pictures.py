"""Pictures inside of files: found by their content, and named by it until they are stored."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes
from uuid import UUID

import msgspec
from msgspec import Struct

from game.rules.pictures import ADDRESS, STAND_IN_VERSION, UPLOAD_MAX_BYTES, address
from game.rules.questions import QuestionDraft

NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})
STARTS = {
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
DATA_ADDRESS = re.compile(r"data:[^,;]{0,100}((?:;[^,;]{0,100}){0,5}),", re.IGNORECASE)


class Picture(Struct, frozen=True):
    """A picture of an item. `address` stands for it in the draft until it is stored."""

    address: str
    content: bytes


def picture(content: bytes) -> Picture | None:
    """The picture with this content, unless it is none that can be uploaded."""
    if len(content) > UPLOAD_MAX_BYTES or extension(content) is None:
        return None
    digest = hashlib.sha256(content).digest()
    return Picture(address(UUID(bytes=digest[:16], version=STAND_IN_VERSION)), content)


def extension(content: bytes) -> str | None:
    """How the name of a file with this content ends; none if it does not begin as a picture."""
    return next((name for name, start in STARTS.items() if start.match(content)), None)


def media_of(draft: QuestionDraft) -> set[str]:
    """The addresses of all pictures of a question."""
    return {each for each in (draft.media, *(choice.media for choice in draft.choices)) if each}


def with_media(draft: QuestionDraft, addresses: Mapping[str, str | None]) -> QuestionDraft:
    """The question with other addresses for these of its pictures; None removes the picture."""
    if addresses.keys().isdisjoint(media_of(draft)):
        return draft

    def now(media: str | None) -> str | None:
        return addresses.get(media, media) if media else None

    choices = [msgspec.structs.replace(choice, media=now(choice.media)) for choice in draft.choices]
    return msgspec.structs.replace(draft, media=now(draft.media), choices=tuple(choices))


def sample(address: str) -> bytes:
    """What begins as a picture and is different for each address."""
    return b"GIF89a" + address.encode()


def is_own(media: str | None) -> bool:
    """Whether this is the address of a picture that was uploaded to Kuis."""
    return media is not None and ADDRESS.fullmatch(media) is not None


def from_base64(text: str) -> bytes:
    """What is encoded, or nothing if it is not base64."""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def from_data_address(text: str) -> bytes:
    """What an address that begins with `data:` holds, or nothing."""
    found = DATA_ADDRESS.match(text)
    if not found:
        return b""
    content = text[found.end() :]
    if found[1].lower().endswith(";base64"):
        return from_base64(content)
    return unquote_to_bytes(content)
