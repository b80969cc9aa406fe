"""Reads SQLite databases that strangers made.

A database is opened in memory and only read. Tables are read that are no views and no virtual
tables, and what that takes is bounded: columns may still be computed by functions that do nothing
else.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from game.errors import Invalid
from server.formats.texts import MEGABYTE

MAGIC: Final = b"SQLite format 3\0"
JOURNAL_AT: Final = slice(18, 20)
ROLLBACK_JOURNAL: Final = b"\x01\x01"
"""A database in memory has no write-ahead log, and is not opened if its header asks for one."""
LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 8 * MEGABYTE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 64 * 1024,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
SETTINGS: Final = ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON")
STEPS_BETWEEN_LOOKS: Final = 10_000
LOOKS_MAX: Final = 5_000
"""Fifty million steps of SQLite's machine, some seconds."""
SCHEMA: Final = "sqlite_master"
PLAIN_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'create virtual %'"
)
FUNCTIONS: Final = {"count", "like"}

Value = bytes | int | float | None
"""Texts come as bytes: they may be no UTF-8."""
Row = tuple[Value, ...]


class Database:
    """The tables with these names."""

    def __init__(self, db: sqlite3.Connection, tables: frozenset[str]) -> None:
        self._db = db
        self._looks = 0
        db.set_authorizer(_Permission(tables))
        db.set_progress_handler(self._look, STEPS_BETWEEN_LOOKS)
        names = {name for (name,) in self.rows(PLAIN_TABLES)}
        self.tables = {table for table in tables if table.encode() in names}

    def rows(self, query: str) -> Iterator[Row]:
        """What a query answers.

        Raises:
            Invalid: `import_bad_collection` or `import_too_slow`.
        """
        try:
            yield from self._db.execute(query)
        except (sqlite3.Error, OverflowError, ValueError):
            raise too_slow() if self._looks > LOOKS_MAX else broken() from None

    def _look(self) -> bool:
        self._looks += 1
        return self._looks > LOOKS_MAX


class _Permission:
    """Allows to read tables themselves, and nothing that a schema does by itself."""

    def __init__(self, tables: frozenset[str]) -> None:
        self._tables = tables | {SCHEMA}

    def __call__(
        self, action: int, first: str | None, second: str | None, _: str | None, cause: str | None
    ) -> int:
        match action:
            case sqlite3.SQLITE_SELECT:
                allowed = True
            case sqlite3.SQLITE_READ:
                allowed = first in self._tables
            case sqlite3.SQLITE_FUNCTION:
                allowed = second in FUNCTIONS
            case _:
                allowed = False
        return sqlite3.SQLITE_OK if allowed and cause is None else sqlite3.SQLITE_DENY


@contextmanager
def opened(content: bytes, tables: frozenset[str]) -> Iterator[Database]:
    """A database in memory, of which only these tables are read; raises as `Database.rows`."""
    if not content.startswith(MAGIC):
        raise broken()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.text_factory = bytes
        for setting in SETTINGS:
            db.execute(f"PRAGMA {setting}")
        try:
            db.deserialize(_with_rollback_journal(content))
        except sqlite3.Error:
            raise broken() from None
        for category, most in LIMITS.items():
            db.setlimit(category, most)
        yield Database(db, tables)


def _with_rollback_journal(content: bytes) -> bytes:
    return content[: JOURNAL_AT.start] + ROLLBACK_JOURNAL + content[JOURNAL_AT.stop :]


def broken() -> Invalid:
    message = (
        "The collection in this file is damaged. In Anki, choose Tools, Check Database, and"
        " export it again."
    )
    return Invalid("import_bad_collection", message)


def too_slow() -> Invalid:
    message = "Reading this file takes too long. Export the deck again, or in parts."
    return Invalid("import_too_slow", message)
