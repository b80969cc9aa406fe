"""The longest texts and the widest names: nothing sticks out, nothing is out of reach."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.school import Json, Teacher
from tests.server.live.client import Client
from tests.web.conftest import PHONE, PROJECTOR, People, resize, settled, step
from tests.web.games import play

WIDE = "W" * 24
SENTENCE = "The old train had already left when we arrived at the station in the hills. "
STEM = SENTENCE * 4
EIGHT = [f"{n} {SENTENCE * 3}".strip() for n in range(8)]
CHOICES = [{"text": text, "is_correct": text == EIGHT[0]} for text in EIGHT]
QUESTION = {"type": "multiple_choice", "stem": STEM, "choices": CHOICES, "time_limit": 300}
SQUARE = ViewportSize(width=1024, height=768)
SIZES = (PROJECTOR, SQUARE)
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


def asked(kind: str, texts: list[str], **more: object) -> Json:
    right = {} if kind == "ordering" else {"is_correct": True}
    choices = [{"text": texts[0], **right}, *({"text": text} for text in texts[1:])]
    return {**QUESTION, "type": kind, "choices": choices, **more}


async def test_a_phone_scrolls_to_what_is_too_long_and_it_stays_under_the_finger(
    teacher: Teacher, people: People
) -> None:
    kinds = ("multiple_choice", "multiple_select", "ordering")
    await teacher.open(await teacher.write([asked(kind, EIGHT) for kind in kinds]))
    phone, host = await people.player(teacher.code, WIDE), await teacher.host()
    await host.send("start")
    await expect(phone.locator(".tile")).to_have_count(8)
    await everything_is_in_reach(phone)

    await after(host)
    await expect(phone.get_by_role("button", name="Send answer")).to_be_visible()
    last = phone.locator(".tile").last
    await last.click()
    await expect(last).to_have_attribute("aria-pressed", "true")
    await expect(last).to_be_in_viewport(ratio=0.9)

    await after(host)
    await expect(phone.locator(".order-row")).to_have_count(8)
    await everything_is_in_reach(phone)
    # The page is drawn anew while somebody reads at its end.
    row = phone.locator(".order-row").last
    text = await row.locator(".text").inner_text()
    await row.get_by_role("button", name="Move up").click()
    await expect(phone.locator(".order-row .text").nth(6)).to_have_text(text)
    await expect(phone.get_by_role("button", name=f"Move up: {text}")).to_be_in_viewport()


async def everything_is_in_reach(phone: Page) -> None:
    await settled(phone)
    for text in await phone.locator(".stem h1, .text").all():
        await text.scroll_into_view_if_needed()
        await expect(text).to_be_in_viewport()
        assert await text.evaluate("text => text.scrollHeight <= text.clientHeight + 1")
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def after(host: Client) -> None:
    """The next question."""
    await host.send("close_question")
    await host.hears("reveal")
    await host.send("next")


async def test_a_long_word_stays_in_its_box(teacher: Teacher, people: People) -> None:
    """Not only in its tile: beside it there are a ring, when it is chosen, or buttons."""
    short = ["Bali", "Java", "Papua"]
    words = {"multiple_choice": "Kalimantan", "ordering": "Pertanggungjawaban"}
    questions = [asked(kind, [word, *short], stem="Which?") for kind, word in words.items()]
    await teacher.open(await teacher.write(questions))
    phone, host = await people.player(teacher.code, WIDE), await teacher.host()
    await host.send("start")
    for word in words.values():
        text = phone.locator(".text").filter(has_text=word)
        await expect(text).to_be_visible()
        await settled(phone)
        assert await text.evaluate("text => text.scrollWidth <= text.clientWidth")
        if word == words["multiple_choice"]:
            await after(host)


async def test_the_stage_shows_all_choices_and_wide_names(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([QUESTION]))
    await teacher.player(WIDE)
    stage = await people.host(teacher.session)
    await expect(stage.locator(".names > li")).to_have_count(1)
    assert await outside(stage, ".names", ".names > li") == 0
    await step(stage)
    await expect(stage.locator(".option")).to_have_count(8)
    for size in SIZES:
        await resize(stage, size)
        assert await outside(stage, ".options", ".option") == 0
        assert await outside(stage, ".open-question", ".head", ".options", ".tally") == 0
    await step(stage)
    await expect(stage.locator(".results > li")).to_have_count(8)
    for size in SIZES:
        await resize(stage, size)
        assert await outside(stage, ".revealed", ".head", ".results > li", ".results .count") == 0
    await step(stage)
    await resize(stage, PROJECTOR)
    await expect(stage.locator(".places > li")).to_have_count(1)
    assert await outside(stage, ".leaderboard", ".places > li", ".places .score") == 0
    await step(stage)
    name = stage.locator(".podium .name")
    await expect(name).to_have_text(WIDE)
    await settled(stage)
    assert await name.evaluate("name => name.scrollHeight < name.clientHeight + 20")


@pytest.mark.usefixtures("worker")
async def test_wide_names_stay_in_the_results(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([{**QUESTION, "points": 1000}])
    await play(teacher, quiz, ["Ana", WIDE])
    page = await people.open(f"/sessions/{teacher.session}", PROJECTOR, signed_in=True)
    await expect(page.locator(".needy li")).to_have_count(1)
    for size in (PROJECTOR, PHONE):
        await resize(page, size)
        assert await outside(page, ".needy", ".needy li", ".needy .figures") == 0
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
