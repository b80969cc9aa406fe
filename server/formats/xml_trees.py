"""Reads XML of strangers as a stream of small trees, within limits."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from game.errors import Invalid
from server.formats.effort import Effort
from server.formats.texts import MEGABYTE
from server.formats.xml_streams import Target, local_name, parsed

NODES_MAX = 5_000
COST_OF_NODE = 2
"""More than that of an element of which no tree is built."""
CHARACTERS_MAX = 16 * MEGABYTE
"""Of a tree, with the pictures that it holds."""
BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ROOT = re.compile(
    r"\ufeff?\s*(?:<\?[^>]*>\s*|<!--(?:[^-]|-[^-])*-->\s*)*<(?:!DOCTYPE\s+)?([^\s<>/!?\[]+)"
)


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


def read_trees(
    pieces: Iterable[bytes],
    roots: Collection[str],
    depth: int,
    effort: Effort,
    named: Callable[[str], str] = local_name,
) -> Iterator[Node]:
    """The elements at this depth (0 is the root), which are read one after the other.

    `named` gives the name of an element or attribute its form. The root must have one of `roots`.

    Raises:
        Invalid: as `parsed`, or `import_unknown_format`.
    """
    trees = _Trees(effort, roots, depth, named)
    for _ in parsed(pieces, trees):
        yield from trees.finished()


class _Trees(Target):
    """Builds a tree of each element at a depth."""

    def __init__(
        self, effort: Effort, roots: Collection[str], level: int, named: Callable[[str], str]
    ) -> None:
        super().__init__(effort, named)
        self._roots = roots
        self._level = level
        self._open: list[Node] = []
        self._nodes = self._characters = 0
        self._is_cut = False
        self._finished: list[Node] = []

    def finished(self) -> list[Node]:
        found, self._finished = self._finished, []
        return found

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and name not in self._roots:
            message = f"The file is XML, but begins with <{name[:40]}>: this is another format."
            raise Invalid("import_unknown_format", message)
        if self.depth >= self._level:
            self._begin(name, attributes)

    def finish(self, _: str) -> None:
        if self.depth < self._level or not self._open:
            return
        if self.depth > self._level:
            if not self._is_cut:
                self._open.pop()
            return
        tree = self._open.pop()
        self._finished.append(CutTree(tree.name, tree.attributes) if self._is_cut else tree)
        self._nodes, self._characters, self._is_cut = 0, 0, False

    def data(self, text: str) -> None:
        if self._open and not self._is_cut:
            self._characters += len(text)
            self._open[-1].content.append(text)
            self._check()

    def _begin(self, name: str, given: dict[str, str]) -> None:
        if self._is_cut:
            return
        attributes = (
            {self._names.get(key) or self.form(key): value for key, value in given.items()}
            if given
            else {}
        )
        node = Node(name, attributes)
        if self._open:
            self._open[-1].content.append(node)
        self._open.append(node)
        self._nodes += 1 + len(attributes)
        self._elements += COST_OF_NODE
        if attributes:
            self._characters += sum(map(len, attributes.values()))
        self._check()

    def _check(self) -> None:
        if self._nodes > NODES_MAX or self._characters > CHARACTERS_MAX:
            self._is_cut = True
            del self._open[1:]
            self._open[0].content.clear()
