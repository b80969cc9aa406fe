"""More about a question: language, level, topic and tags, folded away in the editor."""

from playwright.async_api import Page, expect

from tests.e2e.school import Json, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, People
from tests.web.quizzes.editor_page import FIRST, edit, saved, stored

SUMMARY = 'summary:has-text("More about this question")'
MORE = ("language", "level", "skill", "topic", "difficulty", "tags")


async def write(teacher: Teacher, **more: object) -> Json:
    given = {"title": "Travel", "questions": [FIRST | more]}
    quiz: Json = (await teacher.http.post("/api/quizzes", json=given)).raise_for_status().json()
    return quiz


async def stored_more(teacher: Teacher, quiz: Json) -> list[object]:
    (question,) = (await stored(teacher, quiz))["questions"]
    return [question[name] for name in MORE]


async def unfold(page: Page) -> None:
    await page.locator(SUMMARY).focus()
    await page.keyboard.press("Enter")


async def test_more_about_a_question_is_written_by_keyboard_and_undone(
    teacher: Teacher, people: People
) -> None:
    quiz = await write(teacher)
    page = await edit(people, quiz)
    await expect(page.get_by_label("Topic")).to_be_hidden()
    await unfold(page)
    await page.get_by_label("Language", exact=True).select_option("Indonesian")
    await page.get_by_label("Language level").select_option("B1")
    await page.get_by_label("Difficulty").select_option("4 of 5, hard")
    await page.get_by_label("Skill").focus()
    await page.keyboard.type(" Reading ")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Daily  life")
    await page.keyboard.press("Tab")
    await page.keyboard.type("travel, past tense,, Travel")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Tags")).to_have_value("travel, past tense")
    await saved(page)
    written = ["id", "B1", "Reading", "Daily life", 4, ["travel", "past tense"]]
    assert await stored_more(teacher, quiz) == written
    await expect(page.locator(SUMMARY)).to_contain_text("Indonesian · B1 · 4 of 5, hard · Reading")

    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Tags")).to_have_value("")
    await page.get_by_role("button", name="Duplicate question").click()
    await saved(page)
    first, second = (await stored(teacher, quiz))["questions"]
    assert [second[name] for name in MORE] == [first[name] for name in MORE] == [*written[:5], []]
    assert people.troubles == []


async def test_tags_that_cannot_be_saved_say_so_beside_the_field(
    teacher: Teacher, people: People
) -> None:
    quiz = await write(teacher, tags=["kept"])
    page = await edit(people, quiz, PHONE)
    await unfold(page)
    await page.get_by_label("Tags").fill(f"kept, {'x' * 41}")
    await expect(page.locator("#tags-problem")).to_contain_text("at most 40 characters")
    await saved(page)
    assert (await stored_more(teacher, quiz))[-1] == ["kept"]
    await page.get_by_label("Tags").fill(", ".join(f"tag {n}" for n in range(12)))
    await expect(page.locator("#tags-problem")).to_contain_text("At most 10 tags")
    await saved(page)
    assert (await stored_more(teacher, quiz))[-1] == [f"tag {n}" for n in range(10)]
    assert await violations(page) == []
    await page.get_by_label("Tags").fill("one")
    await expect(page.locator("#tags-problem")).to_be_hidden()
    await saved(page)
    assert (await stored_more(teacher, quiz))[-1] == ["one"]
