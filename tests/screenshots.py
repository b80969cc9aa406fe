"""Takes the pictures of the documentation: a class of bots plays a demo quiz.

`make screenshots` writes them to docs/images. What is seen is the product as it starts, with its
demo teacher and quizzes, on a data directory of its own.
"""

import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.demo.seed import TEACHER
from tests.browser import ARGUMENTS, chromium_path
from tests.serving import Kuis

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PHONE, WALL, DESK = (390, 780), (1280, 720), (1280, 860)
CLASS_SIZE = 28
SETTLED_MS = 1200  # what grows and moves has done so
THINKING_MS = 9000  # most bots have answered
PATIENCE_MS = 60_000
SHOW, NEXT, PODIUM = "Show the answer", "Next question", "To the podium"


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving() as kuis, browsing() as browser:
        url = kuis.url
        desk = open_page(browser, url, DESK)
        sign_in(desk, kuis.demo_password)
        wall = desk.context.new_page()
        wall.set_viewport_size({"width": WALL[0], "height": WALL[1]})
        session, code = open_room(desk)
        with bots(url, code):
            play(browser, wall, url, session, code)
        look_back(desk, session)
        compose(open_page(browser, url, DESK))


@contextmanager
def serving() -> Iterator[Kuis]:
    """A server with an empty data directory."""
    with tempfile.TemporaryDirectory(prefix="kuis-screenshots-") as directory:
        kuis = Kuis(Path(directory) / "data", "--demo", PUBLIC_URL="http://kuis.example")
        yield kuis
        kuis.stop()


@contextmanager
def browsing() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(playwright), args=ARGUMENTS
        )
        yield browser
        browser.close()


@contextmanager
def bots(url: str, code: str) -> Iterator[None]:
    options = ["--url", url, "--players", str(CLASS_SIZE), "--seed", "12"]
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "server", "bots", code, *options], stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def open_page(browser: Browser, url: str, size: tuple[int, int], *, dark: bool = False) -> Page:
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=1.5 if size == PHONE else 1,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
    )
    return context.new_page()


def sign_in(desk: Page, password: str) -> None:
    desk.goto("/sign-in")
    desk.get_by_label("Email").fill(TEACHER)
    desk.get_by_label("Password", exact=True).fill(password)
    desk.get_by_role("button", name="Sign in").click()
    desk.wait_for_url("**/dashboard")


def open_room(desk: Page) -> tuple[str, str]:
    """A room of the first demo quiz: its session and code."""
    desk.get_by_role("button", name="Play Surprisingly true").click()
    desk.get_by_role("button", name="Open the room").click()
    desk.wait_for_url("**/host/*")
    session = desk.url.rsplit("/", 1)[1]
    code = desk.request.get(f"/api/sessions/{session}").json()["code"]
    desk.goto("/dashboard")
    return session, str(code)


def play(browser: Browser, wall: Page, url: str, session: str, code: str) -> None:
    phone, night = open_page(browser, url, PHONE), open_page(browser, url, PHONE, dark=True)
    wall.goto(f"/host/{session}")
    join(phone, code, "Ayu")
    join(night, code, "Rangga")
    wall.get_by_text(str(CLASS_SIZE + 2)).first.wait_for()
    shoot(wall, "lobby")
    shoot(phone, "phone-lobby")
    advance(wall)
    phone.locator("button.tile").first.wait_for()
    wall.wait_for_timeout(SETTLED_MS)
    shoot(wall, "question")
    shoot(phone, "phone-question")
    shoot(night, "phone-question-dark")
    phone.get_by_role("button", name="Jupiter").click()
    night.get_by_role("button", name="Saturn").click()
    wall.wait_for_timeout(THINKING_MS)
    if step(wall) == SHOW:  # else everybody has answered, and it is shown
        advance(wall)
    phone.get_by_role("heading", name="Right!").wait_for()
    wall.wait_for_timeout(2 * SETTLED_MS)
    shoot(wall, "reveal")
    shoot(phone, "phone-reveal")
    shoot(night, "phone-reveal-dark")
    advance(wall)
    wall.wait_for_timeout(2 * SETTLED_MS)
    shoot(wall, "leaderboard")
    finish(wall, phone)
    wall.wait_for_timeout(2 * SETTLED_MS)
    shoot(wall, "podium")
    shoot(phone, "phone-podium")


def join(phone: Page, code: str, nickname: str) -> None:
    phone.goto(f"/play/{code}")
    phone.get_by_label("Your name in the game").fill(nickname)
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name=nickname).wait_for()


def step(wall: Page) -> str:
    """The name of the next step, as soon as the screen stands still.

    What comes after the podium is no button, so nothing can step past it.
    """
    button = wall.locator('button[data-do="step"]')
    expect(button).to_be_enabled(timeout=PATIENCE_MS)
    return button.inner_text().strip()


def advance(wall: Page) -> str:
    """Takes the next step, and returns its name."""
    name = step(wall)
    wall.keyboard.press("Space")
    return name


def finish(wall: Page, phone: Page) -> None:
    """All other questions; the host gives the bots some seconds for each."""
    while (taken := advance(wall)) != PODIUM:
        if taken == NEXT:
            phone.locator(".open-question").wait_for()
            wall.wait_for_timeout(THINKING_MS)
    phone.locator(".winners").wait_for()


def look_back(desk: Page, session: str) -> None:
    desk.goto("/dashboard")
    desk.get_by_text("Surprisingly true").first.wait_for()
    shoot(desk, "dashboard")
    desk.get_by_role("link", name="Edit Surprisingly true").click()
    desk.get_by_text("On the phone").first.wait_for()
    shoot(desk, "editor")
    desk.goto(f"/sessions/{session}")
    desk.get_by_text("Ayu").first.wait_for()
    shoot(desk, "results")


def compose(page: Page) -> None:
    """The picture of the first page of the documentation: a wall and two phones before it."""
    wall, left, right = (
        base64.b64encode((IMAGES / f"{name}.png").read_bytes()).decode()
        for name in ("question", "phone-question-dark", "phone-reveal")
    )
    page.set_viewport_size({"width": 1200, "height": 640})
    page.set_content(
        "<style>body{margin:0;height:640px;background:oklch(0.93 0.02 285);position:relative}"
        "img{position:absolute;border-radius:14px;box-shadow:0 10px 40px oklch(0.3 0.1 285/.35)}"
        ".phone{width:215px;border:7px solid oklch(0.2 0.03 285);border-radius:30px}</style>"
        f'<img src="data:image/png;base64,{wall}" style="left:200px;top:60px;width:800px">'
        f'<img class="phone" src="data:image/png;base64,{left}" style="left:36px;top:180px">'
        f'<img class="phone" src="data:image/png;base64,{right}" style="left:935px;top:180px">'
    )
    shoot(page, "game")


def shoot(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
