"""The texts and pictures of one item that is read from HTML, and what is lost on the way."""

from collections.abc import Callable
from typing import NamedTuple

from game.rules.questions.drafts import is_web_address
from server.formats.items import ITEM_MAX_CHARACTERS, BadItemError
from server.formats.markup import text_of_html
from server.formats.pictures import Picture, from_data_address, picture

Find = Callable[[str], bytes]
"""Gives the bytes of a picture in the file by its address there, or nothing."""


class Shown(NamedTuple):
    """What players see: a text, and the address of a picture."""

    text: str
    media: str | None = None


class Contents:
    """`lost` has the codes of what is left out, `pictures` what came with the item."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self._pictures: dict[str, Picture] = {}

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(self._pictures.values())

    def plain(self, text: str) -> Shown:
        if len(text) > ITEM_MAX_CHARACTERS:
            raise too_long()
        return Shown(text.strip())

    def html(self, text: str, find: Find | None = None) -> Shown:
        """The text, and the first picture that can be had: a question or choice has only one.

        Without `find` there is no place for a picture.
        """
        found = text_of_html(text)
        if len(found.text) > ITEM_MAX_CHARACTERS:
            raise too_long()
        self.lost |= found.lost
        media = None
        if find is not None:
            media = next(filter(None, (self._media(each, find) for each in found.pictures)), None)
        if len(found.pictures) > (media is not None):
            self.lost.add("picture")
        return Shown(found.text, media)

    def _media(self, source: str, find: Find) -> str | None:
        if is_web_address(source):
            return source
        is_inline = source[:5].lower() == "data:"
        found = picture(from_data_address(source) if is_inline else find(source))
        if found is None:
            return None
        self._pictures[found.address] = found
        return found.address


def too_long() -> BadItemError:
    return BadItemError("item_too_long", "This item is too long to be a question.")
