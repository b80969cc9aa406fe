"""Homework in browsers: a teacher gives it, and students work on it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.homework_deadlines import close_due
from persistence.models import QuestionAttempt
from server.actions.users.create import create_user
from tests.e2e.school import PASSWORD, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import EMAIL, PHONE, PROJECTOR, People, stop_the_clock

LOOK_AGAIN_MS = 20_000
QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "multiple_choice",
        "stem": "Capital of Indonesia?",
        "choices": [{"text": "Jakarta", "is_correct": True}, {"text": "Hanoi"}],
    },
    {"type": "numeric", "stem": "Six times seven?", "answer_key": {"value": 42}},
    {
        "type": "ordering",
        "stem": "From small to large",
        "choices": [{"text": "Bali"}, {"text": "Java"}, {"text": "Borneo"}],
    },
]


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


async def give(people: People, quiz: str) -> Page:
    """The teacher's page of a homework that was given from the editor."""
    page = await people.open(f"/quizzes/{quiz}", PROJECTOR, signed_in=True)
    await button(page, "Give as homework").click()
    await expect(page.get_by_label("Deadline")).to_have_value(
        (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT23:59")
    )
    await expect(page.locator("#closes")).to_have_text(re.compile(r"^\w{3}.* [\d:]+.*\(.+\)$"))
    feedback = page.get_by_label("Students see what was right")
    await expect(feedback).to_have_value("after_deadline")
    early = page.get_by_text("Students then know the right answers before the deadline")
    await expect(early).to_be_hidden()
    await feedback.select_option("At the end of an attempt")
    await expect(early).to_be_visible()
    await button(page, "Give homework").click()
    await expect(page.get_by_text("Nobody has started yet")).to_be_visible()
    return page


async def start(people: People, code: str, name: str) -> Page:
    """A guest who typed the code where everybody types codes."""
    page = await people.open(f"/?code={code}", PHONE)
    await page.get_by_label("Your name").fill(name)
    await button(page, "Start").click()
    await expect(page.get_by_role("heading", name="Capital of Indonesia?")).to_be_visible()
    return page


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Your answer is saved.")).to_be_visible()


async def type_number(page: Page) -> None:
    """With the keyboard, which goes on where the new question begins."""
    await expect(page.get_by_role("heading", name="Six times seven?")).to_be_focused()
    await page.get_by_label("Your number").fill("42")
    await page.keyboard.press("Enter")
    await saved(page)


async def double_tap(page: Page, name: str, then: str) -> None:
    """The second tap comes when the first one has led to another button at the same place."""
    await button(page, name).click()
    await expect(button(page, then)).to_be_visible()
    await page.mouse.down(click_count=2)
    await page.mouse.up(click_count=2)


async def look_again(page: Page) -> None:
    """Lets the time pass after which the page asks by itself; see `stop_the_clock`."""
    await page.clock.run_for(LOOK_AGAIN_MS)
    await page.clock.resume()


async def asked_while_hidden(page: Page) -> list[str]:
    """What the page asks for within a minute in which nobody looks at it."""
    asked: list[str] = []
    async with page.expect_response("**/results"):
        pass  # it has asked just now
    hidden = '{ value: "hidden", writable: true }'
    await page.evaluate(f'Object.defineProperty(document, "visibilityState", {hidden})')
    page.on("request", lambda request: asked.append(request.url))
    await page.clock.fast_forward(60_000)
    await page.evaluate("fetch('/health')")  # what was asked for before it is in the list
    return asked[:-1]


async def show(page: Page) -> None:
    await page.evaluate(
        """document.visibilityState = "visible", dispatchEvent(new Event("visibilitychange"))"""
    )


async def remove_the_teacher(teacher: Teacher, overview: Page, code: str) -> None:
    """The teacher began the homework too, and removes herself; once more after Undo."""
    await teacher.http.post(f"/api/sessions/{code}/attempts", json={})
    working = overview.locator(".at-work li")
    for undone in (True, False):
        await overview.locator("li", has_not_text="Ani").get_by_role("button").click()
        await button(overview, "Remove").last.click()
        await expect(working).to_have_count(1)
        if undone:
            await button(overview, "Undo").click()
            await expect(working).to_have_count(2)


async def test_who_was_signed_out_or_has_half_a_link_or_anothers_is_told(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write(QUESTIONS)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    given = await teacher.http.post(
        f"/api/quizzes/{quiz['id']}/sessions", json={"mode": "self_paced", "closes_at": tomorrow}
    )
    address = f"/homework/{given.raise_for_status().json()['code']}"
    page = await people.open(address, PHONE, signed_in=True)
    await button(page, "Start").click()
    await teacher.http.post("/api/auth/sessions/revoke-others")
    await button(page, "Jakarta").click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await button(page, "Sign in").click()
    await saved(page)  # the answer that was refused
    people.troubles = [each for each in people.troubles if "401" not in each]

    guest = await people.open(f"{address}#me=0123456789abcdef", PHONE)
    await expect(guest.get_by_text("This personal link is incomplete.")).to_be_visible()
    await guest.get_by_label("Your name").fill("Ani")
    await button(guest, "Start").click()
    await expect(guest.get_by_role("heading", name="Capital of Indonesia?")).to_be_visible()
    await follows_the_link_of_another(guest)


async def follows_the_link_of_another(guest: Page) -> None:
    """Ani's work is on this device, so the page asks first."""
    for goes_on in (False, True):
        await guest.evaluate(f"location.hash = 'me={'k' * 32}'")
        await guest.reload()
        await expect(guest.get_by_role("dialog")).to_contain_text("On this device Ani has begun")
        if goes_on:
            await button(guest, "Continue with the link").click()
            await expect(guest.get_by_label("Your name")).to_be_visible()
        else:
            await button(guest, "Cancel").click()
            question = guest.get_by_role("heading", name="Capital of Indonesia?")
            await expect(question).to_be_visible()


@pytest.mark.longest
async def test_the_deadline_closes_the_page_of_a_student_at_work(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    """The whole way to the results is in `test_file_to_results`, with other kinds of questions."""
    quiz = await teacher.write(QUESTIONS)
    overview = await give(people, quiz["id"])
    code = await overview.locator(".big-code").inner_text()
    found = {"overview": await violations(overview)}

    # Lists have the deadline in the account's time zone, which is not the browser's.
    zone = "Pacific/Kiritimati"
    await teacher.http.patch("/api/me/preferences", json={"time_zone": zone})
    listed = await people.open("/homework", PHONE, signed_in=True)
    await expect(listed.locator(".quiz .tag")).to_have_text("Open")
    closes_at = await listed.locator(".quiz time").get_attribute("datetime")
    there = datetime.fromisoformat(closes_at or "").astimezone(ZoneInfo(zone))
    for path in ("/homework", f"/dashboard?view=rooms&quiz={quiz['id']}"):
        await listed.goto(path)
        await expect(listed.locator(".quiz time")).to_contain_text(f"{there:%H:%M} GMT+14")
        found[path] = await violations(listed)
    page = await start(people, code, "Ani")
    found["question"] = await violations(page)
    tab = await page.context.new_page()
    await tab.goto(page.url)
    await expect(button(tab, "Hanoi")).to_be_enabled()
    await button(page, "Jakarta").click()
    await saved(page)
    await button(tab, "Hanoi").click()
    await expect(tab.get_by_text("Your first answer counts.")).to_be_visible()
    await expect(button(tab, "Jakarta")).to_have_attribute("data-look", "stored")
    await tab.close()
    await button(page, "Next question").click()
    await type_number(page)
    await stop_the_clock(page)
    await double_tap(page, "Next question", "Hand in without an answer")

    await remove_the_teacher(teacher, overview, code)

    await button(page, "Send answer").click()
    await saved(page)
    # The page hears of the new deadline and of the end without a tap.
    closes_at = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    homework = f"/api/homework/{overview.url.split('/')[-2]}"
    (await teacher.http.patch(homework, json={"closes_at": closes_at})).raise_for_status()
    await look_again(page)
    await expect(page.get_by_role("heading", name="This homework is closed")).to_be_visible()
    await expect(page.get_by_text("3 of 3 questions answered")).to_be_visible()
    await expect(overview.get_by_text("3 of 3 answered")).to_be_visible()
    assert await asked_while_hidden(page) == []
    assert await close_due(session_factory) == 1
    await show(page)
    await expect(page.get_by_text("Place 1 of 1", exact=True)).to_be_visible()
    await expect(page.locator(".solutions > li")).to_have_count(3)
    found["results"] = await violations(page)
    assert {where: what for where, what in found.items() if what} == {}
    async with session_factory() as db:
        rows = await db.execute(select(QuestionAttempt.question_index, QuestionAttempt.is_correct))
        assert sorted(rows)[:2] == [(0, True), (1, True)]


async def test_a_student_finds_homework_that_was_opened_and_not_started(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    quiz = await teacher.write(QUESTIONS, "Passive verbs")
    codes, deadline = [], datetime.now(UTC) + timedelta(days=2)
    for opens in (timedelta(), timedelta(days=1)):
        settings = {"opens_at": (datetime.now(UTC) + opens).isoformat()} if opens else {}
        answer = await teacher.http.post(
            f"/api/quizzes/{quiz['id']}/sessions",
            json={"mode": "self_paced", "closes_at": deadline.isoformat(), **settings},
        )
        codes.append(answer.raise_for_status().json()["code"])
    student = {"email": "ani@school.example", "password": PASSWORD}
    await create_user(session_factory, **student, full_name="Ani", role="student")
    page = await people.open("/", PHONE)
    await people.sign_in(page.context, student)
    for each in codes:
        await page.goto(f"/homework/{each}")
        await expect(page.get_by_role("heading", name="Passive verbs")).to_be_visible()
    await page.goto("/dashboard")
    waiting = page.locator("section", has_text="Homework you have not started")
    await expect(waiting.get_by_role("listitem")).to_have_count(2)
    await expect(waiting.get_by_text("Opens")).to_have_count(1)
    assert await violations(page) == []
    await waiting.locator(f'[href="/homework/{codes[0]}"]').click()
    await button(page, "Start").click()
    await expect(page.get_by_role("heading", name="Capital of Indonesia?")).to_be_visible()
    await page.goto("/dashboard")
    await expect(waiting.get_by_role("listitem")).to_have_count(1)
    await expect(page.locator("[data-key=played] .title")).to_have_text("Passive verbs")
