"""Reviews through a lost connection. On localhost, where browsers have service workers."""

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from persistence.database import SessionFactory
from tests.browser import Contexts
from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD
from tests.web.cards.learners import (
    APPLE,
    PERU,
    PLANETS,
    SITI,
    SIZES,
    Learner,
    all_sent,
    give,
    logged,
    register,
)
from tests.web.conftest import PHONE

BUDI = {"email": "budi@school.example", "password": PASSWORD}
KEPT = """async () => {
    const registration = await navigator.serviceWorker.ready;
    const cache = await caches.open("kuis-reviews-shell");
    while (!(await cache.match("/reviews"))) await new Promise((next) => setTimeout(next, 20));
    return registration.scope;
}"""
STORED = """async () => [
    Object.keys(localStorage).filter((name) => name.startsWith("kuis.reviews.")).length,
    (await caches.keys()).length,
]"""


async def open_reviews(contexts: Contexts, server: RunningServer, learner: Learner) -> Page:
    page = await contexts.take(server.url, PHONE)
    cookies = learner.cookies.items()
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies]
    )
    await page.goto("/reviews")
    return page


@pytest.mark.slow
async def test_a_session_goes_on_without_a_network(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    """Even after a reload. What was graded meanwhile arrives in its order, each once."""
    learner = await register(server)
    await give(session_factory, learner, [PLANETS, PERU, APPLE, SIZES])
    page = await open_reviews(contexts, server, learner)
    keys = page.keyboard
    await expect(page.get_by_role("heading", name=PLANETS.stem)).to_be_visible()
    assert await page.evaluate(KEPT) == f"{server.url}/reviews"

    async def lose(route: Route) -> None:
        """The server gets it, the page gets no answer."""
        async with httpx.AsyncClient(cookies=learner.cookies) as http:
            sent = await http.post(route.request.url, json=route.request.post_data_json)
        assert sent.is_success
        await route.abort()

    await page.route("**/grades", lose)
    await keys.press("a")
    await keys.press("1")
    await expect(page.get_by_text("1 grade is kept on this device.")).to_be_visible()
    await page.context.set_offline(offline=True)
    await page.unroute_all()

    await page.get_by_label("Your answer").fill("Lime")
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.get_by_role("heading", name="Compare your answer")).to_be_visible()
    await page.get_by_role("button", name="Hard").click()
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("2 grades are kept on this device.")).to_be_visible()
    await page.get_by_text(APPLE.front).click()
    await keys.press("1")
    await keys.press("u")  # nobody has heard of this one
    await keys.press("u")
    await expect(page.get_by_role("heading", name=PERU.stem)).to_be_visible()
    await page.get_by_label("Your answer").fill("lima")
    await page.get_by_role("button", name="Send answer").click()
    await keys.press("Space")
    await keys.press("Space")
    await keys.press("4")
    assert await logged(session_factory) == [(PLANETS.stem, "again")]

    await page.context.set_offline(offline=False)
    await all_sent(page)
    await expect(page.get_by_text("No connection")).not_to_be_attached()
    rated = [(PLANETS.stem, "again"), (PERU.stem, "good"), (APPLE.front, "easy")]
    assert await logged(session_factory) == rated
    await expect(page.get_by_role("heading", name=SIZES.stem)).to_be_visible()


async def test_a_newer_page_waits_for_the_network(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    """It cannot read the cards that the older one has stored."""
    learner = await register(server)
    await give(session_factory, learner, [APPLE, PLANETS, SIZES])
    page = await open_reviews(contexts, server, learner)
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    await page.context.set_offline(offline=True)
    await expect(page.get_by_text("No connection")).to_be_visible()
    await page.evaluate(
        "navigator.serviceWorker.dispatchEvent(new Event('message')), (document.title = 'older')"
    )
    await page.get_by_text(APPLE.front).click()
    await page.keyboard.press("4")
    await expect(page.get_by_role("heading", name=PLANETS.stem)).to_be_visible()
    await expect(page).to_have_title("older")
    await page.context.set_offline(offline=False)
    await all_sent(page)
    await expect(page.get_by_text("No connection")).not_to_be_attached()
    await page.keyboard.press("b")
    await page.keyboard.press("4")
    await expect(page).not_to_have_title("older")
    await expect(page.get_by_role("heading", name=SIZES.stem)).to_be_visible()


async def test_nothing_of_an_account_is_left_on_the_device(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    """What waits is sent before a sign-out. No other page is under the service worker."""
    learner = await register(server)
    await give(session_factory, learner, [APPLE])
    page = await open_reviews(contexts, server, learner)
    await page.evaluate(KEPT)
    await page.route("**/grades", lambda route: route.abort())
    await page.get_by_text(APPLE.front).click()
    await page.keyboard.press("4")
    await expect(page.get_by_text("1 grade is kept on this device.")).to_be_visible()
    await page.goto("/account")
    assert await page.evaluate("navigator.serviceWorker.controller") is None
    assert (await page.evaluate(STORED))[0] > 0
    await page.get_by_role("button", name="Sign out", exact=True).click()
    unsent = page.get_by_role("dialog")
    await expect(unsent).to_contain_text("1 grade of your reviews is not sent yet")
    await unsent.get_by_role("button", name="Cancel").click()
    await page.unroute_all()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(f"{server.url}/")
    assert await page.evaluate(STORED) == [0, 0]
    assert await logged(session_factory) == [(APPLE.front, "easy")]


async def test_another_account_finds_nothing_of_the_one_before(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    learner = await register(server)
    await register(server, BUDI)
    await give(session_factory, learner, [APPLE])
    page = await open_reviews(contexts, server, learner)
    await page.evaluate(KEPT)
    await page.context.clear_cookies()  # the sign-in has expired
    await page.goto("/reviews")
    await page.get_by_label("Email").fill(BUDI["email"])
    await page.get_by_label("Password", exact=True).fill(BUDI["password"])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="No cards yet")).to_be_visible()
    names = "Object.keys(localStorage).filter((name) => name.startsWith('kuis.reviews.')).join()"
    assert str(learner.id) not in await page.evaluate(names)
    await page.evaluate(KEPT)
    await page.context.set_offline(offline=True)
    await page.reload()
    await expect(page.get_by_role("heading", name="No cards yet")).to_be_visible()


async def sign_in(page: Page, person: dict[str, str]) -> None:
    await page.goto("/sign-in?next=/reviews")
    await page.get_by_label("Email").fill(person["email"])
    await page.get_by_label("Password", exact=True).fill(person["password"])
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda address: "sign-in" not in address)


async def test_grades_wait_while_others_use_the_device(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    """Whose sign-in had expired gets them sent later, even if the others have signed out."""
    learner = await register(server)
    await register(server, BUDI)
    await give(session_factory, learner, [APPLE])
    page = await open_reviews(contexts, server, learner)
    await page.get_by_text(APPLE.front).click()
    await page.context.clear_cookies()
    await page.keyboard.press("4")
    await expect(page.get_by_text("1 grade is kept on this device.")).to_be_visible()
    await sign_in(page, BUDI)
    await expect(page.get_by_role("heading", name="No cards yet")).to_be_visible()
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(f"{server.url}/")
    assert await logged(session_factory) == []
    await sign_in(page, SITI)
    await all_sent(page)
    assert await logged(session_factory) == [(APPLE.front, "easy")]


async def test_a_tab_does_nothing_in_the_name_of_who_signed_in_beside_it(
    server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    """A tab whose storage is full hears nothing of a sign-in in another one."""
    learner, other = await register(server), await register(server, BUDI)
    await give(session_factory, learner, [APPLE])
    await give(session_factory, other, [PERU])
    page = await open_reviews(contexts, server, learner)
    full = "localStorage.__proto__.setItem = () => { throw new Error('full'); }"
    await page.add_init_script(full)
    await page.evaluate("localStorage.clear()")
    await page.reload()
    await page.route("**/grades", lambda route: route.abort())
    await page.get_by_text(APPLE.front).click()
    await page.keyboard.press("4")
    kept = page.get_by_text("1 grade is kept on this device.")
    await expect(kept).to_be_visible()
    beside = await page.context.new_page()
    await sign_in(beside, BUDI)
    await expect(beside.get_by_role("heading", name=PERU.stem)).to_be_visible()

    await page.unroute_all()
    async with page.expect_response("**/grades") as refused:
        await page.evaluate("dispatchEvent(new Event('online'))")
    assert (await (await refused.value).json())["code"] == "other_account"
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    await expect(kept).to_be_visible()
    await expect(page.get_by_role("heading", name=PERU.stem)).not_to_be_attached()

    await sign_in(beside, SITI)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(kept).not_to_be_attached()
    assert await logged(session_factory) == [(APPLE.front, "easy")]
