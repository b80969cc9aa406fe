"""What is missed in a game comes back: from the podium to the reviews of the evening."""

import asyncio

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from persistence.database import SessionFactory
from tests.browser import Contexts
from tests.conftest import RunningServer
from tests.e2e.school import Teacher
from tests.web.accessibility import violations
from tests.web.cards.learners import Learner, all_sent, logged, register
from tests.web.cards.test_reviews_offline import KEPT
from tests.web.conftest import PHONE
from tests.web.sessions.test_seat_claims import QUESTIONS, play

AT_ONCE = "Math.random = () => 0"  # not all players ask in the same moment


async def enter(contexts: Contexts, server: RunningServer, learner: Learner, code: str) -> Page:
    """A student's phone in the room. On localhost, where browsers have service workers."""
    page = await contexts.take(server.url, PHONE)
    await page.add_init_script(AT_ONCE)
    cookies = learner.cookies.items()
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies]
    )
    await page.goto(f"/play/{code}")
    await page.get_by_role("button", name="I'm in").click()
    return page


@pytest.mark.usefixtures("worker")
@pytest.mark.slow
async def test_the_two_that_a_student_missed_are_reviewed_without_a_network(
    teacher: Teacher, server: RunningServer, contexts: Contexts, session_factory: SessionFactory
) -> None:
    learner = await register(server)
    await teacher.open(await teacher.write(QUESTIONS))
    host = await teacher.host()
    phone = await enter(contexts, server, learner, teacher.code)
    known = asyncio.Event()

    async def answer_later(route: Route) -> None:
        await known.wait()
        await route.continue_()

    await phone.route("**/api/me/history*", answer_later)
    await play(host, {phone: ["Jakarta", "Mars", "Oxygen"]})
    reviews = phone.get_by_role("link", name="What you missed is in your reviews")
    await expect(reviews).to_be_visible()
    assert await violations(phone) == []
    known.set()
    await phone.get_by_role("link", name="2 cards for tonight").click()
    _, planet, gas = [question["stem"] for question in QUESTIONS]
    await expect(phone.get_by_role("heading", name=planet)).to_be_visible()
    await phone.evaluate(KEPT)
    await phone.context.set_offline(offline=True)
    await phone.get_by_role("button", name="Jupiter").click()
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()
    await phone.get_by_role("button", name="Good").click()
    await expect(phone.get_by_role("heading", name=gas)).to_be_visible()
    await phone.get_by_role("button", name="Oxygen").click()
    await phone.get_by_role("button", name="Again").click()
    await expect(phone.get_by_role("heading", name="A short break")).to_be_visible()
    assert await logged(session_factory) == []
    await phone.context.set_offline(offline=False)
    await all_sent(phone)
    assert await logged(session_factory) == [(planet, "good"), (gas, "again")]

    async with httpx.AsyncClient(base_url=server.url, cookies=learner.cookies) as http:
        told = (await http.get("/api/cards/statistics")).json()
    assert [day["grades"] for day in told["days"]] == [2]
    assert (told["totals"]["good"], told["totals"]["again"], told["streak"]) == (1, 1, 1)
