"""A teacher corrects a game on the results page, sees before what changes, and takes it back."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.school import Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People
from tests.web.games import UNHURRIED, play

NAMES = ["Ana", "Budi", "Citra"]

pytestmark = pytest.mark.usefixtures("worker")


async def looks(page: Page) -> None:
    assert await violations(page) == []


def cells(page: Page, name: str) -> Locator:
    return page.locator("player-table tbody tr", has_text=name).locator("td.number")


async def correct(page: Page, number: int) -> Locator:
    await page.get_by_role("button", name=f"Correct question {number}", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    return dialog


@pytest.mark.slow
async def test_a_question_is_voided_another_gets_its_key_and_both_are_undone(
    teacher: Teacher, people: People
) -> None:
    await play(teacher, await teacher.write(UNHURRIED), NAMES)
    page = await people.open(f"/sessions/{teacher.session}", PROJECTOR, signed_in=True)
    score = await cells(page, "Ana").nth(1).inner_text()

    dialog = await correct(page, 1)
    await dialog.get_by_role("radio", name="Correct the key").check()
    for choice in await dialog.get_by_role("checkbox").all():
        await choice.check()
    await expect(dialog.get_by_role("status")).to_contain_text("2 scores change.")
    await dialog.get_by_role("radio", name="Void the question").check()
    await expect(dialog.get_by_role("status")).to_contain_text("1 score changes.")
    await looks(page)
    await dialog.get_by_role("button", name="Apply").click()
    await expect(page.locator(".notice", has_text="struck through")).to_be_visible()
    await expect(page.locator("#question-0 .notice")).to_contain_text("Voided")
    await expect(cells(page, "Ana").nth(1).locator("s")).to_contain_text(score)
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.set_viewport_size(PROJECTOR)

    dialog = await correct(page, 6)
    await dialog.get_by_role("radio", name="Correct the key").check()
    await expect(dialog.get_by_role("status")).to_have_text("This changes no score and no place.")
    await dialog.get_by_role("button", name="Move").nth(1).click()
    await expect(dialog.get_by_role("status")).to_contain_text("scores change.")
    await looks(page)
    await dialog.get_by_role("button", name="Apply").click()
    await expect(page.locator("#question-5 .notice")).to_contain_text("Played with:")
    await page.locator("#question-5").scroll_into_view_if_needed()
    await looks(page)

    dialog = await correct(page, 4)
    await dialog.get_by_role("radio", name="Correct the key").check()
    await dialog.get_by_label("Accepted answers").fill("too long" * 30)
    await expect(dialog.locator(".problem")).to_contain_text("does not fit")
    await expect(dialog.get_by_role("button", name="Apply")).to_be_disabled()
    await page.keyboard.press("Escape")

    await accept_another_number(page)

    for number in (1, 5, 6):
        dialog = await correct(page, number)
        await dialog.get_by_role("radio", name="Undo the correction").check()
        await dialog.get_by_role("button", name="Apply").click()
        await expect(page.locator(f"#question-{number - 1} .notice")).to_have_count(0)
    await expect(page.locator("s.original")).to_have_count(0)
    await expect(cells(page, "Ana").nth(1)).to_have_text(score)
    assert all("422" in trouble for trouble in people.troubles), people.troubles


async def accept_another_number(page: Page) -> None:
    dialog = await correct(page, 5)
    await dialog.get_by_role("radio", name="Correct the key").check()
    await dialog.get_by_role("button", name="Also accept another answer").click()
    await expect(dialog.get_by_role("button", name="Apply")).to_be_disabled()
    await dialog.get_by_label("Also right").fill("-1")
    await expect(dialog.get_by_role("status")).to_have_text("This changes no score and no place.")
    await looks(page)
    await dialog.get_by_role("button", name="Apply").click()
    await expect(page.locator("#question-4")).to_contain_text("/ -1")
    dialog = await correct(page, 5)
    await dialog.get_by_role("radio", name="Correct the key").check()
    await expect(dialog.get_by_label("Also right")).to_have_value("-1")
    await page.keyboard.press("Escape")
