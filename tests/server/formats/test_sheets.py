"""Sheets of workbooks: what their cells show, and files that are made to break a reader."""

import datetime as dt
import io

import pytest
import xlsxwriter

from game.errors import Invalid
from server.formats import sheets, workbooks
from server.formats.items import Fate, ImportedItem
from tests.server.formats import books
from tests.server.formats.books import OWN_HEADER, found, only, refusal


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (2.5, "2.5"),
        (1e20, "1e+20"),
        (True, "True"),
        ("a\r\nb", "a\r\nb"),
        ("_x0041_", "_x0041_"),
        ("007", "007"),
        ("a\x01b", "ab"),
    ],
)
def test_cells_become_the_text_that_they_show(value: object, text: str, *, shared: bool) -> None:
    rows = [OWN_HEADER, ("poll", "Wet?", value, "other")]
    item = only(books.book(rows, shared=shared))
    assert item.draft is not None
    assert item.draft.choices[0].text == text


def styled(value: object, number_format: str) -> ImportedItem:
    """The item with a choice of this value in a cell of this format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as file:
        sheet = file.add_worksheet()
        sheet.write_row(0, 0, OWN_HEADER)
        sheet.write_row(1, 0, ("poll", "Wet?", None, "other"))
        sheet.write(1, 2, value, file.add_format({"num_format": number_format}))
    return only(out.getvalue())


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.5, "0%", "50%"),
        (0.125, "0.00%", "12.5%"),
        (dt.date(2026, 1, 2), "d mmm", "2026-01-02"),
        (dt.datetime(2026, 1, 2, 3, 4), "d mmm hh:mm", "2026-01-02 03:04:00"),  # noqa: DTZ001
        (dt.time(3, 4), "hh:mm", "03:04:00"),
    ],
)
def test_cells_with_a_format(value: object, number_format: str, text: str) -> None:
    item = styled(value, number_format)
    assert item.draft is not None
    assert item.draft.choices[0].text == text
    is_date = "%" not in number_format
    assert found(item) == ([("loss.date", "C2")] if is_date else [])


def formula(cell: str) -> ImportedItem:
    content = books.book([OWN_HEADER, ("poll", "Wet?", "yes", "no")])
    texts = "".join(
        f'<c r="{place}2" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in (("A", "poll"), ("B", "Wet?"), ("D", "no"))
    )
    return only(books.with_cells(content, texts.replace('<c r="D2"', f'{cell}<c r="D2"')))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="C2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="C2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', "ab"),
    ],
)
def test_a_formula_is_the_value_that_it_had(cell: str, text: str) -> None:
    item = formula(cell)
    assert item.fate is Fate.TAKEN
    assert item.draft is not None
    assert item.draft.choices[0].text == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="C2"><f>1+1</f></c>', "formula_without_value"),
        ('<c r="C2"><f t="array" ref="C2">A1:A3</f></c>', "formula_without_value"),
        ('<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "bad_cell"),
        ('<c r="C2" t="e"><v>#REF!</v></c>', "bad_cell"),
    ],
)
def test_a_cell_without_a_value_is_refused(cell: str, code: str) -> None:
    item = formula(cell)
    assert item.fate is Fate.REFUSED
    assert found(item) == [(code, "C2")]


def test_formulas_of_other_columns_do_not_matter() -> None:
    item = formula('<c r="C2"><v>1</v></c><c r="Z2"><f>1+1</f></c>')
    assert item.fate is Fate.TAKEN


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        ('<c r="C2"><f>1+1</f><v>1e400</v></c>', "1e400", "bad_cell"),
        ('<c r="C2"><v>nan</v></c>', "nan", "bad_cell"),
        ('<c r="C2"><v>two</v></c>', "two", "bad_cell"),
        ('<c r="C2" t="d"><v>2026-01-02</v></c>', "2026-01-02", "loss.date"),
        ('<c r="C2" t="d"><v>soon</v></c>', "soon", "bad_cell"),
        ('<c r="C2" t="b"><v>0</v></c>', "False", None),
        ('<c t="str"><v>_x005F_x000D_</v></c>', "_x000D_", None),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab", None),
        ('<c t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>b</t></rPh></is></c>', "a", None),
        ('<c r="C2" s="999"><v>1</v></c>', "1", None),
    ],
)
def test_values_as_others_write_them(cell: str, text: str, code: str | None) -> None:
    item = formula(cell)
    assert item.draft is not None
    assert item.draft.choices[0].text == text
    assert found(item) == ([(code, "C2")] if code else [])


def test_dates_of_old_macintosh_workbooks() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": True}) as file:
        sheet = file.add_worksheet()
        sheet.write_row(0, 0, OWN_HEADER)
        sheet.write_row(1, 0, ("poll", "Wet?", None, "other"))
        sheet.write(1, 2, dt.date(2026, 1, 2), file.add_format({"num_format": "d mmm"}))
    item = only(out.getvalue())
    assert item.draft is not None
    assert item.draft.choices[0].text == "2026-01-02"


def test_shared_texts_may_come_in_any_order() -> None:
    content = books.book([OWN_HEADER, ("poll", "Wet?", "yes", "no")])
    texts = ["no", "yes", *OWN_HEADER, "Wet?", "poll"]
    numbers = {text: at for at, text in enumerate(texts)}
    shared = "".join(f"<si> <r><t>{text}</t></r> <rPh><t>?</t></rPh></si>" for text in texts)
    sst = f'<sst xmlns="{books.MAIN}">{shared}</sst>'
    rows = "".join(
        "<row>" + "".join(f'<c t="s"><v>{numbers[text]}</v></c>' for text in row) + "</row>"
        for row in (OWN_HEADER, ("poll", "Wet?", "yes", "no"))
    )
    sheet = f'<worksheet xmlns="{books.MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    content = books.with_part(content, "xl/sharedStrings.xml", sst)
    item = only(books.with_part(content, books.SHEET, sheet))
    assert item.draft is not None
    assert [item.draft.stem, *(choice.text for choice in item.draft.choices)] == [
        "Wet?",
        "yes",
        "no",
    ]
    bad = sheet.replace("<v>0</v>", "<v>99</v>")
    assert refusal(books.with_part(content, books.SHEET, bad)) == "import_bad_workbook"


ROW = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMBS = {
    "a cell far below": f"<sheetData>{ROW.format(1, 'A')}{ROW.format(4294967295, 'A')}</sheetData>",
    "a cell far right": f"<sheetData>{ROW.format(1, 'XFD')}</sheetData>",
    "no column": f"<sheetData>{ROW.format(1, 'ZZZZZZ')}</sheetData>",
    "deep": "<sheetData>" + "<row>" * 10_000,
    "a number of many digits": f'<sheetData><row r="1"><c r="A1"><v>{"9" * 5_000}</v></c></row>',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_MAX", 1_000)
    sheet = f'<worksheet xmlns="{books.MAIN}">{BOMBS[bomb]}</worksheet>'
    content = books.with_part(books.book([]), books.SHEET, sheet)
    assert refusal(content) in {"import_no_header", "import_bad_workbook"}


def test_entities_are_refused() -> None:
    entities = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
    sheet = f'{entities}<worksheet xmlns="{books.MAIN}">&i;</worksheet>'
    content = books.with_part(books.book([]), books.SHEET, sheet)
    assert refusal(content) == "import_bad_workbook"


def test_rows_are_not_kept_in_memory() -> None:
    """The first row is there before the last one is read."""
    broken = ROW.format(2, "ZZZZZZ")
    header = "".join(
        f'<c r="{"ABCDEF"[at]}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in enumerate(OWN_HEADER)
    )
    rows = f'<row r="1">{header}</row>' * 2 + f"<!--{'-x' * 50_000}-->" + broken
    sheet = f'<worksheet xmlns="{books.MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    content = books.with_part(books.book([]), books.SHEET, sheet)
    items = workbooks.first_rows(content)
    assert next(items)[0] == "type"
    with pytest.raises(Invalid):
        list(items)
