"""What is written in the editor is saved by itself, and nothing is lost when that fails."""

from playwright.async_api import Dialog, Route, expect

from tests.e2e.school import Teacher
from tests.web.conftest import People
from tests.web.quizzes.editor_page import FIRST, SECOND, add, edit, saved, stems, stored


async def test_a_saved_question_keeps_its_identity(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST, SECOND])
    page = await edit(people, quiz)
    await add(page, "Poll", "New")
    await saved(page)
    await page.get_by_label("Question", exact=True).fill("New and longer")
    await saved(page)
    first = await stored(teacher, quiz)
    await page.get_by_label("Question", exact=True).fill("New and longest")
    await saved(page)
    second = await stored(teacher, quiz)
    assert [one["id"] for one in first["questions"]] == [one["id"] for one in second["questions"]]
    assert {one["id"] for one in quiz["questions"]} <= {one["id"] for one in second["questions"]}


async def test_what_is_written_offline_is_saved_later_and_a_lost_answer_is_no_conflict(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST])
    page = await edit(people, quiz)
    await page.context.set_offline(True)
    await page.get_by_label("Question", exact=True).fill("Written in a tunnel")
    await expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    await expect(page.get_by_role("alert").get_by_text("kept on this device")).to_be_visible()
    assert await stems(teacher, quiz) == [FIRST["stem"]]
    await page.context.set_offline(False)
    await saved(page)
    assert await stems(teacher, quiz) == ["Written in a tunnel"]

    async def lose_the_answer(route: Route) -> None:
        if route.request.method == "PATCH":
            arrived = await teacher.http.patch(
                f"/api/quizzes/{quiz['id']}", json=route.request.post_data_json
            )
            assert arrived.is_success, arrived.text
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/quizzes/*", lose_the_answer)
    await page.get_by_label("Question", exact=True).fill("Arrived")
    await expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    await page.unroute("**/api/quizzes/*")
    await page.get_by_label("Question", exact=True).fill("Arrived and went on")
    await saved(page)
    assert await stems(teacher, quiz) == ["Arrived and went on"]


async def refuse_changes(route: Route) -> None:
    if route.request.method == "PATCH":
        await route.fulfill(status=503, json={"code": "unavailable", "status": 503})
    else:
        await route.continue_()


async def test_leaving_with_unsaved_changes_asks_first_and_a_draft_outlives_the_page(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST])
    page = await edit(people, quiz)
    await page.route("**/api/quizzes/*", refuse_changes)
    await page.get_by_label("Question", exact=True).fill("Not lost")

    async def stay(dialog: Dialog) -> None:
        await dialog.dismiss()

    page.on("dialog", stay)
    async with page.expect_event("dialog") as asked:
        await page.evaluate("location.assign('/dashboard')")
    assert (await asked.value).type == "beforeunload"
    await expect(page.get_by_label("Question", exact=True)).to_have_value("Not lost")
    await expect(page.get_by_role("alert")).to_contain_text("saved as soon as that works again")

    other = await page.context.new_page()
    await page.close()
    await other.goto(f"/quizzes/{quiz['id']}")
    await expect(other.locator(".toast")).to_contain_text("Unsaved changes")
    await expect(other.get_by_label("Question", exact=True)).to_have_value("Not lost")
    await saved(other)
    assert await stems(teacher, quiz) == ["Not lost"]


async def test_two_versions_do_not_overwrite_each_other(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST])
    page = await edit(people, quiz)
    stem = page.get_by_label("Question", exact=True)
    for way, mine, kept in (
        ("Keep mine", "Mine", "Mine"),
        ("Take the other one", "Mine again", "Theirs"),
    ):
        theirs = {"questions": [{**FIRST, "stem": "Theirs"}]}
        (await teacher.http.patch(f"/api/quizzes/{quiz['id']}", json=theirs)).raise_for_status()
        await stem.fill(mine)
        await expect(page.get_by_role("alert")).to_contain_text("changed in another window")
        assert await stems(teacher, quiz) == ["Theirs"]
        await page.get_by_role("button", name=way).click()
        await saved(page)
        assert await stems(teacher, quiz) == [kept]
        await expect(stem).to_have_value(kept)
