"""A teacher gives homework, watches it and reads its results, with the keyboard only."""

import httpx
from playwright.async_api import Page, expect

from tests.e2e.school import ALL_KINDS, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PROJECTOR, People

TABS_MAX = 60


async def press(page: Page, name: str) -> None:
    """Moves the focus on until a control has this name, and presses Enter."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            """() => {
                const { activeElement: at } = document;
                return at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText;
            }"""
        )
        if (focused or "").strip().startswith(name):
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {name}")


async def test_homework_is_given_watched_and_read_by_keyboard(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write(ALL_KINDS[:2], "Planets")
    labels = {"language": "en", "level": "A1", "topic": "Planets"}
    published = await teacher.http.put(f"/api/quizzes/{quiz['id']}/publication", json=labels)
    published.raise_for_status()
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await expect(page.get_by_text("Planets")).to_be_visible()
    await press(page, "More for Planets")
    await press(page, "Give as homework")
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_text("other teachers see its right answers")).to_be_visible()
    found = {"sheet": await violations(page)}
    await press(page, "More settings")
    await press(page, "Give homework")
    await page.wait_for_url("**/homework")
    await expect(page.get_by_text("Nobody has started yet")).to_be_visible()
    code = await page.locator(".big-code").inner_text()
    for name in ("Ani", "Budi"):
        async with httpx.AsyncClient(base_url=teacher.http.base_url) as guest:
            await guest.post(
                f"/api/sessions/{code}/attempts",
                json={"nickname": name},
                headers={"Homework-Token": f"{name:x>40}"},
            )
    await press(page, "Move")
    await expect(page.get_by_text("The deadline was moved.")).to_be_visible()
    await press(page, "Remove Ani")
    await press(page, "Remove")
    await expect(page.locator(".at-work li")).to_have_count(1)
    await press(page, "Undo")
    await expect(page.locator(".at-work li")).to_have_count(2)
    found["overview"] = await violations(page)
    await press(page, "Close now")
    await press(page, "Close now")
    await expect(page.get_by_text("Closed", exact=True)).to_be_visible()
    found["closed"] = await violations(page)
    await press(page, "Results")
    await expect(page.get_by_role("heading", name="Planets")).to_be_visible()
    await expect(page.get_by_text("Ani")).to_be_visible()
    found["results"] = await violations(page)
    await page.goto("/homework")
    await expect(page.get_by_text("closed", exact=False).first).to_be_visible()
    assert await page.locator(".quiz").get_by_text("until").count() == 0
    found["list"] = await violations(page)
    assert {where: what for where, what in found.items() if what} == {}
