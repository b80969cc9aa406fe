"""Numbers as people type them, in both languages: none is silently taken for another."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.school import Teacher
from tests.web.conftest import PROJECTOR, People
from tests.web.modules import run

MILLION = 1_000_000
WRITTEN = {
    "en": {"17,000": 17000, "17.000": 17, "1.5": 1.5, "1,5": 1.5, "0,125": 0.125},
    "id": {"17,000": 17, "17.000": 17000, "1.5": 1.5, "1,5": 1.5, "0.125": 0.125},
}
IN_BOTH = {
    "17 000": 17000,
    "1,000,000": MILLION,
    "1.000.000": MILLION,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "-3": -3,
    "−3": -3,  # noqa: RUF001  # a minus sign is not a hyphen
    "6.02e23": 6.02e23,
    ".5": 0.5,
    "5.": 5,
}
NONE = ["", " ", "-", ".", "abc", "1,2,3", "1.2.3,4.5", "12,34.5", "0x10", "1e999", "Infinity"]


@pytest.mark.parametrize("locale", WRITTEN)
async def test_a_text_means_one_number(blank: Page, locale: str) -> None:
    texts = [*WRITTEN[locale], *IN_BOTH, *NONE]
    read = await run(blank, "ui/numerals.js", "return given.map(m.numberIn);", texts)
    wanted = WRITTEN[locale] | IN_BOTH | dict.fromkeys(NONE)
    assert dict(zip(texts, read, strict=True)) == wanted


@pytest.mark.parametrize(("locale", "pi"), [("en", "3.14159265"), ("id", "3,14159265")])
async def test_a_number_is_shown_whole_and_can_be_typed_again(
    blank: Page, locale: str, pi: str
) -> None:
    del locale  # of the page
    body = "return [given.map(m.plainly), given.map((one) => m.numberIn(m.typed(one)))];"
    numbers = [17000, 3.14159265, 3.142, 0.00012]
    shown, back = await run(blank, "ui/numerals.js", body, numbers)
    assert shown[:2] == ["17\N{NARROW NO-BREAK SPACE}000", pi]
    assert back == numbers


BESIDE_UNITS = {
    "6400 km": 6400,
    "6 400km": 6400,
    "-12 °C": -12,
    "80 km/h": 80,
    "€ 5": 5,
    "Rp5000": 5000,
    "≈ 3.14": 3.14,
    "12 %": 12,
    "1,234.5 m²": 1234.5,
    "6400": 6400,
    "5 million": None,
    "2k": None,
    "2 or 3": None,
    "10-20": None,
    "1/2": None,
    "minus 5": None,
    "10^3": None,
    "0x10": None,
    "km": None,
    "": None,
}


async def test_a_unit_beside_a_number_is_no_part_of_it(blank: Page) -> None:
    texts = list(BESIDE_UNITS)
    read = await run(blank, "ui/numerals.js", "return given.map(m.numberBesideUnit);", texts)
    assert dict(zip(BESIDE_UNITS, read, strict=True)) == BESIDE_UNITS


async def test_a_player_types_a_unit_and_finds_a_minus(teacher: Teacher, people: People) -> None:
    """Number pads of some phones have no minus."""
    key = {"value": -6400, "tolerance": 0}
    depth = {"type": "numeric", "stem": "How deep?", "time_limit": 300, "answer_key": key}
    await teacher.open(await teacher.write([depth]))
    await teacher.player("Somebody who thinks")
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    number = phone.get_by_label("Your number")
    await number.fill("6400 m")
    sign = phone.get_by_role("button", name="Minus or plus")
    for text, minus in (("-6400 m", "-"), ("6400 m", ""), ("-6400 m", "-")):
        await sign.click()
        await expect(number).to_have_value(text)
        await expect(number).to_have_accessible_description(
            f"You answer {minus}6\N{NARROW NO-BREAK SPACE}400"
        )
    await expect(number).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(number).to_have_value("-6\N{NARROW NO-BREAK SPACE}400")
    await host.hears("tally", answered=1)
    await host.send("close_question")
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()


async def test_a_player_sees_how_a_number_is_understood(teacher: Teacher, people: People) -> None:
    islands = {
        "type": "numeric",
        "stem": "How many islands?",
        "time_limit": 300,
        "answer_key": {"value": 17000, "tolerance": 500},
    }
    await teacher.open(await teacher.write([islands]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    number = phone.get_by_label("Your number")
    send = phone.get_by_role("button", name="Send answer")
    await number.fill("many")
    await expect(number).to_have_accessible_description("That is not a number yet. Use digits.")
    await expect(send).to_be_disabled()
    await number.fill("17,000")
    await expect(number).to_have_accessible_description("You answer 17\N{NARROW NO-BREAK SPACE}000")
    await send.click()
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()


async def test_the_editor_says_how_a_number_is_understood(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([{"type": "numeric", "stem": "?", "answer_key": {"value": 1}}])
    desk = await people.open(f"/quizzes/{quiz['id']}", PROJECTOR, signed_in=True)
    await desk.get_by_label("Number", exact=True).fill("17,000")
    await expect(
        desk.get_by_text("Only exactly 17\N{NARROW NO-BREAK SPACE}000 counts as right.")
    ).to_be_visible()
    await desk.get_by_label("Give or take").fill("1,500")
    await expect(desk.get_by_text("Everything from 15")).to_be_visible()
