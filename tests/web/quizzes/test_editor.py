"""The editor in a real browser, on the real server."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.school import Json, Teacher
from tests.web.conftest import PROJECTOR, People
from tests.web.quizzes.editor_page import FIRST, SECOND, add, edit, saved, stored

SMALL = ViewportSize(width=390, height=844)


async def draft(teacher: Teacher, *questions: Json) -> Json:
    given = {"title": "Draft", "questions": questions}
    quiz: Json = (await teacher.http.post("/api/quizzes", json=given)).raise_for_status().json()
    return quiz


async def choices(page: Page, *texts: str, first: str = "Choice A") -> None:
    """One after the other with Enter, as a person types them."""
    await page.get_by_label(first, exact=True).click()
    for index, text in enumerate(texts):
        if index:
            await page.keyboard.press("Enter")
        await page.keyboard.type(text)


@pytest.mark.longest
async def test_a_quiz_of_all_kinds_is_written_saved_and_opened(
    teacher: Teacher, people: People
) -> None:
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await page.get_by_role("button", name="Write the first quiz").click()
    await page.wait_for_url("**/quizzes/*")
    await expect(page.get_by_label("Title")).to_be_focused()
    await page.keyboard.type("Everything")

    await write_all_kinds(page)
    await saved(page)

    quiz = await stored(teacher, {"id": page.url.rsplit("/", 1)[1]})
    assert quiz["title"] == "Everything"
    assert quiz["playable"], quiz["problems"]
    check_all_kinds(quiz["questions"])

    await page.get_by_role("button", name="Play", exact=True).click()
    await page.get_by_text("Streak bonus").click()
    await page.get_by_text("Double points").click()
    await page.get_by_label("1. Largest planet?").check()
    await page.get_by_role("button", name="Open the room").click()
    await page.wait_for_url("**/host/*")
    answer = await teacher.http.get(f"/api/sessions/{page.url.rsplit('/', 1)[1]}")
    settings = answer.json()["settings"]
    assert (settings["streak_bonus"], settings["double_points"]) == (True, [0])
    assert people.troubles == []


async def write_all_kinds(page: Page) -> None:
    await add(page, "Multiple choice", "Largest planet?")
    await choices(page, "Saturn", "Jupiter", "Mars", "Earth")
    await page.get_by_label("B is right").check()
    await page.get_by_label("Explanation").fill("It weighs more than the others together.")
    await page.get_by_role("button", name="2,000").click()
    await add(page, "True or false", "Sound is faster in water.")
    await add(page, "Several right", "Which are prime?")
    await choices(page, "2", "9", "11", "15")
    for name in ("A", "C"):
        await page.get_by_label(f"{name} is right").check()
    await add(page, "Short answer", "Capital of Peru?")
    await page.get_by_label("Accepted answer 1", exact=True).fill("Lima")
    await page.get_by_role("button", name="Also accept").click()
    await page.keyboard.type("Ciudad de los Reyes")
    await page.get_by_label("Punctuation").uncheck()
    await add(page, "Number", "Degrees of a right angle?")
    await page.get_by_label("Number", exact=True).fill("90,5")
    await page.get_by_label("Give or take").fill("0.5")
    await expect(page.get_by_text("Everything from 90 to 91")).to_be_visible()
    await add(page, "Put in order", "From small to large")
    await choices(page, "atom", "ant", "cell", "whale", first="Choice 1")
    await page.get_by_role("button", name="Move 3 up").click()
    await add(page, "Poll", "What next?")
    await choices(page, "Stars", "Seas", "Stones")
    await page.get_by_label("Players may choose several").check()
    await page.get_by_role("spinbutton", name="Seconds to answer").fill("45")


def check_all_kinds(written: list[Json]) -> None:
    assert [question["type"] for question in written] == [
        "multiple_choice",
        "true_false",
        "multiple_select",
        "short_answer",
        "numeric",
        "ordering",
        "poll",
    ]
    assert marks(written[0]) == [False, True, False, False]
    assert (written[0]["points"], written[0]["explanation"]) == (
        2000,
        "It weighs more than the others together.",
    )
    assert marks(written[1]) == [True, False]
    assert marks(written[2]) == [True, False, True, False]
    assert written[3]["answer_key"] == {"accepted": ["Lima", "Ciudad de los Reyes"]}
    assert written[3]["options"] == {"ignore_punctuation": False}
    assert written[4]["answer_key"] == {"value": 90.5, "tolerance": 0.5}
    assert [choice["text"] for choice in written[5]["choices"]] == ["atom", "cell", "ant", "whale"]
    assert (written[6]["options"], written[6]["time_limit"]) == ({"multiple": True}, 45)


def marks(question: Json) -> list[bool]:
    return [choice["is_correct"] for choice in question["choices"]]


async def test_problems_stand_beside_what_causes_them(teacher: Teacher, people: People) -> None:
    quiz = await draft(teacher, FIRST, {"type": "multiple_choice", "choices": [{"text": "A"}, {}]})
    page = await edit(people, quiz)
    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    await expect(page.locator("#stem-problem")).to_have_text("Write the question.")
    await expect(page.locator(".answer").nth(1)).to_contain_text("Write this choice")
    await expect(page.locator("#choices-problem")).to_have_text("Mark the right choice.")
    await expect(page.locator(".questions .wrong")).to_have_count(1)
    await page.get_by_label("Question", exact=True).fill("A question")
    await expect(page.locator("#stem-problem")).to_be_hidden()


async def test_a_list_pasted_into_a_choice_becomes_choices(
    teacher: Teacher, people: People
) -> None:
    quiz = await draft(teacher, {"type": "poll", "choices": [{}, {}]})
    page = await edit(people, quiz)
    await page.get_by_label("Choice A", exact=True).focus()
    await page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "One\\nTwo\\r\\n\\n Three ");
          const paste = { clipboardData, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    await saved(page)
    (question,) = (await stored(teacher, quiz))["questions"]
    assert [choice["text"] for choice in question["choices"]] == ["One", "Two", "Three"]


async def test_the_preview_is_the_phone_and_another_kind_keeps_what_both_have(
    teacher: Teacher, people: People
) -> None:
    page = await edit(people, await teacher.write([FIRST]))
    preview = page.locator("phone-preview")
    await expect(preview.locator("h1")).to_have_text(FIRST["stem"])
    await expect(preview.locator(".tile")).to_have_count(4)
    await page.get_by_label("Kind of question").select_option("short_answer")
    await expect(page.get_by_label("Accepted answer 1", exact=True)).to_have_value("Jupiter")
    await page.keyboard.press("Control+z")
    await expect(page.get_by_label("Choice A", exact=True)).to_have_value("Saturn")
    await page.get_by_label("Choice B", exact=True).fill("<b>Jupiter</b> يوبيتر")
    await expect(preview.locator(".tile").nth(1)).to_contain_text("<b>Jupiter</b> يوبيتر")


async def test_a_picture_is_shown_or_said_to_be_missing(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST])
    page = await edit(people, quiz)
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>'
    await page.route(
        "https://pictures.example/dot.svg",
        lambda route: route.fulfill(body=dot, content_type="image/svg+xml"),
    )
    await page.route("https://pictures.example/gone.svg", lambda route: route.abort())
    await page.get_by_text("Picture", exact=True).click()
    address = page.get_by_label("Address of the picture")
    await address.fill("pictures.example/dot.svg")
    await expect(page.get_by_text("This is not a web address yet")).to_be_visible()
    await saved(page)
    assert (await stored(teacher, quiz))["questions"][0]["media"] is None
    await address.fill("https://pictures.example/dot.svg")
    await expect(page.locator("phone-preview img")).to_be_visible()
    await saved(page)
    media = (await stored(teacher, quiz))["questions"][0]["media"]
    assert media == "https://pictures.example/dot.svg"
    await address.fill("https://pictures.example/gone.svg")
    await expect(page.get_by_text("No picture can be loaded")).to_be_visible()
    await expect(page.locator("phone-preview img")).to_have_count(0)


async def test_a_phone_is_enough_to_write(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST, SECOND])
    page = await edit(people, quiz, SMALL)
    await page.get_by_role("button", name="Question 1 of 2").click()
    await page.locator(".pick").nth(1).click()
    await expect(page.get_by_label("Question", exact=True)).to_have_value(SECOND["stem"])
    await page.get_by_role("button", name="Previous question").click()
    await expect(page.get_by_label("Question", exact=True)).to_have_value(FIRST["stem"])
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


async def test_a_quiz_of_somebody_else_cannot_be_opened(teacher: Teacher, people: People) -> None:
    del teacher
    path = "/quizzes/01890000-0000-7000-8000-000000000000"
    page = await people.open(path, PROJECTOR, signed_in=True)
    await expect(page.get_by_role("heading", name="No such page")).to_be_visible()
