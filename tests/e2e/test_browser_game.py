"""A class in real browsers, from sign-in to the downloaded results.

All of it over plain HTTP at a name that is not loopback, as on a school's network; see
tests/browser.py. Whatever goes wrong in a page, even unseen, fails the test.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD
from tests.web.accessibility import violations

pytestmark = pytest.mark.slow

PHONE = {"width": 360, "height": 640}
SLOW_MACHINE_MS = 30_000


class School:
    """Browsers of different people; everything they see is checked for accessibility."""

    def __init__(self, browser: Browser, server: RunningServer, stack: AsyncExitStack) -> None:
        self._browser = browser
        self._server = server
        self._stack = stack
        self.troubles: list[str] = []

    async def person(self, width: int = 1280, height: int = 720) -> Page:
        context: BrowserContext = await self._stack.enter_async_context(
            await self._browser.new_context(
                base_url=self._server.page_url,
                viewport={"width": width, "height": height},
                reduced_motion="reduce",
            )
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "console",
            lambda said: self.troubles.append(said.text) if said.type == "error" else None,
        )
        return page


@pytest.fixture
async def school(browser: Browser, server: RunningServer, worker: None) -> AsyncIterator[School]:
    del worker  # it records beside us
    expect.set_options(timeout=SLOW_MACHINE_MS)
    async with AsyncExitStack() as stack:
        yield School(browser, server, stack)


@pytest.mark.longest
async def test_a_class_plays_in_browsers(school: School, tmp_path: Path) -> None:
    host = await school.person()
    await signs_in(host)
    await writes_a_quiz(host)
    code = await opens_a_room(host)
    projector = await school.person()
    await projector.goto(f"/screen/{code}")
    anna, budi, citra = [await joins(school, code, name) for name in ("Anna", "Budi", "Citra")]
    await expect(host.locator(".gathering")).to_contain_text("3 players are here")

    await host.keyboard.press("Space")
    await anna.get_by_role("button", name="Jupiter").click()
    await expect(anna.get_by_role("paragraph").filter(has_text="Answered.")).to_be_visible()
    assert await violations(anna) == []
    await asyncio.gather(anna.reload(), host.reload())
    await expect(anna.get_by_role("paragraph").filter(has_text="Answered.")).to_be_visible()
    await expect(host.get_by_text("1 of 3 answered")).to_be_visible()
    await budi.get_by_role("button", name="Saturn").click()
    await citra.get_by_role("button", name="Jupiter").click()

    await expect(anna.get_by_role("heading", name="Right!")).to_be_visible()
    await expect(budi.get_by_role("heading", name="Not this time")).to_be_visible()
    await expect(budi.get_by_text("Jupiter weighs more")).to_be_visible()
    assert await violations(anna) + await violations(budi) == []

    await expect(projector.get_by_text("Jupiter weighs more")).to_be_visible()

    await goes_on(host, "Next question")
    for player in (anna, budi, citra):
        await player.get_by_role("button", name="True").click()
    await expect(budi.get_by_role("heading", name="Right!")).to_be_visible()

    await goes_on(host, "Next question")
    for player, typed in ((anna, "lima "), (budi, "Cusco"), (citra, "LIMA")):
        await player.get_by_role("textbox").fill(typed)
        await player.get_by_role("button", name="Send answer").click()
    await expect(anna.get_by_role("heading", name="Right!")).to_be_visible()

    await goes_on(host, "To the podium")
    await expect(budi.get_by_role("heading", name="well played")).to_be_visible()
    await expect(budi.get_by_text("1 of 3 right")).to_be_visible()
    await expect(projector.locator(".podium")).to_contain_text("Anna")
    await downloads_the_results(host, tmp_path)
    assert school.troubles == []


async def signs_in(host: Page) -> None:
    await host.goto("/register")
    await host.get_by_label("Your name").fill("Ibu Sari")
    await host.get_by_label("Email").fill("sari@school.example")
    await host.get_by_label("Password", exact=True).fill(PASSWORD)
    await host.get_by_text("Teacher", exact=True).click()
    await host.get_by_role("button", name="Create account").click()
    await expect(host.get_by_role("button", name="Write the first quiz")).to_be_visible()
    await host.context.clear_cookies()
    await host.goto("/sign-in")
    await host.get_by_label("Email").fill("sari@school.example")
    await host.get_by_label("Password", exact=True).fill(PASSWORD)
    await host.get_by_role("button", name="Sign in").click()
    await expect(host).to_have_url("/dashboard")


async def writes_a_quiz(host: Page) -> None:
    """Three questions in the editor; one of them is a copy, and one is thrown away again."""
    await host.get_by_role("button", name="Write the first quiz").click()
    await host.wait_for_url("**/quizzes/*")
    await expect(host.get_by_label("Title")).to_be_focused()
    await host.keyboard.type("Morning quiz")
    await host.locator(".add").click()
    await asks(host, "Multiple choice", "Which planet is the largest?")
    for name, text in zip("ABCD", ("Saturn", "Jupiter", "Neptune", "Earth"), strict=True):
        await host.get_by_label(f"Choice {name}", exact=True).fill(text)
    await host.get_by_label("B is right").check()
    await host.get_by_label("Explanation").fill("Jupiter weighs more than all the others together.")
    await host.get_by_role("spinbutton", name="Seconds to answer").fill("300")
    await host.get_by_role("button", name="Duplicate question").click()
    await host.get_by_label("Kind of question").select_option("short_answer")
    await host.get_by_label("Question", exact=True).fill("What is the capital of Peru?")
    await host.get_by_label("Accepted answer 1", exact=True).fill("Lima")
    for kind, stem in (("True or false", "Sound is faster in water."), ("Poll", "Thrown away")):
        await host.locator(".pick").first.click()
        await host.locator(".add").click()
        await asks(host, kind, stem)
        await host.get_by_role("spinbutton", name="Seconds to answer").fill("300")
    await host.get_by_role("button", name="Delete question").click()
    await expect(host.locator(".pick")).to_have_count(3)
    await expect(host.locator('.save-state[data-state="saved"]')).to_be_visible()


async def asks(host: Page, kind: str, stem: str) -> None:
    await host.get_by_role("button", name=kind).click()
    await expect(host.get_by_label("Question", exact=True)).to_be_focused()
    await host.keyboard.type(stem)


async def opens_a_room(host: Page) -> str:
    """The code of a room of the quiz, opened from the dashboard."""
    await host.goto("/dashboard")
    await host.get_by_role("button", name="Play Morning quiz").click()
    assert await violations(host) == []
    await host.get_by_role("button", name="Open the room").click()
    await host.wait_for_url("**/host/*")
    signs = host.locator(".giant span")
    await expect(signs).to_have_count(6)
    return "".join(await signs.all_inner_texts())


def session_of(host: Page) -> str:
    return host.url.rsplit("/", 1)[1]


async def joins(school: School, code: str, nickname: str) -> Page:
    player = await school.person(**PHONE)
    await player.goto("/")
    await player.get_by_label("Game code").fill(code.lower())
    await player.keyboard.press("Enter")
    await player.get_by_label("Your name in the game").fill(nickname)
    await player.keyboard.press("Enter")
    await expect(player.get_by_role("heading", name=nickname)).to_be_visible()
    return player


async def goes_on(host: Page, then: str) -> None:
    """The host presses space twice, each time as soon as the screen stands still."""
    for step in ("Places", then):
        await expect(host.get_by_role("button", name=step)).to_be_enabled()
        await host.keyboard.press("Space")


async def downloads_the_results(host: Page, tmp_path: Path) -> None:
    await host.goto(f"/sessions/{session_of(host)}")
    await expect(host.get_by_role("heading", name="Morning quiz")).to_be_visible()
    await expect(host.get_by_text("Anna").first).to_be_visible()
    await expect(host.get_by_text("still running")).to_be_hidden()
    async with host.expect_download() as started:
        await host.get_by_role("link", name="XLSX").click()
    path = tmp_path / "results.xlsx"
    await (await started.value).save_as(path)
    _, *rows = load_workbook(io.BytesIO(path.read_bytes()))["Places"].iter_rows(values_only=True)
    names = [cell for row in rows for cell in row if cell in {"Anna", "Budi", "Citra"}]
    assert set(names[:2]) == {"Anna", "Citra"}
    assert names[2:] == ["Budi"]
