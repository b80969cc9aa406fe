"""Reads XML of strangers as a stream, within limits."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from game.errors import Invalid
from server.formats.effort import Effort
from server.formats.items import Source
from server.formats.texts import MEGABYTE, opened

PIECE_BYTES = 64 * 1024
TAG_MAX_BYTES = MEGABYTE
"""Of a tag with its attributes, or a comment: what comes without anything to tell."""
DEPTH_MAX = 100
NAMES_MAX = 5_000
BYTES_OF_ELEMENT = 100
"""As many bytes of text cost about as much as an element."""
SPACE = b" \t\r\n"


def local_name(name: str) -> str:
    """A name without its namespace, which ElementTree writes in braces before it."""
    return name.rpartition("}")[2]


def pieces_of(source: Source) -> Iterator[bytes]:
    """The bytes of a file; raises `import_too_large`."""
    with opened(source) as binary:
        while piece := binary.read(PIECE_BYTES):
            yield piece


class Target:
    """Is told what is in a document by `begin`, `finish` and `data`; counts what it takes."""

    def __init__(self, effort: Effort, named: Callable[[str], str] = local_name) -> None:
        self.silent_bytes = 0
        self.depth = 0
        """Of the element that begins or ends, 0 is the root."""
        self._effort = effort
        self._elements = 0
        self._named = named
        self._names: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Names are in their form, but not those of attributes."""

    def finish(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """A text, or a part of it."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.silent_bytes = 0
        self._elements += 1
        if self.depth > DEPTH_MAX:
            raise _unsafe("its elements lie too deep in each other")
        self.begin(self._names.get(name) or self.form(name), attributes)
        self.depth += 1

    def end(self, name: str) -> None:
        self.silent_bytes = 0
        self.depth -= 1
        self.finish(self._names.get(name) or self.form(name))

    def text(self, text: str) -> None:
        self.silent_bytes = 0
        self.data(text)

    def spend(self, size: int) -> None:
        """Count what has begun since the last time, in a piece of this size."""
        self._effort.spend(self._elements + size // BYTES_OF_ELEMENT)
        self._elements = 0

    def form(self, name: str) -> str:
        """The form of a name, remembered because a document has few names."""
        if len(self._names) > NAMES_MAX:
            self._names.clear()
        form = self._names[name] = self._named(name)
        return form


def parsed(pieces: Iterable[bytes], target: Target) -> Iterator[None]:
    """Tell the target what is in a document, and yield after each piece of it.

    Raises:
        Invalid: `import_bad_xml`, `import_unsafe_xml` or `import_too_sparse`.
    """
    # The handlers are called by expat itself, without the detour by which ElementTree calls them.
    parser = DefusedXMLParser(target=_Nothing(), forbid_dtd=True)
    parser.parser.ordered_attributes = False
    parser.parser.StartElementHandler = target.start
    parser.parser.EndElementHandler = target.end
    parser.parser.CharacterDataHandler = target.text
    is_first = True
    for piece in pieces:
        target.silent_bytes += len(piece)
        with _refusals():
            parser.feed(piece.lstrip(SPACE) if is_first else piece)
        is_first = False
        if target.silent_bytes > TAG_MAX_BYTES:
            raise _unsafe("a tag in it is too long")
        target.spend(len(piece))
        yield
    with _refusals():
        parser.close()
    yield


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DefusedXmlException:
        raise _unsafe("it declares a document type or entities") from None
    except (ParseError, ValueError, LookupError) as error:  # the others: unknown encodings
        where = f"near line {error.position[0]} " if isinstance(error, ParseError) else ""
        message = f"The file is broken: {where}it is not XML. Export it again."
        raise Invalid("import_bad_xml", message) from None


class _Nothing:
    """What ElementTree tells nothing to."""

    def close(self) -> None:
        pass


def _unsafe(reason: str) -> Invalid:
    message = f"The XML is refused: {reason}. Export the file again."
    return Invalid("import_unsafe_xml", message)
