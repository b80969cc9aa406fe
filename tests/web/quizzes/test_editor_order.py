"""Questions are moved, deleted and brought back, and every step can be undone."""

from playwright.async_api import Locator, expect

from tests.e2e.school import Teacher
from tests.web.conftest import People, settled, stop_the_clock
from tests.web.quizzes.editor_page import FIRST, SECOND, THIRD, edit, listed, saved, stems

SAVES_AFTER_MS = 1000


async def test_undo_and_redo_go_through_words_moves_and_deletions(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST, SECOND, THIRD])
    page = await edit(people, quiz)
    stem = page.get_by_label("Question", exact=True)
    await stem.fill("Another text")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(listed(page)).to_have_text([SECOND["stem"], "Another text", THIRD["stem"]])
    await page.get_by_role("button", name="Delete question").click()
    await expect(listed(page)).to_have_text([SECOND["stem"], THIRD["stem"]])

    for expected in (
        [SECOND["stem"], "Another text", THIRD["stem"]],
        ["Another text", SECOND["stem"], THIRD["stem"]],
        [FIRST["stem"], SECOND["stem"], THIRD["stem"]],
    ):
        await page.keyboard.press("Control+z")
        await expect(listed(page)).to_have_text(expected)
    await expect(stem).to_have_value(FIRST["stem"])
    await page.keyboard.press("Control+y")
    await expect(stem).to_have_value("Another text")
    await page.keyboard.press("Control+Shift+z")
    await saved(page)
    assert await stems(teacher, quiz) == [SECOND["stem"], "Another text", THIRD["stem"]]
    assert people.troubles == []


async def test_questions_are_moved_with_the_keyboard_and_by_dragging(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST, SECOND, THIRD])
    page = await edit(people, quiz)
    await page.locator(".pick").first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".pick").nth(1)).to_be_focused()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(listed(page)).to_have_text([SECOND["stem"], FIRST["stem"], THIRD["stem"]])
    await expect(page.locator("#said")).to_have_text("Now question 1 of 3")
    await expect(page.locator(".pick").first).to_be_focused()
    await saved(page)
    assert await stems(teacher, quiz) == [SECOND["stem"], FIRST["stem"], THIRD["stem"]]

    await settled(page)
    start = await middle(page.locator(".handle").first)
    end = await middle(page.locator(".handle").nth(2))
    await page.mouse.move(*start)
    await page.mouse.down()
    await page.mouse.move(end[0], end[1] + 12, steps=6)
    await page.mouse.up()
    await expect(listed(page)).to_have_text([FIRST["stem"], THIRD["stem"], SECOND["stem"]])
    await saved(page)
    assert await stems(teacher, quiz) == [FIRST["stem"], THIRD["stem"], SECOND["stem"]]


async def middle(element: Locator) -> tuple[float, float]:
    box = await element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_deleted_question_comes_back(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST, SECOND])
    page = await edit(people, quiz)
    await stop_the_clock(page)  # else the toast would not wait for a slow machine
    await page.get_by_role("button", name="Delete question").click()
    await page.clock.run_for(SAVES_AFTER_MS)
    await saved(page)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(listed(page)).to_have_text([FIRST["stem"], SECOND["stem"]])
    await page.clock.run_for(SAVES_AFTER_MS)
    await saved(page)
    assert await stems(teacher, quiz) == [FIRST["stem"], SECOND["stem"]]
