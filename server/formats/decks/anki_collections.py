"""Anki's collections: note types and decks, in the old layout as JSON and in the new as tables."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from server.formats.decks import protobuf
from server.formats.decks.databases import Database, Row, Value, broken, opened
from server.formats.decks.items import AT_MAX_MS

OLD: Final = frozenset({"cards", "col", "notes", "revlog"})
NEW: Final = frozenset({*OLD, "decks", "fields", "notetypes", "templates"})
MS: Final = 1_000
WITH_GAPS: Final = 1
"""The kind of a note type."""


class Template(NamedTuple):
    front: str
    back: str


class NoteType(NamedTuple):
    """Its fields and templates by their places; one with gaps has a card for each gap."""

    has_gaps: bool
    fields: Mapping[int, str]
    templates: Mapping[int, Template]


class _Field(Struct):
    name: str
    ord: int


class _Template(Struct):
    ord: int
    qfmt: str = ""
    afmt: str = ""


class _NoteType(Struct):
    flds: list[_Field]
    tmpls: list[_Template]
    type: int = 0


class _Deck(Struct):
    name: str


_T = TypeVar("_T")


class Collection:
    def __init__(self, database: Database) -> None:
        self._rows = database.rows
        self._is_new = "notetypes" in database.tables
        if not database.tables >= (NEW if self._is_new else OLD):
            raise broken()

    def began_at_ms(self) -> int:
        for (at,) in self._rows("SELECT crt FROM col"):
            if isinstance(at, int) and 0 <= at * MS < AT_MAX_MS:
                return at * MS
        raise broken()

    def counts(self) -> tuple[int, int]:
        """How many notes and cards there are."""
        for notes, cards in self._rows(
            "SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM cards)"
        ):
            if isinstance(notes, int) and isinstance(cards, int):
                return notes, cards
        raise broken()

    def note_types(self) -> dict[int, NoteType]:
        """Without those that cannot be read."""
        return self._new_note_types() if self._is_new else self._old_note_types()

    def decks(self) -> dict[int, str]:
        """The names of decks, with `::` after each that one is in."""
        if not self._is_new:
            return {id_: deck.name for id_, deck in self._in_json("decks", _Deck).items()}
        return {
            id_: text(name).replace("\x1f", "::")
            for id_, name in self._rows("SELECT id, name FROM decks")
            if isinstance(id_, int) and isinstance(name, bytes)
        }

    def notes(self) -> Iterator[Row]:
        """Id, key, note type, tags and fields."""
        return self._rows("SELECT id, guid, mid, tags, flds FROM notes")

    def cards(self) -> Iterator[Row]:
        """Id, note, place of the template, decks, and how far a learner is with it."""
        return self._rows(
            "SELECT id, nid, ord, did, odid, type, queue, due, odue, flags, ivl, factor, lapses,"
            " data FROM cards"
        )

    def reviews(self) -> Iterator[Row]:
        """Card, time, grade, how long it took, and its kind."""
        return self._rows("SELECT cid, id, ease, time, type FROM revlog")

    def _old_note_types(self) -> dict[int, NoteType]:
        return {
            id_: NoteType(
                found.type == WITH_GAPS,
                {each.ord: each.name for each in found.flds},
                {each.ord: Template(each.qfmt, each.afmt) for each in found.tmpls},
            )
            for id_, found in self._in_json("models", _NoteType).items()
        }

    def _in_json(self, column: str, kind: type[_T]) -> dict[int, _T]:
        """What this column of the only row of `col` has by its id."""
        found: dict[int, _T] = {}
        for (content,) in self._rows(f"SELECT {column} FROM col"):  # noqa: S608  # our own names
            if not isinstance(content, bytes):
                raise broken()
            try:
                raws = msgspec.json.decode(content, type=dict[int, msgspec.Raw])
            except (msgspec.DecodeError, RecursionError):
                raise broken() from None
            for id_, raw in raws.items():
                try:
                    found[id_] = msgspec.json.decode(raw, type=kind)
                except (msgspec.DecodeError, RecursionError):
                    continue
        return found

    def _new_note_types(self) -> dict[int, NoteType]:
        names: defaultdict[Value, dict[int, str]] = defaultdict(dict)
        for id_, place, name in self._rows("SELECT ntid, ord, name FROM fields"):
            if isinstance(place, int) and isinstance(name, bytes):
                names[id_][place] = text(name)
        templates: defaultdict[Value, dict[int, Template]] = defaultdict(dict)
        for id_, place, config in self._rows("SELECT ntid, ord, config FROM templates"):
            sides = _read(config, _template)
            if isinstance(place, int) and sides is not None:
                templates[id_][place] = sides
        found: dict[int, NoteType] = {}
        for id_, config in self._rows("SELECT id, config FROM notetypes"):
            has_gaps = _read(config, _has_gaps)
            if isinstance(id_, int) and has_gaps is not None:
                found[id_] = NoteType(has_gaps, names[id_], templates[id_])
        return found


@contextmanager
def opened_collection(content: bytes) -> Iterator[Collection]:
    """Open a collection in memory; raises as `Database.rows`."""
    with opened(content, NEW) as database:
        yield Collection(database)


def text(value: bytes) -> str:
    return value.decode(errors="replace").replace("\0", "")


def _template(message: protobuf.Fields) -> Template:
    return Template(protobuf.text(message[1]), protobuf.text(message[2]))


def _has_gaps(message: protobuf.Fields) -> bool:
    return protobuf.number(message[1]) == WITH_GAPS


def _read(config: Value, read: Callable[[protobuf.Fields], _T]) -> _T | None:
    """What a message says; nothing if it is none."""
    if not isinstance(config, bytes):
        return None
    try:
        return read(protobuf.fields(config))
    except protobuf.BadMessageError:
        return None
