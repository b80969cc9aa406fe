"""Anki's packages, made by hand: what Anki would never write can be in them."""

import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BEGAN_S = 1_700_000_000
SCHEMA = """
CREATE TABLE col (id, crt, models, decks);
CREATE TABLE notes (id INTEGER PRIMARY KEY, guid TEXT, mid, tags, flds);
CREATE TABLE cards (id INTEGER PRIMARY KEY, nid, did, odid, ord, type, queue, due, odue, flags,
  ivl, factor, lapses, data);
CREATE TABLE revlog (id INTEGER PRIMARY KEY, cid, ease, time, type);
"""
NEW_SCHEMA = """
CREATE TABLE notetypes (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase, config BLOB);
CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
CREATE TABLE fields (ntid, ord, name TEXT COLLATE unicase, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
CREATE TABLE templates (ntid, ord, config BLOB, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
CREATE TABLE decks (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase);
"""
FRONT, BACK = "{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}"
MODEL = {
    "type": 0,
    "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [{"ord": 0, "qfmt": FRONT, "afmt": BACK}],
}
NOTES = ((1, "k1", 10, " a ", "One\x1f1"), (2, "k2", 10, "", "Two\x1f2"))


def collection(
    notes: Sequence[Sequence[object]] = NOTES,
    cards: Sequence[Sequence[object]] | None = None,
    *,
    models: object = MODEL,
    sql: str = "",
) -> bytes:
    """A collection of the old layout, with a card for each note if none are given."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA)
        texts = (json.dumps({"10": models}), json.dumps({"5": {"name": "Deck"}}))
        db.execute("INSERT INTO col VALUES (1, ?, ?, ?)", (BEGAN_S, *texts))
        db.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", notes)
        if cards is None:
            cards = [card(number, note[0]) for number, note in enumerate(notes, 100)]
        db.executemany(f"INSERT INTO cards VALUES ({','.join('?' * 14)})", cards)  # noqa: S608
        db.executescript(sql)
        db.commit()
        return db.serialize()


def card(id_: object, note: object, ord_: object = 0, **columns: object) -> tuple[object, ...]:
    names = ("type", "queue", "due", "odue", "flags", "ivl", "factor", "lapses")
    rest: dict[str, object] = {**dict.fromkeys(names, 0), "data": ""}
    return (id_, note, 5, 0, ord_, *(rest | columns).values())


def new_collection() -> bytes:
    """The same notes in the new layout."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(collection())
        db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        db.executescript(NEW_SCHEMA)
        db.execute("INSERT INTO notetypes VALUES (10, 'Basic', ?)", (b"",))
        db.executemany("INSERT INTO fields VALUES (10, ?, ?)", enumerate(("Front", "Back")))
        sides = message(1, FRONT.encode()) + message(2, BACK.encode())
        db.execute("INSERT INTO templates VALUES (10, 0, ?)", (sides,))
        db.execute("INSERT INTO decks VALUES (5, 'Deck\x1fInner')")
        db.commit()
        return db.serialize()


def message(number: int, content: bytes) -> bytes:
    """A field of a message of Protocol Buffers, of less than 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def archive(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


def old_package(database: bytes | None = None, media: bytes = b"{}") -> bytes:
    return archive({"collection.anki2": database or collection(), "media": media})


def new_package(database: bytes | None = None, media: bytes = b"", **files: bytes) -> bytes:
    """A package of the current layout, which also has a collection that says so to old Ankis."""
    packed = {"collection.anki21b": database or new_collection(), "media": media, **files}
    return archive(
        {
            "meta": bytes([1 << 3, 3]),
            "collection.anki2": collection([(9, "k", 10, "", "Update Anki\x1f!")]),
            **{name: compressed(content) for name, content in packed.items()},
        }
    )


def compressed(content: bytes, window_log: int = 20) -> bytes:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: window_log}
    return zstd.compress(content, options=options)
