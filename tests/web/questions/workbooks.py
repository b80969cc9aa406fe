"""A Kahoot workbook of 30 rows, four of which are bad."""

from collections.abc import Iterator

from playwright.async_api import FilePayload

from tests.server.formats import books

CHOICES = ("yes", "no", "perhaps")
BAD = {
    3: ("Is rain wet?", "yes", "no", None, None, 20, None),
    9: ("Which?" + "!" * 120, "yes", "no", None, None, 20, 1),
    17: ("Why?", "yes", None, None, None, 20, 1),
    25: ("When?", "now", "later", None, None, 20, 4),
}
READ = "Buku ini dibaca Ani?"


def rows() -> Iterator[tuple[object, ...]]:
    for number in range(1, 31):
        stem = READ if number == 1 else f"Is it {number}?"
        good = (stem, *CHOICES, None, 30, number % 3 + 1)
        yield (number, *BAD.get(number, good))


def kahoot() -> FilePayload:
    return {"name": "Rivers.xlsx", "mimeType": "", "buffer": books.kahoot(*rows())}
