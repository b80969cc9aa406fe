"""The page of statistics shows what the tables have."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect
from sqlalchemy import func, select, text

from persistence.database import SessionFactory
from persistence.models import ReviewDay
from tests.conftest import RunningServer
from tests.web.accessibility import violations
from tests.web.cards.learners import APPLE, PERU, PLANETS, SITI, SIZES, give, register
from tests.web.conftest import PHONE, PROJECTOR, People

# Two cards are due at once, one in five days, and one is new.
LEARNED = text("""
    UPDATE srs_cards SET state = 'review', interval_days = 5, stability = 40.0 * place,
           difficulty = place, reviews = 3, due_at = now() + make_interval(days => place / 3 * 5)
      FROM (SELECT id, row_number() OVER (ORDER BY position)::int AS place FROM srs_cards) AS card
     WHERE card.id = srs_cards.id AND place < 4
""")

ALL_KNOWN = 172  # the height of such a bar


async def test_the_year_of_a_learner(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    learner = await register(server)
    page = await people.open("/sign-in", PROJECTOR)
    await people.sign_in(page.context, SITI)
    await page.goto("/cards/statistics")
    await expect(page.get_by_role("heading", name="No cards yet")).to_be_visible()

    await give(session_factory, learner, [PLANETS, PERU, SIZES, APPLE])
    today = datetime.now(UTC).date()
    async with session_factory.begin() as db:
        await db.execute(LEARNED)
        for ago in range(200):
            counts = {"reviews": 5, "good": 4, "again": 1, "passed": 4, "failed": 1}
            day = today - timedelta(days=ago + (ago > 2) * ago)
            values = counts | {"took_ms": 90_000}
            db.add(ReviewDay(user_id=learner.id, day=day, **values))
    await page.reload()
    facts = page.locator(".facts-row")
    await expect(facts).to_contain_text("3 days")
    await expect(facts).to_contain_text("80%")
    await expect(facts).to_contain_text("5 hours")
    forecast = page.locator("#forecast")
    await forecast.get_by_text("As a table").click()
    rows = forecast.locator("tbody td")
    await expect(rows).to_have_count(30)
    assert await rows.all_text_contents() == ["2", *"0000", "1", *"0" * 24]
    assert await page.locator("year-calendar rect:not([data-shade='0'])").count() > 180
    async with session_factory() as db:
        good = await db.scalar(select(func.sum(ReviewDay.good)))
    await page.locator("#grades").get_by_text("As a table").click()
    await expect(page.locator("#grades th[scope=col]")).to_have_text(["Grades", "Reviews"])
    await expect(page.locator("#grades")).to_contain_text(str(good))
    heights = "(bars) => bars.map((bar) => Number(bar.getAttribute('height')))"
    highest = max(await page.locator("#retention .bar").evaluate_all(heights))
    assert highest < 0.9 * ALL_KNOWN, "80% are no full bar"
    assert await violations(page) == []
    await page.set_viewport_size(PHONE)
    await page.reload()
    await expect(rows).to_have_count(30)
    right = "(part) => part.scrollLeft + part.clientWidth >= part.scrollWidth - 1"
    assert await page.locator("year-calendar .scroll").evaluate(right), "today is seen"
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert people.troubles == []
