"""axe finds nothing serious on the pages of teachers and students."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.school import ALL_KINDS, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PROJECTOR, People, resize
from tests.web.games import UNHURRIED, play

SMALL = ViewportSize(width=390, height=844)


async def looks(page: Page) -> None:
    assert await violations(page) == []


async def looks_at_both_sizes(page: Page) -> None:
    for size in (PROJECTOR, SMALL):
        await resize(page, size)
        await looks(page)


async def test_signing_in(people: People) -> None:
    page = await people.open("/", SMALL)
    for path in ("/sign-in", "/register", "/forgot-password"):
        await page.goto(path)
        await looks(page)
        await page.locator("form .primary").click()
        await expect(page.locator('[aria-invalid="true"]').first).to_be_focused()
        await looks(page)


@pytest.mark.usefixtures("worker")
async def test_the_dashboard(teacher: Teacher, people: People) -> None:
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await expect(page.get_by_role("button", name="Write the first quiz")).to_be_visible()
    await looks(page)
    quiz = await teacher.write(UNHURRIED)
    await play(teacher, quiz, ["Ana"])
    await teacher.http.post("/api/quizzes", json={"title": "Unfinished"})
    await teacher.open(quiz)
    await page.reload()
    await expect(page.locator(".running .now")).to_be_visible()
    await looks(page)
    await page.get_by_label("More for A bit of everything").click()
    await looks(page)
    await page.get_by_role("button", name="Games played").click()
    await expect(page.locator(".quiz")).to_have_count(2)
    await looks(page)


@pytest.mark.longest
async def test_the_editor(teacher: Teacher, people: People) -> None:
    unready = {"type": "multiple_choice", "choices": [{"text": "🙂"}, {}]}
    given = {"title": "Draft", "questions": [*ALL_KINDS, unready]}
    quiz = (await teacher.http.post("/api/quizzes", json=given)).json()
    page = await people.open(f"/quizzes/{quiz['id']}", PROJECTOR, signed_in=True)
    await expect(page.locator(".question-form")).to_be_visible()
    for question in quiz["questions"][:7] + quiz["questions"][-1:]:
        await page.evaluate(f"document.getElementById('item-{question['id']}').click()")
        await looks_at_both_sizes(page)
    await page.evaluate("document.getElementById('item-about').click()")
    await looks_at_both_sizes(page)
    await page.evaluate("document.querySelector('.add').click()")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await looks_at_both_sizes(page)


@pytest.mark.usefixtures("worker")
async def test_the_results(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write(UNHURRIED)
    await play(teacher, quiz, ["Ana", "محمد", "🦊 Fox"])
    page = await people.open(f"/sessions/{teacher.session}", PROJECTOR, signed_in=True)
    await expect(page.locator("player-table tbody th")).to_have_count(3)
    await looks_at_both_sizes(page)
    await page.get_by_role("button", name="Ana").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await looks_at_both_sizes(page)


async def test_the_account(teacher: Teacher, people: People) -> None:
    del teacher
    page = await people.open("/account", SMALL, signed_in=True)
    await expect(page.get_by_text("This device")).to_be_visible()
    await looks(page)
