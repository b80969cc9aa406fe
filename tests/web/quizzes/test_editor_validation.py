"""The editor says what is wrong when it is asked to, and keeps its hands off what is in use."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.school import Teacher
from tests.web.conftest import People
from tests.web.quizzes.editor_page import FIRST, add, edit, saved


def problems(page: Page) -> Locator:
    return page.locator(".question-form .problem:visible")


async def empty_quiz(teacher: Teacher, people: People) -> Page:
    answer = await teacher.http.post("/api/quizzes", json={"title": "New", "questions": []})
    return await edit(people, answer.raise_for_status().json())


async def test_a_new_question_is_greeted_without_a_reproach(
    teacher: Teacher, people: People
) -> None:
    page = await empty_quiz(teacher, people)
    await add(page, "Multiple choice", "")
    await saved(page)
    await expect(problems(page)).to_have_count(0)
    await expect(page.locator(".wrong")).to_have_count(0)

    stem = page.get_by_label("Question", exact=True)
    for text in ("Largest planet?", ""):
        await stem.fill(text)
    await page.get_by_label("Choice B", exact=True).fill("Jupiter")
    await expect(problems(page)).to_have_text(["Write the question."])
    await page.get_by_label("Choice B", exact=True).fill("")
    await expect(problems(page)).to_have_count(2)
    await expect(page.locator(".wrong")).to_have_count(1)

    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(problems(page)).to_have_count(6)
    await expect(stem).to_be_focused()
    said = page.locator(".toast")
    await expect(said).to_contain_text("Something is missing")
    await page.keyboard.type("L")  # filling a field uncovers what is below
    assert await said.count() == 0
    await page.keyboard.press("Backspace")
    await add(page, "Short answer", "")
    await saved(page)
    await expect(problems(page)).to_have_count(0)
    await expect(page.locator(".wrong")).to_have_count(1)
    assert people.troubles == []


async def test_what_is_in_use_stays_where_it_is(teacher: Teacher, people: People) -> None:
    short = {"type": "short_answer", "stem": "?", "answer_key": {"accepted": ["a", "b", "c"]}}
    page = await edit(people, await teacher.write([FIRST, short]))
    # Also where the chips of one of them need a second row.
    time, points = [
        await page.locator(f"input[name={name}]").evaluate("(e) => e.getBoundingClientRect().top")
        for name in ("time_limit", "points")
    ]
    assert time == points, "points stand beside seconds"

    panel = page.locator("details", has=page.locator("#media"))
    for is_open, stem in ((True, "Open"), (False, "Closed again")):
        await panel.locator("summary").click()
        await page.get_by_label("Question", exact=True).fill(stem)
        await saved(page)
        await expect(page.locator(".pick-stem").first).to_have_text(stem)
        assert await panel.evaluate("(panel) => panel.open") is is_open, "as it was left"

    # Who removes an answer goes on with the next.
    for name, next_text in (("B", "Neptune"), ("C", "Neptune")):
        await page.get_by_role("button", name=f"Remove choice {name}").press("Enter")
        await expect(page.locator(".answer textarea:focus")).to_have_value(next_text)
    await page.locator(".pick").nth(1).click()
    for number, left in ((1, "b"), (2, "b")):
        await page.get_by_role("button", name=f"Remove accepted answer {number}").press("Enter")
        await expect(page.locator(".answer input:focus")).to_have_value(left)

    # Moving to an end keeps the focus.
    await page.locator(".pick").nth(0).click()
    down = page.get_by_role("button", name="Move down")
    await down.press("Enter")
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    await expect(down).to_be_focused()
    await expect(down).to_have_attribute("aria-disabled", "true")
