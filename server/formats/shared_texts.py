"""The texts that cells of a workbook share, read only as far as they are needed."""

from array import array
from collections.abc import Iterable

from server.formats.archives import too_large
from server.formats.effort import Effort
from server.formats.items import ITEM_MAX_CHARACTERS
from server.formats.texts import MEGABYTE
from server.formats.xml_streams import Target, parsed

ALL_MAX_BYTES = 64 * MEGABYTE


class SharedTexts:
    """Texts by their numbers, in one piece of memory: most are so short that an object is more."""

    def __init__(self, pieces: Iterable[bytes], effort: Effort) -> None:
        self._texts = _Texts(effort)
        self._pieces = parsed(pieces, self._texts)

    def __getitem__(self, number: int) -> str:
        """The text with this number. Raises IndexError."""
        while number + 1 >= len(self._texts.ends):
            if next(self._pieces, self) is self:
                raise IndexError(number)
        start, end = self._texts.ends[number : number + 2]
        return self._texts.content[start:end].decode()


class _Texts(Target):
    """Collects what stands in `si`, without how it is pronounced."""

    def __init__(self, effort: Effort) -> None:
        super().__init__(effort)
        self.content = bytearray()
        self.ends = array("Q", [0])
        self._text: list[str] | None = None
        self._length = 0
        self._is_text = self._is_spoken = False

    def begin(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self._text, self._length = [], 0
        elif name == "rPh":
            self._is_spoken = True
        self._is_text = name == "t" and not self._is_spoken

    def finish(self, name: str) -> None:
        if name == "si" and self._text is not None:
            text = "".join(self._text)[: ITEM_MAX_CHARACTERS + 1]
            self.content += text.encode()
            self.ends.append(len(self.content))
            self._text = None
            if len(self.content) > ALL_MAX_BYTES:
                raise too_large()
        elif name == "rPh":
            self._is_spoken = False
        self._is_text = False

    def data(self, text: str) -> None:
        if self._is_text and self._text is not None and self._length <= ITEM_MAX_CHARACTERS:
            self._text.append(text)
            self._length += len(text)
