"""A teacher with a quiz over HTTP, and people in real browsers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, WebSocketRoute, expect

from server.live.connection import BAD_FRAMES_MAX
from tests.browser import PLAIN_HOST, Contexts
from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD, Teacher
from tests.web import modules

PHONE = ViewportSize(width=360, height=640)
PROJECTOR = ViewportSize(width=1280, height=720)
SLOW_MACHINE_MS = 30_000
CLOCK_PINGS = 4
"""Messages with which a page compares its clock, in the first second of a connection."""
DROPPED = 4999  # a page may not be told 1006; it comes back after any code it does not know
EMAIL = "sari@school.example"


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """How long a page may take to show what is expected of it."""
    expect.set_options(timeout=SLOW_MACHINE_MS)


@pytest.fixture
async def teacher(server: RunningServer) -> AsyncIterator[Teacher]:
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        teacher = Teacher(http, server.ws_url)
        await teacher.register(EMAIL)
        yield teacher


class Network:
    """What lies between a page and the room; it can be cut, and it can be slow."""

    def __init__(self) -> None:
        self._is_up = True
        self._is_slow = False
        self._open: list[WebSocketRoute] = []
        self._rooms: list[WebSocketRoute] = []
        self._held: list[Callable[[], None]] = []

        self._pongs = 0
        self._clock_known = asyncio.Event()

    async def clock_known(self) -> None:
        """The page has compared its clock with the room's: now it says nothing by itself for long.

        If one of these messages is held, the page takes its connection for lost some seconds later.
        """
        await asyncio.wait_for(self._clock_known.wait(), SLOW_MACHINE_MS / 1000)

    async def join(self, page: Page) -> None:
        await page.route_web_socket("**/ws/rooms/*", self._connect)

    async def _connect(self, socket: WebSocketRoute) -> None:
        if self._is_up:
            room = socket.connect_to_server()
            socket.on_message(lambda message: self._pass(partial(room.send, message)))
            room.on_message(lambda message: self._hear(socket, message))
            self._open.append(socket)
            self._rooms.append(room)
        else:
            await socket.close(code=DROPPED)

    def _hear(self, page: WebSocketRoute, message: str | bytes) -> None:
        page.send(message)
        self._pongs += b'"pong"' in (message if isinstance(message, bytes) else message.encode())
        if self._pongs == CLOCK_PINGS:
            self._clock_known.set()

    async def cut(self) -> None:
        self._is_up = False
        for socket in self._open:
            await socket.close(code=DROPPED)

    def garble(self) -> None:
        """What arrives at the room is no message, until it closes the connections."""
        for room in self._rooms:
            for _ in range(BAD_FRAMES_MAX):
                room.send("?")

    def mend(self) -> None:
        self._is_up = True

    def hold(self) -> None:
        """Nothing that the page says arrives for now."""
        self._is_slow = True

    def let_go(self) -> None:
        self._is_slow = False
        for send in self._held:
            send()
        self._held.clear()

    def _pass(self, send: Callable[[], None]) -> None:
        if self._is_slow:
            self._held.append(send)
        else:
            send()


class People:
    """Opens pages, each in a browser of its own, and remembers what went wrong in them."""

    def __init__(self, contexts: Contexts, server: RunningServer) -> None:
        self._contexts = contexts
        self._server = server
        self.see_motion = False
        """Whether what can move does, as for most people outside of tests."""
        self.troubles: list[str] = []

    async def open(
        self,
        path: str,
        viewport: ViewportSize,
        *,
        signed_in: bool = False,
        network: Network | None = None,
    ) -> Page:
        """Also strict: what a page writes to its console as an error is a trouble."""
        page = await self._contexts.take(self._server.page_url, viewport)
        if self.see_motion:
            await page.emulate_media(reduced_motion="no-preference")
        if signed_in:
            await self.sign_in(page.context, {"email": EMAIL, "password": PASSWORD})
        if network is not None:
            await network.join(page)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "console",
            lambda message: self.troubles.append(message.text) if message.type == "error" else None,
        )
        await page.goto(path)
        return page

    async def sign_in(
        self, context: BrowserContext, person: dict[str, str], path: str = "/api/auth/login"
    ) -> None:
        """Gives the browser the cookie of a request: only its pages know their server's name."""
        async with httpx.AsyncClient(base_url=self._server.url, timeout=30) as http:
            answer = (await http.post(path, json=person)).raise_for_status()
        await context.clear_cookies()
        await context.add_cookies(
            [
                {"name": name, "value": value, "url": self._server.page_url}
                for name, value in answer.cookies.items()
            ]
        )

    async def player(self, code: str, nickname: str, network: Network | None = None) -> Page:
        """Somebody who has joined, on a phone."""
        page = await self.open(f"/play/{code}", PHONE, network=network)
        await page.get_by_label("Your name in the game").fill(nickname)
        await page.get_by_role("button", name="I'm in").click()
        await expect(page.get_by_role("heading", name=nickname)).to_be_visible()
        return page

    async def host(self, session: str, network: Network | None = None) -> Page:
        return await self.open(f"/host/{session}", PROJECTOR, signed_in=True, network=network)


@pytest.fixture
def people(contexts: Contexts, server: RunningServer) -> People:
    return People(contexts, server)


@pytest.fixture
def locale() -> str:
    return "en"


@pytest.fixture(scope="module")
async def modules_page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=f"http://{PLAIN_HOST}")
    await context.route("**/*", modules.serve)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def blank(modules_page: Page, locale: str) -> Page:
    """An empty page for modules, without a server."""
    await modules_page.unroute_all()
    await modules_page.goto(f"/{locale}")
    return modules_page


async def step(host: Page) -> None:
    """The next thing, as soon as the screen stands still."""
    button = host.locator('[data-do="step"]')
    await expect(button).to_be_enabled()
    await button.click()


async def settled(page: Page) -> None:
    """Letters and pictures are there and nothing moves: now the page can be measured."""
    await page.evaluate(
        """async () => {
            await document.fonts.ready;
            await Promise.allSettled([...document.images].map((image) => image.decode()));
            const moving = () => document.getAnimations().filter((each) =>
                each.playState !== "finished" && each.playState !== "paused"
                && each.effect.getComputedTiming().endTime !== Infinity);
            for (let each = moving(); each.length; each = moving())
                await Promise.allSettled(each.map(({ finished }) => finished));
        }"""
    )


async def resize(page: Page, size: ViewportSize) -> None:
    """The page has heard of it, and was drawn anew."""
    await page.set_viewport_size(size)
    frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    await page.evaluate(frame)


async def stop_the_clock(page: Page) -> None:
    """From now on what the page does later happens only when `page.clock` is moved on."""
    await page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
