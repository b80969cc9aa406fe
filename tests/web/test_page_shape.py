"""What all pages have from `ui/page.js`: load, state, draw, actions, failure."""

import pytest
from playwright.async_api import Page, expect

from server.web.static import read_static
from tests.web.conftest import PHONE, People
from tests.web.modules import run

DEFAULTS: dict[str, str | int] = {"view": "all", "search": "", "sort": "new", "page": 1}
LIST = {
    "defaults": DEFAULTS,
    "choices": {"view": ["all", "mine"], "sort": ["new", "title"]},
    "steps": ["view"],
}
MAKE = """async ([path, list]) => {
    const { Page } = await import(`${path}ui/page.js`);
    const { html } = await import(`${path}ui/html.js`);
    const { Problem } = await import(`${path}ui/api.js`);
    const { toast } = await import(`${path}ui/toast.js`);
    const expire = async () => { throw new Problem(401, { code: "unauthenticated" }); };
    const broken = async () => { throw new Problem(409, { code: "unavailable" }); };
    window.loads = [];
    window.refuse = (status) => loads.shift().reject(new Problem(status, { code: "unavailable" }));
    window.page = new Page({
        url: list,
        load: (state) => new Promise((resolve, reject) => loads.push({ state, resolve, reject })),
        view: (text, { url }) => html`<h1>${text}</h1><p><input value="${url.search}"></p>
            <form data-do="send"><button>Send</button></form>
            <button data-do="break">Break</button><button data-do="expire">Expire</button>
            <button data-do="offer">Offer</button>
            <button data-do="copy">Copy</button>`,
        title: (text) => text,
        synced: "p",
        actions: (page) => ({
            click: {
                break: broken,
                expire,
                offer: () => toast("Gone", { action: "Undo", act: broken }),
                copy: () => new Promise((done) => loads.push({ resolve: done })),
            },
            submit: { send: () => page.go({ view: "mine" }) },
        }),
    });
}"""


@pytest.fixture
async def page(people: People) -> Page:
    """A page of the shape whose loads are answered by hand: `loads` has those under way."""
    page = await people.open("/nothing-is-here", PHONE)
    await page.evaluate(MAKE, [read_static().url("ui/page.js").removesuffix("ui/page.js"), LIST])
    return page


async def shown(page: Page, text: str) -> None:
    await page.evaluate("(text) => loads.shift().resolve(text)", text)
    await expect(page.get_by_role("heading")).to_have_text(text)


async def test_a_skeleton_stands_there_until_it_is_loaded(page: Page) -> None:
    await expect(page.get_by_role("status", name="Loading")).to_be_attached()
    await shown(page, "Verbs")
    await expect(page).to_have_title("Verbs · Kuis")
    await expect(page.get_by_role("status", name="Loading")).not_to_be_attached()


async def test_of_two_loads_the_later_one_counts(page: Page) -> None:
    await page.evaluate("page.go({ search: 'v' }), void page.go({ search: 've' })")
    await page.evaluate("loads.pop().resolve('Later')")
    await page.evaluate("loads.pop().resolve('Earlier'), refuse(503)")
    await expect(page.get_by_role("heading")).to_have_text("Later")


async def test_a_failure_is_said_and_tried_again(page: Page) -> None:
    await page.evaluate("refuse(503)")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("button", name="Try again").click()
    await page.evaluate("refuse(503)")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await shown(page, "Back")
    await page.evaluate("dispatchEvent(new Event('online'))")
    assert await page.evaluate("loads.length") == 0


async def test_what_is_shown_stays_when_loading_again_fails(page: Page) -> None:
    await shown(page, "Verbs")
    await page.evaluate("page.reload(), refuse(503)")
    await expect(page.locator(".toasts .bad")).to_be_visible()
    await expect(page.get_by_role("heading")).to_have_text("Verbs")
    await page.evaluate("page.go({ search: 'v' }), refuse(503)")
    await expect(page.get_by_role("heading", name="Verbs")).not_to_be_attached()


async def test_a_page_that_has_become_empty_leads_to_the_last_one(page: Page) -> None:
    """As after the only row of the last page was deleted."""
    await shown(page, "Verbs")
    await page.evaluate("page.go({ page: 3 })")
    gone = {"items": [], "total": 20, "page": 3, "page_size": 10}
    await page.evaluate("(list) => loads.shift().resolve({ list })", gone)
    assert await page.evaluate("[loads[0]?.state.page, location.search]") == [2, "?page=2"]


async def test_who_is_signed_out_is_led_to_sign_in_and_back(page: Page) -> None:
    await page.evaluate("page.go({ search: 'v' }); loads.shift(); refuse(401)")
    await page.wait_for_url("**/sign-in?next=%2Fnothing-is-here%3Fsearch%3Dv")


async def test_what_an_action_throws_is_said(page: Page) -> None:
    await shown(page, "Verbs")
    await page.get_by_role("button", name="Break").click()
    await expect(page.locator(".toasts .bad")).to_have_count(1)
    await page.get_by_role("button", name="Offer").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".toasts .bad")).to_have_count(1)
    await expect(page.locator(".failed")).not_to_be_attached()


async def test_an_action_that_needs_a_sign_in_offers_it(page: Page) -> None:
    await shown(page, "Verbs")
    await page.get_by_role("button", name="Expire").click()
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/sign-in?next=%2Fnothing-is-here")


async def test_dates_are_written_as_in_the_readers_region(people: People) -> None:
    page = await people.open("/nothing-is-here", PHONE)
    dates = read_static().url("ui/dates.js")
    late = await page.evaluate(
        "async (path) => (await import(path)).at('2026-02-05T12:00:00Z').text", dates
    )
    assert "5 Feb 2026" in late  # en-GB


async def test_a_double_click_does_it_once(page: Page) -> None:
    await shown(page, "Verbs")
    await page.get_by_role("button", name="Copy").dblclick()
    assert await page.evaluate("loads.length") == 1
    await page.evaluate("loads.shift().resolve()")
    await page.get_by_role("button", name="Copy").click()
    assert await page.evaluate("loads.length") == 1


async def test_a_page_that_the_browser_had_kept_is_loaded_again(people: People) -> None:
    """The tests' browser keeps no pages, so the event comes without one."""
    page = await people.open("/", PHONE)
    await expect(page.get_by_role("button", name="Join")).to_be_visible()
    async with page.expect_navigation():
        await page.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        )


async def test_a_form_is_sent_by_its_action_and_steps_can_be_gone_back(page: Page) -> None:
    await shown(page, "Verbs")
    await page.evaluate("void page.go({ page: 3 })")
    await shown(page, "Page 3")
    await page.get_by_role("button", name="Send").click()
    assert await page.evaluate("loads[0].state") == DEFAULTS | {"view": "mine"}
    await shown(page, "Mine")
    assert await page.evaluate("location.search") == "?view=mine"
    await page.go_back()
    await page.wait_for_function("loads.length")
    assert await page.evaluate("loads[0].state") == DEFAULTS | {"page": 3}


async def test_a_control_in_use_is_left_alone(page: Page) -> None:
    await shown(page, "Verbs")
    field = page.locator("input")
    await field.fill("typed")
    await page.evaluate("page.draw()")
    await expect(field).to_have_value("typed")
    await expect(field).to_be_focused()
    await page.evaluate("page.draw(true)")
    await expect(field).to_have_value("")


@pytest.mark.parametrize(
    ("search", "same"),
    [
        ("", ""),
        ("?view=mine&page=2", "?view=mine&page=2"),
        ("?view=nonsense&sort=evil&page=-3", ""),
        ("?search=a%26b&sort=title&page=1.5&more=1", "?search=a%26b&sort=title"),
    ],
)
async def test_only_what_differs_stands_in_the_address(blank: Page, search: str, same: str) -> None:
    told = await run(
        blank,
        "ui/url-state.js",
        "return m.searchOf(given[0], m.stateFromUrl(given[0], given[1]));",
        [LIST, search],
    )
    assert told == same
