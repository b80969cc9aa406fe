"""The editor's page for tests, and the quiz as the server has it."""

from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.e2e.school import ALL_KINDS, Json, Teacher
from tests.web.conftest import PROJECTOR, People

FIRST, SECOND, THIRD = ALL_KINDS[0], ALL_KINDS[1], ALL_KINDS[3]
SAVED = '.save-state[data-state="saved"]'


async def edit(people: People, quiz: Json, viewport: ViewportSize = PROJECTOR) -> Page:
    page = await people.open(f"/quizzes/{quiz['id']}", viewport, signed_in=True)
    await expect(page.locator(".desk")).to_be_visible()
    return page


async def saved(page: Page) -> None:
    await expect(page.locator(SAVED)).to_be_visible()


async def stored(teacher: Teacher, quiz: Json) -> Json:
    answer = await teacher.http.get(f"/api/quizzes/{quiz['id']}")
    found: Json = answer.raise_for_status().json()
    return found


async def stems(teacher: Teacher, quiz: Json) -> list[str]:
    return [question["stem"] for question in (await stored(teacher, quiz))["questions"]]


def listed(page: Page) -> Locator:
    return page.locator(".questions .pick-stem")


async def add(page: Page, kind: str, stem: str) -> None:
    await page.locator(
        ".add" if await page.locator(".add").is_visible() else ".first .button"
    ).click()
    await page.get_by_role("button", name=kind).click()
    await expect(page.get_by_label("Question", exact=True)).to_be_focused()
    await page.keyboard.type(stem)
