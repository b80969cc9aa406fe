"""Reads XML of strangers as a stream of small trees, within limits."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from game.errors import Invalid
from server.formats.items import Source
from server.formats.texts import MEGABYTE, opened

PIECE_BYTES = 64 * 1024
TAG_MAX_BYTES = MEGABYTE
"""Of a tag with its attributes, or a comment: what comes without anything to tell."""
DEPTH_MAX = 100
NODES_MAX = 5_000
CHARACTERS_MAX = 16 * MEGABYTE
"""Of a tree, with the pictures that it holds."""
BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ROOT = re.compile(
    r"\ufeff?\s*(?:<\?[^>]*>\s*|<!--(?:[^-]|-[^-])*-->\s*)*<(?:!DOCTYPE\s+)?([^\s<>/!?\[]+)"
)
SPACE = b" \t\r\n"


class Node:
    """An element: its name without a namespace, its attributes, and its texts and elements."""

    __slots__ = ("attributes", "content", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.content: list[Node | str] = []

    def children(self, *names: str) -> Iterator["Node"]:
        """The elements directly inside of it, of these names if any are given."""
        for each in self.content:
            if isinstance(each, Node) and (not names or each.name in names):
                yield each

    def child(self, name: str) -> "Node | None":
        return next(self.children(name), None)

    def all(self, *names: str) -> Iterator["Node"]:
        """The elements of these names at any depth, in the order in which they begin."""
        for each in self.children():
            if each.name in names:
                yield each
            yield from each.all(*names)

    def text(self) -> str:
        """All text inside of it."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.content)

    def text_of(self, *path: str) -> str:
        """The text of the first element at this path, without space around it, or nothing."""
        node: Node | None = self
        for name in path:
            node = node.child(name) if node else None
        return node.text().strip() if node else ""


class CutTree(Node):
    """A tree that was too large to be read. It has no content."""

    __slots__ = ()


def root_name(start: bytes) -> str:
    """The name of the first element in a file that begins like this, or nothing."""
    encoding = BOMS.get(start[:2], "latin-1")
    text = start.decode(encoding, "replace").removeprefix("ï»¿")
    found = ROOT.match(text)
    return found[1].rpartition(":")[2] if found else ""


def local_name(name: str) -> str:
    """A name without its namespace, which ElementTree writes in braces before it."""
    return name.rpartition("}")[2]


def pieces_of(source: Source) -> Iterator[bytes]:
    """The bytes of a file; raises `import_too_large`."""
    with opened(source) as binary:
        while piece := binary.read(PIECE_BYTES):
            yield piece


def read_trees(
    pieces: Iterable[bytes],
    roots: Collection[str],
    depth: int,
    named: Callable[[str], str] = local_name,
) -> Iterator[Node]:
    """The elements at this depth (0 is the root), which are read one after the other.

    `named` gives the name of an element or attribute its form. The root must have one of `roots`.

    Raises:
        Invalid: `import_bad_xml` or `import_unsafe_xml`.
    """
    trees = _Trees(roots, depth, named)
    parser = DefusedXMLParser(target=trees, forbid_dtd=True)
    with _refusals():
        is_first = True
        for piece in pieces:
            trees.silent_bytes += len(piece)
            parser.feed(piece.lstrip(SPACE) if is_first else piece)
            is_first = False
            if trees.silent_bytes > TAG_MAX_BYTES:
                raise _unsafe("a tag in it is too long")
            yield from trees.finished()
        parser.close()
    yield from trees.finished()


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


class _Trees:
    """Builds a tree of each element at a depth, and counts what it takes; called by the parser."""

    def __init__(self, roots: Collection[str], depth: int, named: Callable[[str], str]) -> None:
        self.silent_bytes = 0
        self._roots = roots
        self._named = named
        self._level = depth
        self._depth = 0
        self._open: list[Node] = []
        self._nodes = self._characters = 0
        self._is_cut = False
        self._finished: list[Node] = []
        self._names: dict[str, str] = {}

    def finished(self) -> list[Node]:
        found, self._finished = self._finished, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.silent_bytes = 0
        name = self._form(name)
        if self._depth == 0 and name not in self._roots:
            message = f"The file is XML, but begins with <{name[:40]}>: this is another format."
            raise Invalid("import_unknown_format", message)
        if self._depth > DEPTH_MAX:
            raise _unsafe("its elements lie too deep in each other")
        if self._depth >= self._level:
            self._begin(name, attributes)
        self._depth += 1

    def end(self, _: str) -> None:
        self.silent_bytes = 0
        self._depth -= 1
        if self._depth < self._level or not self._open:
            return
        if self._depth > self._level:
            if not self._is_cut:
                self._open.pop()
            return
        tree = self._open.pop()
        self._finished.append(CutTree(tree.name, tree.attributes) if self._is_cut else tree)
        self._nodes, self._characters, self._is_cut = 0, 0, False

    def data(self, text: str) -> None:
        self.silent_bytes = 0
        if self._open and not self._is_cut:
            self._characters += len(text)
            self._open[-1].content.append(text)
            self._check()

    def _begin(self, name: str, given: dict[str, str]) -> None:
        if self._is_cut:
            return
        attributes = {self._form(key): value for key, value in given.items()} if given else {}
        node = Node(name, attributes)
        if self._open:
            self._open[-1].content.append(node)
        self._open.append(node)
        self._nodes += 1 + len(attributes)
        if attributes:
            self._characters += sum(map(len, attributes.values()))
        self._check()

    def _check(self) -> None:
        if self._nodes > NODES_MAX or self._characters > CHARACTERS_MAX:
            self._is_cut = True
            del self._open[1:]
            self._open[0].content.clear()

    def _form(self, name: str) -> str:
        """The form of a name, remembered because a document has few names."""
        form = self._names.get(name)
        if form is None:
            if len(self._names) > NODES_MAX:
                self._names.clear()
            form = self._names[name] = self._named(name)
        return form


def _unsafe(reason: str) -> Invalid:
    message = f"The XML is refused: {reason}. Export the file again."
    return Invalid("import_unsafe_xml", message)
