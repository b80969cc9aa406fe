"""Things put in order on a phone: by the buttons, by dragging, by the keyboard."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.school import Teacher
from tests.web.conftest import People, settled
from tests.web.games import UNHURRIED

ORDERING = UNHURRIED[5]


async def put_in_order(phone: Page, texts: list[str]) -> None:
    """By the buttons, from the first place down."""
    await expect(phone.locator(".order-row")).to_have_count(len(texts))
    for place, text in enumerate(texts):
        shown = await phone.locator(".order-row .text").all_inner_texts()
        for _ in range(shown.index(text) - place):
            await phone.get_by_role("button", name=f"Move up: {text}").click()


async def asked(teacher: Teacher, people: People) -> Page:
    """A phone in front of four things to put in order."""
    await teacher.open(await teacher.write([ORDERING]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    await expect(phone.locator(".order-row")).to_have_count(4)
    await settled(phone)
    return phone


async def place_of(row: Locator) -> tuple[float, float, float]:
    """Left, top and bottom."""
    box = await row.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["y"] + box["height"]


@pytest.mark.parametrize("steps", [12, 1], ids=["slowly", "at once"])
async def test_rows_are_dragged_into_order(teacher: Teacher, people: People, steps: int) -> None:
    """A phone that is busy, or a fast finger, tells of few of its places."""
    phone = await asked(teacher, people)
    rows, texts = phone.locator(".order-row"), phone.locator(".order-row .text")
    before = await texts.all_inner_texts()
    left, top, _ = await place_of(rows.first)
    _, _, bottom = await place_of(rows.last)
    await phone.mouse.move(left + 90, top + 20)
    await phone.mouse.down()
    await phone.mouse.move(left + 90, bottom - 5, steps=steps)
    await phone.mouse.up()
    await expect(texts).to_have_text([*before[1:], before[0]])
    await phone.mouse.move(left + 90, bottom - 20)
    await phone.mouse.down()
    await phone.mouse.move(left + 90, top + 5, steps=steps)
    await phone.mouse.up()
    await expect(texts).to_have_text(before)


async def test_rows_are_moved_by_the_keyboard_alone(teacher: Teacher, people: People) -> None:
    phone = await asked(teacher, people)
    texts = phone.locator(".order-row .text")
    first, second, third, fourth = await texts.all_inner_texts()
    await phone.get_by_role("button", name=f"Move up: {third}").focus()
    await phone.keyboard.press("Enter")
    await expect(texts.nth(1)).to_have_text(third)
    await phone.keyboard.press("Enter")
    await expect(texts).to_have_text([third, first, second, fourth])
