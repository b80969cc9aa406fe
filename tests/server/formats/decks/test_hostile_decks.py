"""Packages that were made to break or exhaust a reader are refused, and one bad page stops all."""

import os
from collections.abc import Callable
from random import Random
from typing import Final

import msgspec
import pytest

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats.decks import databases, decks_json, zstd
from server.formats.decks.all import read
from server.formats.decks.items import DeckFile, FiledNote
from server.formats.items import Fate
from tests.server.formats.decks import packages
from tests.server.formats.decks.packages import collection, compressed, new_package, old_package
from tests.server.formats.test_damaged_files import damaged, damaged_bytes

MEGABYTE: Final = 1024 * 1024
TIMES: Final = 60
WITHOUT_END = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, 10, '', i FROM n"
)
SCHEMAS = {
    "a view without end": f"DROP TABLE notes; CREATE VIEW notes AS {WITHOUT_END};",
    "a view of a table": (
        "ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n, n AS m;"
    ),
    "a virtual table": "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts4(guid, mid, tags);",
    "no table": "DROP TABLE cards;",
    "a column that becomes huge": (
        "DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, mid, tags,"
        " flds AS (hex(zeroblob(8000000)))); INSERT INTO notes VALUES (1, 'k', 10, '');"
    ),
    "no columns": "DROP TABLE cards; CREATE TABLE cards (id);",
    "another database": "DELETE FROM col;",
    "no number": "UPDATE col SET crt = 'yesterday';",
    "a number too large": "UPDATE col SET crt = 9e99;",
    "a day in 10,000 years": "UPDATE col SET crt = 317000000000;",
    "no JSON": "UPDATE col SET models = '[]';",
    "a blob for JSON": "UPDATE col SET decks = x'ff00';",
}


def code_of(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read(content)
    return refused.value.code


@pytest.mark.parametrize("sql", SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_that_does_something_is_refused(sql: str) -> None:
    assert code_of(old_package(collection(sql=sql))) == "import_bad_collection"


def test_triggers_and_other_tables_are_never_looked_at() -> None:
    sql = (
        "CREATE TABLE more (a); CREATE VIEW v AS SELECT * FROM nowhere;"
        "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END;"
    )
    assert len(read(old_package(collection(sql=sql))).items) == len(packages.NOTES)


def test_a_huge_schema_is_refused() -> None:
    sql = "".join(f"CREATE TABLE t{at} ({', '.join(f'c{n}' for n in range(90))});" for at in (1, 2))
    assert len(read(old_package(collection(sql=sql))).items) == len(packages.NOTES)
    wide = f"CREATE TABLE t ({', '.join(f'column{n}' for n in range(1900))});"
    assert code_of(old_package(collection(sql=wide))) == "import_bad_collection"


def test_a_query_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "STEPS_BETWEEN_LOOKS", 10)
    monkeypatch.setattr(databases, "LOOKS_MAX", 50)
    notes = [(at, f"k{at}", 10, "", "a\x1fb") for at in range(500)]
    assert code_of(old_package(collection(notes))) == "import_too_slow"


def test_a_database_with_a_write_ahead_log_is_read() -> None:
    database = collection()
    assert database[18:20] == b"\x01\x01"
    assert len(read(old_package(database[:18] + b"\x02\x02" + database[20:])).items) == 2


def test_damaged_pages_refuse_the_file() -> None:
    notes = [(at, f"k{at}", 10, "", f"{at}{'a' * 1000}\x1fb") for at in range(200)]
    database = bytearray(collection(notes))
    at = len(database) // 2 // 4096 * 4096
    database[at : at + 4096] = os.urandom(4096)
    assert code_of(old_package(bytes(database))) == "import_bad_collection"


def test_too_many_notes_or_reviews_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = (
        "UPDATE cards SET type = 2;INSERT INTO revlog VALUES (1, 100, 3, 5, 0), (2, 100, 3, 5, 0);"
    )
    content = old_package(collection(sql=sql))
    cards = read(content).items[0].cards
    assert len(cards[0].reviews) == 2
    note = FiledNote(key="k", draft=NoteDraft(front="a", back="b"), cards=cards)
    ours = b"".join(decks_json.write("", "", [note], {}, 0))
    assert read(ours).items[0].cards == cards
    monkeypatch.setattr("server.formats.decks.items.REVIEWS_MAX", 1)
    assert code_of(content) == code_of(ours) == "import_too_many_reviews"
    monkeypatch.setattr("server.formats.decks.anki_packages.NOTES_MAX", 1)
    assert code_of(content) == "import_too_many_notes"


def frame(size: int) -> bytes:
    return compressed(bytes(size))


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a collection of zeros": (lambda: frame(200 * MEGABYTE), "import_archive_too_large"),
    "a huge window": (lambda: compressed(collection() * 900, 27), "import_bad_collection"),
    "a cut frame": (lambda: frame(MEGABYTE)[:-5], "import_bad_collection"),
    "no frame": (lambda: b"SQLite format 3\0", "import_bad_collection"),
    "an empty collection": (lambda: frame(0), "import_bad_collection"),
    "zeros": (lambda: frame(4096), "import_bad_collection"),
}


@pytest.mark.parametrize(("packed", "code"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(packed: Callable[[], bytes], code: str) -> None:
    files = {"meta": b"\x08\x03", "collection.anki21b": packed(), "media": frame(0)}
    assert code_of(packages.archive(files)) == code


def test_a_frame_is_unpacked_no_further_than_is_allowed() -> None:
    assert zstd.unpacked(frame(1000), 1000) == bytes(1000)
    with pytest.raises(Invalid, match="too large"):
        zstd.unpacked(frame(1001), 1000)


@pytest.mark.parametrize("media", [b"\xff", b"\x0a\x7f", b"\x0b", b"\x80" * 20])
def test_a_broken_list_of_media_is_refused(media: bytes) -> None:
    assert code_of(new_package(media=media)) == "import_bad_collection"


def test_broken_json_of_media_is_refused() -> None:
    for media in (b"[]", b'{"0": 1}', b"{" * 5000):
        assert code_of(old_package(media=media)) == "import_bad_collection"


def test_another_archive_is_no_deck() -> None:
    assert code_of(packages.archive({"a.txt": b""})) == "import_no_deck"


@pytest.mark.parametrize("content", [old_package(), new_package()], ids=["old", "new"])
def test_a_damaged_package_is_items_or_a_clear_refusal(content: bytes) -> None:
    random = Random(len(content))
    for _ in range(TIMES):
        _check(damaged(content, random))


def test_a_damaged_collection_is_items_or_a_clear_refusal() -> None:
    random = Random(1)
    whole = collection(sql="INSERT INTO revlog VALUES (1, 100, 3, 5, 0);")
    for _ in range(TIMES):
        _check(old_package(damaged_bytes(whole, random)))


def _check(content: bytes) -> None:
    try:
        deck = read(content)
    except Invalid as refused:
        assert refused.code.startswith("import_")  # noqa: PT017  # most files are refused
        return
    for item in deck.items:
        assert item.problems or item.fate is Fate.TAKEN
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(deck), type=DeckFile) == deck
