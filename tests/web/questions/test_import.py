"""The page to import questions, in a real browser, on the real server."""

import re
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from game.rules.questions import QuestionDraft
from server.formats import items, moodle_xml
from server.formats.all import FORMATS
from server.formats.workbooks import CELL_PROBLEMS
from server.web.catalogues import read_catalogues
from tests.e2e.school import ALL_KINDS, Json, Teacher
from tests.pictures import plain
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People, resize
from tests.web.questions.workbooks import BAD, kahoot


async def opened(people: People, address: str = "/import") -> Page:
    page = await people.open(address, PROJECTOR, signed_in=True)
    await expect(page.get_by_role("heading", name="Import questions")).to_be_visible()
    return page


async def quizzes_of(teacher: Teacher) -> list[Json]:
    items: list[Json] = (await teacher.http.get("/api/quizzes")).json()["items"]
    return items


async def test_a_workbook_with_bad_rows_is_mended_tagged_and_saved(
    teacher: Teacher, people: People
) -> None:
    page = await opened(people)
    assert await violations(page) == []
    await page.locator("#file").set_input_files(kahoot())
    await expect(page.get_by_role("heading", name="30 questions found")).to_be_focused()
    await expect(page.locator('.chip[value="ready"] b')).to_have_text("26")

    await page.locator('.chip[value="refused"]').click()
    bad = page.locator(".imported > li")
    await expect(bad).to_have_count(4)
    places = [await bad.nth(at).locator(".facts span").first.text_content() for at in range(4)]
    assert places == [f"Row {8 + number}" for number in BAD]
    reasons = page.locator(".reasons")
    await expect(reasons.nth(0)).to_have_text("Cell H11: Mark the right choice.")
    await expect(reasons.nth(1)).to_contain_text("Cell B17: This is longer than Kahoot takes.")
    await expect(reasons.nth(2)).to_have_text("Cell D25: Give 2 to 8 choices.")
    await expect(reasons.nth(3)).to_contain_text("Cell F33: Write this choice or take it out.")
    assert await violations(page) == []

    # What is still wrong after a change is still said with its cell.
    await page.get_by_role("button", name="Mend: Row 33").click()
    async with page.expect_response("**/imports/check"):
        await page.locator("#stem").fill("When is it?")
    await page.get_by_role("button", name="Close: Row 33").click()
    await expect(reasons.nth(3)).to_contain_text("Cell F33: Write this choice or take it out.")

    await page.get_by_role("button", name="Mend: Row 11").click()
    for size in (PHONE, PROJECTOR):
        await resize(page, size)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert await violations(page) == []
    await page.get_by_label("B is right").check()
    await expect(bad.nth(0)).to_contain_text("Mended")
    await page.get_by_label("Take the question: Row 17").check()
    await expect(bad.nth(1)).to_contain_text("Mended")
    await expect(page.locator('.chip[value="refused"] b')).to_have_text("2")
    await expect(page.get_by_role("button", name="Save 28 questions")).to_be_visible()

    await page.locator("#all-tags").fill("rivers, year 7")
    await page.locator("#all-level").select_option("A2")
    await page.get_by_role("button", name="Save 28 questions").click()
    await expect(page.locator("#saved")).to_be_focused()
    await expect(page.locator(".imported > li")).to_have_count(2)

    [listed] = await quizzes_of(teacher)
    quiz = (await teacher.http.get(f"/api/quizzes/{listed['id']}")).json()
    assert (quiz["title"], len(quiz["questions"]), quiz["playable"]) == ("Rivers", 28, True)
    assert {(*each["tags"], each["level"]) for each in quiz["questions"]} == {
        ("rivers", "year 7", "A2")
    }
    assert quiz["questions"][2]["choices"][1]["is_correct"]
    assert people.troubles == []
    await page.get_by_role("link", name="Open the quiz").click()
    await page.wait_for_url("**/quizzes/*")


async def test_a_pasted_text_goes_to_the_bank_or_a_quiz_and_nothing_is_lost(
    teacher: Teacher, people: People
) -> None:
    quiz = (await teacher.http.post("/api/quizzes", json={"title": "Rain"})).json()
    page = await opened(people, f"/import?quiz={quiz['id']}")
    await page.locator("#text").fill("type,question\n")
    await page.locator("#text").fill("Dear colleague")
    await page.get_by_role("button", name="Read this text").click()
    await expect(page.locator("[data-key=text] #refused")).to_contain_text("none of them")
    text = "Wet?{=yes ~no}\n\nWet?{=yes ~no}\n\nNow write.{}\n\nCold?{=yes#Very. ~no}\n"
    await page.locator("#text").fill(text)
    await page.get_by_role("button", name="Read this text").click()
    await expect(page.get_by_role("heading", name="4 questions found")).to_be_visible()
    await expect(page.get_by_text("You have it already")).to_have_count(1)
    await expect(page.get_by_text("Feedback for single answers is left out.")).to_be_visible()

    await page.get_by_label("Take the question: Line 3").uncheck()
    await page.route("**/api/quizzes/*", lambda route: route.abort())
    await page.get_by_role("button", name="Save 2 questions").click()
    await expect(page.locator("#refused")).to_be_focused()
    await expect(page.locator(".imported > li")).to_have_count(4)
    await page.unroute_all()
    people.troubles.clear()
    await page.get_by_role("button", name="Save 2 questions").click()
    await expect(page.locator("#saved")).to_be_focused()
    stored = (await teacher.http.get(f"/api/quizzes/{quiz['id']}")).json()
    assert [each["stem"] for each in stored["questions"]] == ["Wet?", "Cold?"]

    await page.get_by_label("Take the question: Line 3").check()
    await page.get_by_role("button", name="Write it anew: Line 5").click()
    await page.get_by_label("Question bank").check()
    await page.get_by_role("button", name="Save 1 question").click()
    await expect(page.locator("#saved")).to_be_focused()
    bank = (await teacher.http.get("/api/questions")).json()["items"]
    assert [each["stem"] for each in bank] == ["Wet?"]

    # What the bank has is not added to it again unless somebody wants that; a quiz may have it.
    await page.get_by_role("button", name="Import another file").click()
    await page.locator("#text").fill("Wet?{=yes ~no}\n\nDry?{=yes ~no}")
    await page.get_by_role("button", name="Read this text").click()
    await expect(page.get_by_label("Take the question: Line 1")).not_to_be_checked()
    await expect(page.get_by_role("button", name="Save 1 question")).to_be_visible()
    await page.get_by_label("A new quiz").check()
    await expect(page.get_by_role("button", name="Save 2 questions")).to_be_visible()
    assert people.troubles == []


@pytest.mark.usefixtures("teacher")
async def test_too_many_questions_for_a_quiz_become_several_and_any_quiz_is_found(
    teacher: Teacher, people: People
) -> None:
    """A file in another encoding than UTF-8 says so."""
    far = (await teacher.http.post("/api/quizzes", json={"title": "Far away"})).json()
    for number in range(50):
        await teacher.http.post("/api/quizzes", json={"title": f"Quiz {number}"})
    page = await opened(people)
    text = "".join(f"Is it {number}?{{=yes ~no}}\n\n" for number in range(501))
    file: FilePayload = {"name": "Rain.txt", "mimeType": "", "buffer": text.encode("utf-16")}
    await page.locator("#file").set_input_files(file)
    await expect(page.get_by_text("The file is in UTF-16.")).to_be_visible()
    await expect(page.get_by_text("“Rain (1)” to “Rain (2)”")).to_be_visible()
    await page.get_by_role("radio", name="One of my quizzes").check()
    await expect(page.get_by_text("This quiz has room for 500 more questions")).to_be_visible()
    choose = page.get_by_label("Which quiz")
    await expect(choose.get_by_role("option", name="Far away")).to_have_count(0)
    await page.get_by_label("Search my quizzes").fill("far")
    await expect(choose.get_by_role("option", name="Far away")).to_have_count(1)
    await choose.select_option("Far away")
    await expect(choose).to_have_value(far["id"])
    assert await violations(page) == []
    await page.get_by_role("radio", name="A new quiz").check()
    await page.get_by_role("button", name="Save 501 questions").click()
    await expect(page.locator("#saved")).to_be_focused()
    listed = (await teacher.http.get("/api/quizzes?search=Rain&sort=title")).json()["items"]
    assert [(quiz["title"], quiz["question_count"]) for quiz in listed] == [
        ("Rain (1)", 500),
        ("Rain (2)", 1),
    ]
    await expect(page.get_by_role("link", name="Open my quizzes")).to_be_visible()
    assert people.troubles == []


async def test_long_questions_become_as_many_quizzes_as_they_need(
    teacher: Teacher, people: People
) -> None:
    """By number they would fit into one, but together they are larger than a quiz may be."""
    page = await opened(people)
    long = "".join(f"Is rain {n} wet? {{T####{'x' * 4_900}}}\n\n" for n in range(230))
    file: FilePayload = {"name": "Rain.gift", "mimeType": "", "buffer": long.encode()}
    await page.locator("#file").set_input_files(file)
    await page.get_by_role("button", name="Save 230 questions").click()
    await expect(page.locator("#saved")).to_be_focused()
    listed = (await teacher.http.get("/api/quizzes?sort=title")).json()["items"]
    assert [(quiz["title"], quiz["question_count"]) for quiz in listed] == [
        ("Rain (1)", 115),
        ("Rain (2)", 115),
    ]


async def test_a_download_says_before_what_it_loses(teacher: Teacher, people: People) -> None:
    given = {"title": "Rain", "questions": ALL_KINDS}
    quiz = (await teacher.http.post("/api/quizzes", json=given)).json()
    page = await people.open(f"/quizzes/{quiz['id']}", PROJECTOR, signed_in=True)
    await page.locator("#item-about").click()
    await page.get_by_role("button", name="Download questions…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("This format carries everything.")).to_be_visible()
    await expect(dialog.get_by_text("Files of Kahoot")).to_contain_text("but not made")
    await dialog.get_by_label("GIFT").check()
    await expect(dialog.get_by_text("it is left out as a whole")).to_be_visible()
    assert await violations(page) == []
    link = dialog.get_by_role("link", name="Download")
    await expect(link).to_have_attribute("href", re.compile(r"/export\?format=gift$"))
    assert people.troubles == []


MOODLE = """<quiz><question type="multichoice"><name><text>x</text></name>
<questiontext format="html">
<text><![CDATA[<p>What is it? <img src="@@PLUGINFILE@@/a.png"></p>]]></text>
<file name="a.png" path="/" encoding="base64">{}</file></questiontext><single>true</single>
<answer fraction="100"><text>A square</text></answer>
<answer fraction="0"><text>A circle</text></answer>
</question></quiz>"""


async def test_pictures_inside_of_a_file_are_taken_along(teacher: Teacher, people: People) -> None:
    page = await opened(people, "/import?to=bank")
    content = MOODLE.format(b64encode(plain()).decode()).encode()
    file: FilePayload = {"name": "Shapes.xml", "mimeType": "text/xml", "buffer": content}
    await page.locator("#file").set_input_files(file)
    await expect(page.get_by_text("With its picture")).to_be_visible()
    await page.get_by_role("button", name="Save 1 question").click()
    await expect(page.locator("#saved")).to_be_focused()
    [stored] = (await teacher.http.get("/api/questions")).json()["items"]
    assert (await teacher.http.get(stored["media"])).status_code == 200
    assert people.troubles == []


CODE = re.compile(r"(?:BadItemError\(|ItemProblem\([^,()]+(?:\([^)]*\))?,)\s*\"(\w+)\"")


def test_everything_that_can_happen_to_an_item_has_a_text() -> None:
    sources = (path.read_text() for path in Path(items.__file__).parent.glob("*.py"))
    codes = {code for source in sources for code in CODE.findall(source)} | CELL_PROBLEMS.keys()
    codes |= moodle_xml.REFUSED.keys()
    assert {"essay", "bad_value", "longer_than_kahoot"} <= codes
    texts = read_catalogues()["en"].keys()
    assert {f"import.code_{code}" for code in codes} - texts == set()
    assert {f"import.loss_{code}" for code in items.LOSSES} - texts == set()
    lost = {*QuestionDraft.__struct_fields__, "choice_pictures", "question"}
    lost -= {"id", "source_id"}
    assert {f"export.field_{field}" for field in lost} - texts == set()
    assert {f"export.{name}{end}" for name in FORMATS for end in ("", "_hint")} - texts == set()
