"""The question bank: from an empty page to a quiz of drawn questions."""

import re
from uuid import UUID

from playwright.async_api import Page, expect

from persistence.database import SessionFactory
from persistence.models import QuestionSet
from tests.e2e.school import ALL_KINDS, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People


async def stems(page: Page) -> list[str]:
    return await page.locator(".bank-stem").all_inner_texts()


async def select(page: Page, *stems: str) -> None:
    for stem in stems:
        await page.get_by_label(f"Select “{stem}”").check()


async def test_a_teacher_fills_the_bank_and_makes_a_quiz_of_it(
    teacher: Teacher, people: People
) -> None:
    await teacher.write(ALL_KINDS[:3], "Planets")
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await page.get_by_role("link", name="Questions").click()

    # The first step: the questions of a quiz, and one that is written here.
    await expect(page.get_by_role("heading", name="Your question bank is empty")).to_be_visible()
    await expect(page.get_by_role("link", name="Import")).to_have_count(2)
    await page.get_by_role("button", name="Copy from a quiz").last.click()
    await page.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.locator(".bank-row")).to_have_count(3)
    await page.get_by_role("button", name="New question").click()
    await page.get_by_role("button", name="Number").click()
    await page.locator("#stem").fill("How many moons has Mars?")
    await page.locator("#value").fill("2")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".bank-row")).to_have_count(4)
    assert await violations(page) == []

    # A look at it as on a phone, and an edit in place.
    await page.get_by_role("button", name="How many moons").first.click()
    await expect(page.locator("phone-preview")).to_contain_text("How many moons has Mars?")
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_text("More about this question").click()
    await page.locator("#level").select_option("A2")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".bank-row").first).to_contain_text("A2")

    # Many at once: tags, undone and done again; then a set.
    await page.get_by_label("Select all on this page").check()
    await page.get_by_role("button", name="Tags").click()
    await page.get_by_label("Tags", exact=True).fill("space, year 7")
    await page.get_by_role("button", name="Add tags").click()
    tags = page.locator(".bank-row .tag", has_text="year 7")
    await expect(tags).to_have_count(4)
    await page.get_by_role("button", name="Undo").click()
    await expect(tags).to_have_count(0)
    await page.get_by_role("button", name="Add to a set").click()
    await page.get_by_label("Name").fill("Space")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("navigation", name="Question sets").get_by_text("Space").click()
    await expect(page.get_by_role("heading", name="Space")).to_be_visible()
    before = await stems(page)
    await page.get_by_label(f"Move “{before[0]}” down").click()
    await expect(page.locator(".bank-stem").first).to_have_text(before[1])

    # A draw from the set, into a quiz.
    await page.get_by_role("button", name="Draw at random").click()
    await expect(page.locator(".drawn li")).to_have_count(4)
    await page.get_by_label("How many", exact=True).fill("2")
    await expect(page.locator(".drawn li")).to_have_count(2)
    drawn = await page.locator(".drawn li [dir=auto]").all_inner_texts()
    await page.get_by_role("button", name="Use in a quiz").and_(page.locator("dialog *")).click()
    await page.get_by_label("Name").fill("Drawn")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("button", name="Open the quiz").click()
    await page.wait_for_url("**/quizzes/*")
    await expect(page.locator(".pick-stem")).to_have_text(drawn)
    assert people.troubles == []


async def test_archiving_duplicates_and_filters_on_a_phone(
    teacher: Teacher, people: People
) -> None:
    for stem in ("Largest planet?", "largest  planet", "Smallest planet?"):
        answer = await teacher.http.post(
            "/api/questions", json=ALL_KINDS[0] | {"stem": stem, "topic": "Planets"}
        )
        assert answer.status_code == 201
    page = await people.open("/bank?view=duplicates", PHONE, signed_in=True)
    await page.get_by_role("button", name="Keep the oldest").click()
    await expect(page.get_by_role("heading", name="No duplicates")).to_be_visible()
    place = page.locator('[data-do="place"]')
    await place.select_option("archive")
    await select(page, "largest planet")
    await page.get_by_role("button", name="Delete for good").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_role("heading", name="The archive is empty")).to_be_visible()

    await place.select_option("questions")
    await expect(page.get_by_label("Topic")).to_be_hidden()
    await page.get_by_role("button", name="Filters").click()
    await expect(page.get_by_label("Topic").locator("option")).to_have_text(["Any", "Planets (2)"])
    await page.get_by_label("Topic").select_option("Planets")
    await page.get_by_role("button", name="Show 2 questions").click()
    await expect(page.get_by_role("button", name="Filters 1")).to_be_focused()
    await expect(page.get_by_label("Topic", exact=True)).to_be_hidden()
    await expect(page.locator(".bank-row")).to_have_count(2)
    first = await page.locator(".bank-row").first.bounding_box()
    assert first is not None
    assert first["y"] < PHONE["height"] * 0.7
    await page.get_by_label("Search questions").fill("oceans")
    await expect(page.get_by_text("No question was found for “oceans”.")).to_be_visible()
    await page.get_by_role("button", name="Clear filters").click()
    await page.get_by_label("Sort").select_option("By title")
    by_title = ["Largest planet?", "Smallest planet?"]
    await expect(page.locator(".bank-stem")).to_have_text(by_title)
    await page.get_by_label("Sort").select_option("Oldest first")
    await expect(page).to_have_url(re.compile("sort=oldest"))
    await page.reload()
    await expect(page.get_by_label("Sort")).to_have_value("oldest")
    await select(page, "Smallest planet?")
    assert await violations(page) == []
    scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(scrolls)
    await page.get_by_role("button", name=re.compile("^Archive")).last.click()
    await expect(page.locator(".bank-row")).to_have_count(1)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator(".bank-row")).to_have_count(2)
    assert people.troubles == []


async def test_the_editor_takes_from_the_bank_and_gives_to_it(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write(ALL_KINDS[:1], "Planets")
    await teacher.http.post("/api/questions", json=ALL_KINDS[1])
    page = await people.open(f"/quizzes/{quiz['id']}", PROJECTOR, signed_in=True)
    await page.get_by_role("button", name="Copy to the question bank").click()
    await expect(page.get_by_text("Copied to your question bank.")).to_be_visible()
    await page.get_by_role("button", name="Copy to the question bank").click()
    await expect(page.get_by_text("This question is in your bank already")).to_be_visible()
    await page.get_by_role("button", name="Cancel").click()

    await page.get_by_role("button", name="From the bank").click()
    await page.get_by_label("Kind").last.select_option("true_false")
    await page.get_by_label(ALL_KINDS[1]["stem"]).check()
    await page.get_by_role("button", name="Add 1 question").click()
    await expect(page.locator("#stem")).to_have_value(ALL_KINDS[1]["stem"])
    await expect(page.locator(".save-state")).to_contain_text("Saved")
    bank = (await teacher.http.get("/api/questions")).json()["items"]
    stored = (await teacher.http.get(f"/api/quizzes/{quiz['id']}")).json()["questions"]
    assert [question["stem"] for question in bank] == [ALL_KINDS[0]["stem"], ALL_KINDS[1]["stem"]]
    assert bank[0]["source_id"] == stored[0]["id"]
    assert stored[1]["source_id"] == bank[1]["id"]
    assert people.troubles == []


async def test_a_question_is_found_while_it_is_typed(teacher: Teacher, people: People) -> None:
    stem = "Buku <b>dibaca</b> oleh siapa?"
    for question in (
        {"stem": stem, "language": "id", "level": "A2", "tags": ["sekolah"]},
        {"stem": "Which readings?", "language": "en", "level": "B1", "explanation": "Read on."},
    ):
        answer = await teacher.http.post("/api/questions", json=ALL_KINDS[0] | question)
        assert answer.status_code == 201
    await teacher.write([ALL_KINDS[0] | {"stem": "What does she read?"}], "Novels")
    page = await people.open("/bank", PROJECTOR, signed_in=True)
    search = page.get_by_label("Search questions")
    await search.fill("membaca")
    await expect(page.locator(".bank-stem")).to_have_text([stem])
    await expect(page.locator(".bank-stem mark")).to_have_text(["dibaca"])
    await expect(page).to_have_url(re.compile(r"\?q=membaca$"))

    await search.fill("rea")
    await expect(page.locator(".bank-row mark")).to_have_text(["readings", "Read"])
    await page.get_by_label("Where to search").select_option("all")
    await expect(page.locator(".bank-row")).to_have_count(2)
    await expect(page.locator(".in-quiz")).to_contain_text("In the quiz Novels")
    level = page.get_by_label("Level")
    await expect(level.locator("option")).to_have_text(["Any", "B1 (1)"])
    await level.select_option("B1")
    await expect(page.locator(".in-quiz")).to_have_count(0)
    await expect(page.locator(".bank-row")).to_have_count(1)
    await page.reload()
    await expect(search).to_have_value("rea")
    await expect(page.locator(".bank-row")).to_have_count(1)
    assert await violations(page) == []
    await page.get_by_role("button", name="Clear filters").click()
    await expect(page.locator(".bank-row")).to_have_count(2)
    await expect(search).to_have_value("")
    assert people.troubles == []


async def test_all_questions_that_match_are_changed_at_once(
    teacher: Teacher, people: People
) -> None:
    """Also those of other pages, but none that is added after they were selected."""
    rivers = [ALL_KINDS[0] | {"stem": f"River {number}", "topic": "Rivers"} for number in range(22)]
    other = [ALL_KINDS[0] | {"stem": "A lake"}]
    added = await teacher.http.post("/api/questions/import", json={"questions": rivers + other})
    assert added.status_code == 201

    async def tagged() -> int:
        return int((await teacher.http.get("/api/questions?tag=wet")).json()["total"])

    page = await people.open("/bank?topic=Rivers", PROJECTOR, signed_in=True)
    await page.get_by_label("Select all on this page").check()
    await page.get_by_role("button", name="Select all 22 that match").click()
    await expect(page.get_by_text("All 22 questions that matched are selected.")).to_be_visible()
    assert await violations(page) == []
    late = ALL_KINDS[0] | {"stem": "River 22", "topic": "Rivers"}
    assert (await teacher.http.post("/api/questions", json=late)).status_code == 201
    await page.get_by_role("button", name="Tags").click()
    await page.get_by_label("Tags", exact=True).fill(" , ")
    await page.get_by_role("button", name="Add tags").click()
    await expect(page.get_by_text("Type at least one tag.")).to_be_visible()
    await page.get_by_label("Tags", exact=True).fill("wet")
    await page.get_by_role("button", name="Add tags").click()
    await expect(page.get_by_text("Tags of 22 questions changed.")).to_be_visible()
    assert await tagged() == 22
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Undone.")).to_be_visible()
    assert await tagged() == 0
    await page.get_by_role("button", name="Clear the selection").click()
    await expect(page.get_by_role("button", name="Tags")).to_be_hidden()
    assert people.troubles == []


async def test_all_question_sets_can_be_chosen(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    me = (await teacher.http.get("/api/me")).json()
    titles = [f"Set {number:03}" for number in range(105)]
    async with session_factory.begin() as db:
        db.add_all(QuestionSet(teacher_id=UUID(me["id"]), title=title) for title in titles)
    page = await people.open("/bank", PROJECTOR, signed_in=True)
    sets = page.locator(".sets")
    await expect(sets.locator(".set")).to_have_count(1 + len(titles))
    await sets.get_by_role("button", name=titles[-1]).click()
    await expect(page.get_by_role("heading", name=titles[-1])).to_be_visible()
