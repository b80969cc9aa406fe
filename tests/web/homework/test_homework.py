"""Homework in browsers: a teacher gives it, and students work on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, Page, expect
from sqlalchemy import select, update

from persistence.database import SessionFactory
from persistence.homework_deadlines import close_due
from persistence.models import QuestionAttempt, QuizSession
from tests.e2e.school import Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People

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


async def give(people: People) -> Page:
    """The teacher's page of a homework that was given from the dashboard."""
    page = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await page.locator(".menu summary").first.click()
    await button(page, "Give as homework").click()
    await expect(page.get_by_label("Deadline")).to_have_value(
        (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT23:59")
    )
    await button(page, "Give homework").click()
    await expect(page.get_by_text("Nobody has started yet")).to_be_visible()
    return page


async def start(people: People, code: str, name: str) -> Page:
    """A guest who typed the code where everybody types codes."""
    page = await people.open(f"/?code={code}", PHONE)
    await page.get_by_label("Your name in the game").fill(name)
    await button(page, "Start").click()
    await expect(page.get_by_role("heading", name="Capital of Indonesia?")).to_be_visible()
    return page


async def answer_number(page: Page) -> None:
    await page.get_by_label("Your number").fill("42")
    await button(page, "Send answer").click()
    await expect(page.get_by_text("Your answer is saved.")).to_be_visible()


async def test_three_students_work_and_the_record_agrees(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    await teacher.write(QUESTIONS)
    overview = await give(people)
    code = await overview.locator(".big-code").inner_text()
    found = {"overview": await violations(overview)}

    # Ani loses the network after she has tapped.
    ani = await start(people, code, "Ani")
    found["question"] = await violations(ani)
    await ani.context.set_offline(offline=True)
    await button(ani, "Jakarta").click()
    await expect(ani.get_by_text("Saved here, sending")).to_be_visible()
    await ani.context.set_offline(offline=False)
    await expect(ani.get_by_text("Your answer is saved.")).to_be_visible()
    await button(ani, "Next question").click()
    await answer_number(ani)
    await button(ani, "Next question").click()
    await button(ani, "Hand in without an answer").click()
    await expect(ani.get_by_text("Place 1 of 1 so far")).to_be_visible()
    await expect(ani.locator(".solutions > li")).to_have_count(3)
    found["results"] = await violations(ani)

    # Budi goes on with his personal link on another device.
    budi = await start(people, code, "Budi")
    await button(budi, "Hanoi").click()
    await expect(budi.get_by_text("Your answer is saved.")).to_be_visible()
    token = await budi.evaluate(f"JSON.parse(localStorage['kuis.homework.{code}'])")
    laptop = await people.open(f"/homework/{code}#me={token}", PROJECTOR)
    await expect(button(laptop, "Hanoi")).to_have_attribute("data-look", "stored")
    assert token not in laptop.url
    await button(laptop, "Next question").click()
    await answer_number(laptop)

    # Citra runs into the deadline.
    citra = await start(people, code, "Citra")
    await button(citra, "Jakarta").click()
    await expect(citra.get_by_text("Your answer is saved.")).to_be_visible()
    await expect(overview.locator(".at-work > li")).to_have_count(3)
    await expect(overview.get_by_text("1 of 3 is done")).to_be_visible()
    async with session_factory.begin() as db:
        now = datetime.now(UTC)
        times = {"opens_at": now - timedelta(days=1), "closes_at": now - timedelta(seconds=9)}
        await db.execute(update(QuizSession).values(times))
    assert await close_due(session_factory) == 1
    await button(citra, "Next question").click()
    await expect(citra.get_by_role("heading", name="This homework is closed")).to_be_visible()
    await expect(citra.get_by_text("of 3", exact=False).first).to_be_visible()

    await overview.get_by_role("link", name="Results").click()
    table = overview.locator("player-table")
    await expect(table.locator("tbody tr[data-key]:not(.space)")).to_have_count(3)
    async with session_factory() as db:
        rows = await db.execute(select(QuestionAttempt.question_index, QuestionAttempt.is_correct))
        assert sorted(rows) == [(0, False), (0, True), (0, True), (1, True), (1, True)]
    assert {where: what for where, what in found.items() if what} == {}
