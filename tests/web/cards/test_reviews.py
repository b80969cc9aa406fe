"""A review session in a real browser: by keyboard, by touch, on two devices."""

import asyncio
import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.async_api import Locator, Page, Route, ViewportSize, expect
from sqlalchemy import func, select, update

from persistence.database import SessionFactory
from persistence.models import Card, CardReview, Deck, Note, ReviewDay
from tests.conftest import RunningServer
from tests.web.accessibility import violations
from tests.web.cards.learners import (
    APPLE,
    PEAR,
    PERU,
    PLANETS,
    SITI,
    SIZES,
    all_sent,
    give,
    logged,
    register,
)
from tests.web.conftest import PHONE, PROJECTOR, People

STORED = """(cards) => Object.entries(localStorage).some(([name, text]) =>
    name.endsWith(".session") && JSON.parse(text).session.queue.length === cards)"""


async def open_reviews(people: People, size: ViewportSize = PHONE) -> Page:
    page = await people.open("/sign-in", size)
    await people.sign_in(page.context, SITI)
    await page.goto("/reviews")
    return page


def asks(page: Page, stem: str) -> Locator:
    return page.get_by_role("heading", name=stem)


async def test_a_whole_session_by_keyboard(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    learner = await register(server)
    page = await open_reviews(people, PROJECTOR)
    await expect(asks(page, "No cards yet")).to_be_focused()
    found = {"empty": await violations(page)}
    await give(session_factory, learner, [PLANETS, PERU, SIZES, APPLE])
    await page.reload()

    found |= await choose_an_answer(page)
    await type_an_answer(page)
    await order(page)
    found |= await turn_a_note(page)
    await expect(asks(page, "A short break")).to_be_focused()
    found["break"] = await violations(page)
    await page.keyboard.press("Space")  # learns ahead
    await expect(asks(page, PLANETS.stem)).to_be_focused()
    await page.keyboard.press("2")
    await page.keyboard.press("3")
    await expect(asks(page, "Done for now")).to_be_focused()
    await expect(page.get_by_text("1 day in a row")).to_be_visible()
    found["done"] = await violations(page)
    await all_sent(page)
    easy = [(PERU.stem, "easy"), (SIZES.stem, "easy"), (APPLE.front, "easy")]
    rated = [(PLANETS.stem, "good"), *easy, (PLANETS.stem, "good")]
    assert await logged(session_factory) == rated

    await undo_all(page, len(rated))
    assert await logged(session_factory) == []
    async with session_factory() as db:
        assert set(await db.scalars(select(Card.state))) == {"new"}
        counted = func.sum(ReviewDay.new_cards + ReviewDay.learnings + ReviewDay.took_ms)
        assert await db.scalar(select(counted)) == 0
    assert {where: what for where, what in found.items() if what} == {}
    assert people.troubles == []


async def choose_an_answer(page: Page) -> dict[str, list[str]]:
    await expect(asks(page, PLANETS.stem)).to_be_focused()
    found = {"choices": await violations(page)}
    await page.keyboard.press("b")
    await expect(asks(page, "Right!")).to_be_focused()
    await expect(page.get_by_text(str(PLANETS.explanation))).to_be_visible()
    good = page.get_by_role("button", name="Good: next in 10 minutes (suggested)")
    await expect(good).to_have_class("button grade primary")
    found["told"] = await violations(page)
    await page.keyboard.press("Space")
    return found


async def type_an_answer(page: Page) -> None:
    """A wrong one first, which is taken back."""
    answer = page.get_by_label("Your answer")
    await expect(answer).to_be_focused()
    await page.keyboard.type("Cusco")
    await page.keyboard.press("Enter")
    await expect(asks(page, "Not this time")).to_be_focused()
    await page.keyboard.press("1")
    await expect(asks(page, SIZES.stem)).to_be_focused()
    await page.keyboard.press("u")
    await expect(asks(page, PERU.stem)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(answer).to_be_focused()
    await page.keyboard.type(" LIMA.")  # right by the rules of the server only
    await page.keyboard.press("Enter")
    await expect(asks(page, "Right!")).to_be_focused()
    await page.keyboard.press("4")


async def order(page: Page) -> None:
    await expect(asks(page, SIZES.stem)).to_be_focused()
    await page.keyboard.press("Space")  # sends no order that nobody has looked at
    await page.get_by_role("button", name="Move up: atom").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send answer").focus()
    await page.keyboard.press("Space")
    await expect(asks(page, "Right!")).to_be_focused()
    await page.keyboard.press("4")


async def turn_a_note(page: Page) -> dict[str, list[str]]:
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    await page.keyboard.press("h")
    await expect(page.get_by_text(str(APPLE.hint))).to_be_visible()
    found = {"note": await violations(page)}
    await page.keyboard.press("Space")
    await expect(page.get_by_text(APPLE.back, exact=True)).to_be_visible()
    found["turned"] = await violations(page)
    await page.keyboard.press("4")
    return found


async def undo_all(page: Page, steps: int) -> None:
    for _ in range(steps):
        await page.keyboard.press("u")
    undo = page.get_by_role("button", name="Undo the last grade")
    await expect(undo).to_have_attribute("aria-disabled", "true")
    await expect(asks(page, PLANETS.stem)).to_be_focused()
    await all_sent(page)


@pytest.mark.slow
async def test_of_two_devices_without_a_network_the_first_to_send_counts(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    """Every grade is kept once. The other device says which of its grades does not count."""
    await give(session_factory, await register(server), [PLANETS, SIZES, APPLE])
    phone, laptop = await open_reviews(people), await open_reviews(people, PROJECTOR)
    for page in (phone, laptop):
        await expect(asks(page, PLANETS.stem)).to_be_visible()
        await page.context.set_offline(offline=True)
        await page.keyboard.press("b")
        await page.keyboard.press("4")
    await expect(phone.get_by_text("1 grade is kept on this device.")).to_be_visible()
    await phone.get_by_role("button", name="I don't know").click()
    await phone.get_by_role("button", name="Hard").click()
    await phone.context.set_offline(offline=False)
    await all_sent(phone)
    await expect(phone.get_by_text("No connection")).not_to_be_attached()

    await laptop.context.set_offline(offline=False)
    refused = laptop.get_by_role("alert")
    await expect(refused).to_contain_text(f"{PLANETS.stem} was reviewed on another device")
    assert await violations(laptop) == []
    await laptop.get_by_role("button", name="Got it").click()
    await expect(refused).not_to_be_attached()
    # The card that the phone has graded is not shown any more.
    await expect(laptop.get_by_text(APPLE.front)).to_be_visible()
    await laptop.keyboard.press("Space")
    await phone.keyboard.press("Space")
    await phone.keyboard.press("3")
    await all_sent(phone)
    await laptop.keyboard.press("4")
    await expect(refused).to_contain_text(APPLE.front)
    await all_sent(laptop)
    easy = (PLANETS.stem, "easy")
    assert await logged(session_factory) == [easy, (SIZES.stem, "hard"), (APPLE.front, "good")]


async def test_a_queue_on_its_way_and_a_double_tap_change_nothing(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    """The queue was read before a grade that has arrived by then. The second tap is for nothing."""
    learner = await register(server)
    await give(session_factory, learner, [APPLE, PEAR, PLANETS])
    page = await open_reviews(people)
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    read, late = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        async with httpx.AsyncClient(base_url=server.url, cookies=learner.cookies) as http:
            queue = await http.get("/api/cards/queue")
        read.set()
        await late.wait()
        await route.fulfill(json=queue.json())

    await page.route("**/api/cards/queue*", hold)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await read.wait()
    await page.get_by_role("button", name="Show the answer").dblclick()
    await page.get_by_role("button", name="Easy").dblclick()
    await all_sent(page)
    async with page.expect_response("**/api/cards/queue*"):
        late.set()
    await page.unroute_all()
    await expect(page.get_by_text(PEAR.front)).to_be_visible()
    await expect(page.get_by_text("2 new")).to_be_visible()
    await page.get_by_role("button", name="Show the answer").click()
    await page.get_by_role("button", name="Easy").dblclick()
    await expect(asks(page, PLANETS.stem)).to_be_visible()
    await page.keyboard.press("b")
    await page.keyboard.press("4")
    await expect(asks(page, "Done for now")).to_be_focused()
    await all_sent(page)
    rated = [(APPLE.front, "easy"), (PEAR.front, "easy"), (PLANETS.stem, "easy")]
    assert await logged(session_factory) == rated

    await practise(page, session_factory)


async def test_what_is_on_the_device_is_told_and_what_needs_the_network(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    """Over plain HTTP, where the page cannot be opened again without the network."""
    learner = await register(server)
    async with httpx.AsyncClient(base_url=server.url, cookies=learner.cookies) as http:
        await http.patch("/api/me/preferences", json={"new_cards_per_day": 100})
    notes = [Note(front=f"front {n}", back=f"back {n}", tags=[]) for n in range(60)]
    await give(session_factory, learner, notes)
    page = await open_reviews(people)
    await page.wait_for_function(STORED, arg=60)
    await page.context.set_offline(offline=True)
    away = page.locator(".offline")
    await expect(away).to_contain_text("You can go on with 60 cards.")
    await expect(away).to_contain_text("Keep this page open")
    await page.get_by_label("More for this card").click()
    menu = page.locator(".menu-items")
    await expect(menu).to_contain_text("This needs a connection")
    for name in ("Not today", "Never show again", "Flag", "Choose a day"):
        await expect(menu.get_by_role("button", name=name)).to_be_disabled()
    assert await violations(page) == []
    await menu.get_by_role("button", name="Flag").click(force=True)
    await expect(page.locator(".toasts")).to_contain_text("This needs a connection")
    await expect(page.get_by_role("dialog")).not_to_be_attached()
    await page.get_by_role("button", name="Show the answer").click()
    await page.keyboard.press("4")
    await expect(away).to_contain_text("with 59 cards. 1 grade is kept on this device.")

    await page.route("**/grades", lambda route: route.abort())
    await page.context.set_offline(offline=False)
    await page.reload()
    await expect(away).to_contain_text("1 grade is kept on this device.")
    await page.unroute_all()
    await page.reload()
    await all_sent(page)
    assert await logged(session_factory) == [("front 0", "easy")]


async def practise(page: Page, session_factory: SessionFactory) -> None:
    """Without a schedule, and on from where it was when the network is back."""
    async with session_factory() as db:
        deck = await db.scalar(select(Deck.id))
    await page.goto(f"/reviews?deck={deck}&cram=true")
    await expect(page.get_by_text("2 cards left")).to_be_visible()
    await page.get_by_role("button", name="Show the answer").click()
    await page.get_by_role("button", name="Good").click()
    await all_sent(page)
    async with page.expect_response("**/api/cards/queue*"):
        await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.get_by_text(PEAR.front)).to_be_visible()
    await page.get_by_role("button", name="Show the answer").click()
    await page.get_by_role("button", name="Good").click()
    await expect(asks(page, "You have seen the whole deck")).to_be_visible()


@pytest.mark.slow
async def test_a_page_that_is_left_open_asks_for_the_cards_of_the_next_day(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    """And for no other reason, meanwhile."""
    await give(session_factory, await register(server), [APPLE])
    page = await open_reviews(people)
    await page.clock.install()
    await page.reload()
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    left = """async () => {
        const queue = await (await fetch("/api/cards/queue?limit=0")).json();
        return Date.parse(queue.day_ends_at) - Date.now();
    }"""
    until = await page.evaluate(left)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.clock.fast_forward(until // 2)
    assert asked == []
    async with page.expect_request("**/api/cards/queue*"):
        await page.clock.fast_forward(until // 2 + 1000)


async def test_a_card_is_swiped_flagged_and_put_away(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    await give(session_factory, await register(server), [APPLE, PLANETS, SIZES, PERU])
    page = await open_reviews(people)
    await page.get_by_text(APPLE.front).click()
    await swipe(page, by=-60)  # not far enough
    await swipe(page, by=-150, second_finger=True)
    await expect(page.get_by_text(APPLE.back, exact=True)).to_be_visible()
    await swipe(page, by=-150)
    await expect(asks(page, PLANETS.stem)).to_be_visible()
    await page.get_by_role("button", name="Jupiter").click()
    await swipe(page, by=150)
    await expect(asks(page, SIZES.stem)).to_be_visible()
    await all_sent(page)
    assert await logged(session_factory) == [(APPLE.front, "again"), (PLANETS.stem, "good")]

    await choose(page, "Flag")
    await page.get_by_role("button", name="Flag 3").click()
    await expect(page.get_by_text("Flag 3")).to_be_visible()
    take_back = page.locator(".toasts").get_by_role("button", name="Undo")
    await take_back.click()
    await expect(page.get_by_text("Flag 3")).not_to_be_attached()
    await choose(page, "Not today")
    await expect(asks(page, PERU.stem)).to_be_visible()
    await take_back.click()
    await expect(page.get_by_text("2 new")).to_be_visible()
    await choose(page, "Never show again")
    await expect(asks(page, SIZES.stem)).to_be_visible()
    toast = page.locator(".toast", has_text="This card will not come again.")
    over = await toast.bounding_box()
    assert over is not None
    assert over["y"] + over["height"] < 70, "it covers the bar, and not the next card"
    await toast.evaluate("(toast) => toast.remove()")
    await page.get_by_role("button", name="I don't know").click()
    await page.keyboard.press("1")
    await all_sent(page)

    await page.keyboard.press("Space")  # the next step ends within a minute
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    await choose(page, "Choose a day")
    await page.get_by_role("button", name="Set the day").click()
    moved = page.locator(".toast", has_text="The card comes on that day.")
    await expect(page.get_by_text("2 learning")).to_be_visible()
    await moved.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("3 learning")).to_be_visible()
    async with session_factory() as db:
        assert "reschedule" not in [*await db.scalars(select(CardReview.kind))]
        rows = await db.execute(select(Card.flag, Card.is_suspended, Card.buried_until))
        now = datetime.now(UTC)
        stored = [(flag, suspended, (buried or now) > now) for flag, suspended, buried in rows]
    nothing = (0, False, False)
    assert sorted(stored) == [nothing, nothing, nothing, (0, True, False)]


async def test_a_leech_comes_with_advice_and_the_way_to_its_note(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    await give(session_factory, await register(server), [APPLE])
    async with session_factory.begin() as db:
        await db.execute(update(Card).values(is_leech=True))
    page = await open_reviews(people)
    advice = page.get_by_text("You keep forgetting this one.")
    await expect(page.get_by_text("Often forgotten")).to_be_visible()
    await expect(advice).to_have_count(0)
    await page.keyboard.press("Space")
    await expect(advice).to_be_visible()
    assert await violations(page) == []
    await page.get_by_label("More for this card").click()
    await page.get_by_role("link", name="To its deck").click()
    await expect(page.locator(".note-list > li")).to_have_text(re.compile(APPLE.front))


async def choose(page: Page, action: str) -> None:
    await page.get_by_label("More for this card").click()
    await page.locator(".menu").get_by_role("button", name=action).click()


async def swipe(page: Page, by: int, *, second_finger: bool = False) -> None:
    """With a finger on the card, as the browser gets it from a touch screen."""
    card = page.locator("[data-swipeable]")
    box = await card.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, *points: dict[str, float]) -> None:
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", {"x": x, "y": y})
    await touch("touchMove", {"x": x + by / 2, "y": y})
    if second_finger:
        both = ({"x": x + by / 2, "y": y, "id": 0}, {"x": x, "y": y, "id": 1})
        await touch("touchStart", *both)
        await expect(card).not_to_have_attribute("style", re.compile("translate"))
    else:
        await touch("touchMove", {"x": x + by, "y": y})
    await touch("touchEnd")
    await session.detach()


async def test_a_server_that_asks_to_wait_is_not_taken_for_a_lost_network(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    await give(session_factory, await register(server), [APPLE, PEAR, PLANETS])
    page = await open_reviews(people)
    await page.clock.install()
    await page.reload()
    asked = 0

    async def refuse(route: Route) -> None:
        nonlocal asked
        asked += 1
        headers = {"Retry-After": "40"}
        await route.fulfill(status=429, headers=headers, json={"code": "rate_limited"})

    await page.route("**/grades", refuse)
    for note, kept in ((APPLE, "1 grade is"), (PEAR, "2 grades are")):
        await page.get_by_text(note.front).click()
        await page.keyboard.press("4")
        asks_to_wait = page.locator(".offline", has_text="The server asks to wait a moment.")
        await expect(asks_to_wait).to_contain_text(f"{kept} kept on this device.")
    assert await violations(page) == []
    assert asked == 1
    await page.unroute_all()
    await page.clock.fast_forward(40_000)
    await expect(page.locator(".offline")).not_to_be_attached()
    assert len(await logged(session_factory)) == 2
