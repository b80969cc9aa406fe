"""The longest texts and the widest names: nothing sticks out, nothing is out of reach."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.school import Json, Teacher
from tests.web.conftest import PHONE, PROJECTOR, People, settled, step
from tests.web.games import play

WIDE = "W" * 24
SENTENCE = "The old train had already left when we arrived at the station in the hills. "
STEM = SENTENCE * 4
EIGHT = [{"text": f"{n} {SENTENCE * 3}".strip(), "is_correct": n == 0} for n in range(8)]
QUESTION = {"type": "multiple_choice", "stem": STEM, "choices": EIGHT, "time_limit": 300}
OUTSIDE = """(selectors) => {
    const [outer, ...inner] = selectors;
    const box = document.querySelector(outer).getBoundingClientRect();
    return inner.flatMap((selector) => [...document.querySelectorAll(selector)])
        .map((one) => one.getBoundingClientRect())
        .filter(({ top, bottom, left, right }) =>
            top < box.top - 1 || bottom > box.bottom + 1
            || left < box.left - 1 || right > box.right + 1).length;
}"""


async def outside(page: Page, *selectors: str) -> int:
    """How many elements stick out of the first, once they are where they belong."""
    await settled(page)
    count: int = await page.evaluate(OUTSIDE, list(selectors))
    return count


async def opened(teacher: Teacher, people: People, question: Json) -> Page:
    """A phone in front of an open question; the host is `teacher`'s."""
    await teacher.open(await teacher.write([question]))
    return await people.player(teacher.code, WIDE)


@pytest.mark.parametrize("kind", ["multiple_choice", "ordering"])
async def test_a_phone_scrolls_to_what_is_too_long_for_it(
    teacher: Teacher, people: People, kind: str
) -> None:
    choices = [{"text": choice["text"]} for choice in EIGHT] if kind == "ordering" else EIGHT
    phone = await opened(teacher, people, {**QUESTION, "type": kind, "choices": choices})
    host = await teacher.host()
    await host.send("start")
    await expect(phone.locator(".text")).to_have_count(8)
    await settled(phone)
    for text in await phone.locator(".stem h1, .text").all():
        await text.scroll_into_view_if_needed()
        await expect(text).to_be_in_viewport()
        assert await text.evaluate("text => text.scrollHeight <= text.clientHeight + 1")
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("kind", "word"), [("multiple_choice", "Kalimantan"), ("ordering", "Pertanggungjawaban")]
)
async def test_a_long_word_stays_in_its_box(
    teacher: Teacher, people: People, kind: str, word: str
) -> None:
    """Not only in its tile: beside it there are a ring, when it is chosen, or buttons."""
    right = {"is_correct": True} if kind == "multiple_choice" else {}
    choices = [{"text": word, **right}, *({"text": text} for text in ("Bali", "Java", "Papua"))]
    question = {"type": kind, "stem": "Which?", "choices": choices}
    phone = await opened(teacher, people, question)
    host = await teacher.host()
    await host.send("start")
    text = phone.locator(".text").filter(has_text=word)
    await expect(text).to_be_visible()
    await settled(phone)
    assert await text.evaluate("text => text.scrollWidth <= text.clientWidth")


async def test_a_choice_stays_under_the_finger(teacher: Teacher, people: People) -> None:
    phone = await opened(teacher, people, {**QUESTION, "type": "multiple_select"})
    host = await teacher.host()
    await host.send("start")
    last = phone.locator(".tile").last
    await last.click()
    await expect(last).to_have_attribute("aria-pressed", "true")
    await expect(last).to_be_in_viewport(ratio=0.9)


async def test_a_row_stays_under_the_finger(teacher: Teacher, people: People) -> None:
    """Though the page is drawn anew while somebody reads at its end."""
    choices = [{"text": choice["text"]} for choice in EIGHT]
    phone = await opened(teacher, people, {**QUESTION, "type": "ordering", "choices": choices})
    host = await teacher.host()
    await host.send("start")
    row = phone.locator(".order-row").last
    text = await row.locator(".text").inner_text()
    await row.get_by_role("button", name="Move up").click()
    await expect(phone.locator(".order-row .text").nth(6)).to_have_text(text)
    await expect(phone.get_by_role("button", name=f"Move up: {text}")).to_be_in_viewport()


@pytest.mark.parametrize("size", [PROJECTOR, {"width": 1024, "height": 768}])
async def test_the_stage_shows_all_choices_of_a_question(
    teacher: Teacher, people: People, size: dict[str, int]
) -> None:
    await opened(teacher, people, QUESTION)
    screen = await people.host(teacher.session)
    await screen.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize
    await step(screen)
    await expect(screen.locator(".option")).to_have_count(8)
    assert await outside(screen, ".options", ".option") == 0
    assert await outside(screen, ".open-question", ".head", ".options", ".tally") == 0
    await step(screen)
    await expect(screen.locator(".results > li")).to_have_count(8)
    assert await outside(screen, ".revealed", ".head", ".results > li", ".results .count") == 0


async def test_wide_names_stay_on_the_stage(teacher: Teacher, people: People) -> None:
    await opened(teacher, people, QUESTION)
    screen = await people.host(teacher.session)
    await expect(screen.locator(".names > li")).to_have_count(1)
    assert await outside(screen, ".names", ".names > li") == 0
    for scene in (".open-question", ".revealed", ".leaderboard"):
        await step(screen)
        await expect(screen.locator(scene)).to_be_visible()
    await expect(screen.locator(".places > li")).to_have_count(1)
    assert await outside(screen, ".leaderboard", ".places > li", ".places .score") == 0
    await step(screen)
    name = screen.locator(".podium .name")
    await expect(name).to_have_text(WIDE)
    await settled(screen)
    assert await name.evaluate("name => name.scrollHeight < name.clientHeight + 20")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("size", [PROJECTOR, PHONE])
async def test_wide_names_stay_in_the_results(
    teacher: Teacher, people: People, size: dict[str, int]
) -> None:
    quiz = await teacher.write([{**QUESTION, "points": 1000}])
    await play(teacher, quiz, ["Ana", WIDE])
    page = await people.open(f"/sessions/{teacher.session}", PROJECTOR, signed_in=True)
    await page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize
    await expect(page.locator(".needy li")).to_have_count(1)
    assert await outside(page, ".needy", ".needy li", ".needy .figures") == 0
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
