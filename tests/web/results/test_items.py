"""How the questions of a game work in all games, as a picture with a table behind it."""

import pytest
from playwright.async_api import Route, expect

from tests.e2e.school import Json, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PROJECTOR, People
from tests.web.games import UNHURRIED, play

pytestmark = pytest.mark.usefixtures("worker")

FIGURES: list[
    tuple[float | None, float | None, list[str]]
] = [  # share right, discrimination, advice
    (0.62, 0.41, ["works"]),
    (0.97, 0.05, ["too_easy"]),
    (0.24, -0.32, ["check_key", "wrong_choice"]),
    (0.48, 0.02, ["no_discrimination"]),
    (0.71, 0.35, ["works"]),
    (0.15, 0.22, ["too_hard"]),
    (None, None, []),
]


def item(index: int, share: float | None, discrimination: float | None, advice: list[str]) -> Json:
    figures = {
        "question_id": f"question-{index}",
        "stem": f"Which one is the right choice of the question number {index + 1}?",
        "asked": 4,
        "answers": 112,
        "correct": None if share is None else int(112 * share),
        "correct_share": share,
        "discrimination": discrimination,
        "median_ms": 4300,
        "wrong_text": None if share is None else "Saturn",
        "wrong_times": None if share is None else 31,
        "right_times": None if share is None else 60,
        "other_wording": 28 if index == 2 else 0,
        "advice": advice,
        "computed_at": None,
    }
    return {"index": index, "statistics": figures}


async def test_the_picture_names_what_needs_a_look(teacher: Teacher, people: People) -> None:
    await play(teacher, await teacher.write(UNHURRIED), ["Ana"])
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    questions = [item(index, *figures) for index, figures in enumerate(FIGURES)]

    async def answer(route: Route) -> None:
        await route.fulfill(json={"questions": questions})

    await page.route("**/api/sessions/*/statistics", answer)
    await page.goto(f"/sessions/{teacher.session}")
    scatter = page.locator("item-scatter")
    name = "6 questions by difficulty and discrimination. 4 need a look."
    await expect(scatter.get_by_role("img", name=name)).to_be_visible()
    await expect(scatter.locator("circle")).to_have_count(6)
    await expect(scatter.locator("g.bad text")).to_have_text(["2", "3", "4", "6"])
    worst = page.locator(".items-bad > li").nth(1)
    await expect(worst).to_contain_text("Check the key. Strong players choose something else.")
    await expect(worst).to_contain_text("28 of 112 answers")
    await scatter.get_by_text("Show as a table").click()
    await expect(scatter.locator("tbody tr").nth(2)).to_contain_text("Saturn (31)")
    assert await violations(page) == []
    assert people.troubles == []


async def test_the_bank_shows_how_a_question_works(teacher: Teacher, people: People) -> None:
    await teacher.http.post("/api/questions", json=UNHURRIED[0])
    page = await people.open("/bank", PROJECTOR, signed_in=True)
    await page.locator(".bank-row .what").click()
    await expect(page.locator("item-statistics")).to_contain_text("Not asked in any game yet.")
    await page.keyboard.press("Escape")

    async def answer(route: Route) -> None:
        await route.fulfill(json=item(2, *FIGURES[2])["statistics"])

    await page.route("**/api/questions/*/statistics", answer)
    await page.locator(".bank-row .what").click()
    figures = page.locator("item-statistics")
    await expect(figures).to_contain_text("A wrong choice wins.")
    await expect(figures.locator("dd").nth(3)).to_have_text("-0.32")
    assert await violations(page) == []
    assert people.troubles == []
