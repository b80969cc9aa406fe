"""Exported files contain only texts and numbers: no text becomes a formula."""

import csv
import io

import pytest

from server.exports.cells import Row, Table, harmless
from server.exports.files import as_csv, attachment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1", "'\uff1d1"),
        (" =1", "' =1"),
        ("\u00a0\u200b\ufeff=1", "'\u00a0\u200b\ufeff=1"),
        ("\n=1", "'\n=1"),
        (" 1 - 1", " 1 - 1"),
        ("\x00=1", "'=1"),
        ("a\x07b", "ab"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_text_is_made_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_no_cell_of_a_csv_has_another_in_it() -> None:
    """Excel splits at semicolons in Indonesia, and then at line ends within quotes too."""
    rows: list[Row] = [
        [1, "a;=1+1", "a; \u200b@x\nb"],
        [-2.5, "a\n-1", "a; b = c"],
        [3, 'a;"=1+1;b', 'a;"b=c'],
    ]
    table = Table("Any", ("A", "B", "C"), rows, {})
    written = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert written[1:] == [
        ["1", "a;'=1+1", "a;' \u200b@x\nb"],
        ["-2.5", "a\n'-1", "a; b = c"],
        ["3", "a;'\"=1+1;b", 'a;"b=c'],
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rivers", "Rivers.csv"),
        ("Sungai ✓ 川", "Sungai%20%E2%9C%93%20%E5%B7%9D.csv"),
        ("../../etc/passwd", "etc%20passwd.csv"),
        ('a"b\r\nc', "a%20b%20c.csv"),
        ("...", "results.csv"),
        ("x" * 200, "x" * 80 + ".csv"),
    ],
)
def test_a_file_name_is_safe(title: str, name: str) -> None:
    assert attachment(title, "csv").endswith(f"filename*=UTF-8''{name}")
