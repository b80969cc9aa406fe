"""Forecast and statistics agree with the log."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.models import CardReview, ReviewDay
from tests.server.api.cards.conftest import AddNotes, Learner, Reschedule


async def read(learner: Learner, what: str) -> Any:  # noqa: ANN401  # JSON
    response = await learner.client.get(f"/api/cards/{what}")
    assert response.status_code == 200, response.text
    return response.json()


async def test_the_forecast_has_each_card_on_its_day(
    learner: Learner, add_notes: AddNotes, reschedule: Reschedule
) -> None:
    await learner.client.patch("/api/me/preferences", json={"time_zone": "Pacific/Auckland"})
    ids = await add_notes(learner.id, 7)
    day_ends_at = datetime.fromisoformat((await learner.queue())["day_ends_at"])
    long_ago = day_ends_at - timedelta(days=90)
    second = timedelta(seconds=1)
    dues = [
        long_ago,
        day_ends_at - second,
        day_ends_at,
        day_ends_at + timedelta(days=1) - second,
        day_ends_at + timedelta(days=40),
    ]
    for card_id, due_at in zip(ids, dues, strict=False):
        await reschedule(card_id, state="review", interval_days=3, due_at=due_at)
    await reschedule(ids[5], state="review", interval_days=3, due_at=long_ago, is_suspended=True)
    days = (await read(learner, "forecast"))["days"]
    assert len(days) == 30
    assert [day["cards"] for day in days[:3]] == [2, 2, 0]
    assert sum(day["cards"] for day in days) == 4
    first, second_day = (date.fromisoformat(day["day"]) for day in days[:2])
    assert second_day - first == timedelta(days=1)


async def test_statistics_agree_with_the_log(
    learner: Learner,
    add_notes: AddNotes,
    reschedule: Reschedule,
    session_factory: SessionFactory,
) -> None:
    empty = await read(learner, "statistics")
    assert (empty["days"], empty["weeks"], empty["streak"]) == ([], [], 0)
    ids = await add_notes(learner.id, 6)
    at = datetime.now(UTC) - timedelta(days=9)
    for card_id in ids[:3]:
        await reschedule(
            card_id,
            state="review",
            stability=8.0,
            difficulty=4.6,
            interval_days=8,
            due_at=at + timedelta(days=8),
            reviewed_at=at,
            reviewed_on=at.date(),
        )
    await reschedule(ids[5], is_suspended=True)
    cards = (await learner.queue())["cards"]
    for card, rating in zip(cards, ("good", "again", "easy", "hard"), strict=False):
        await learner.grade(card, rating, took_ms=1500)
    today = date.fromisoformat(empty["today"])
    async with session_factory.begin() as db:
        for ago, reviews in ((1, 1), (2, 1), (4, 1), (400, 10)):
            day = today - timedelta(days=ago)
            db.add(
                ReviewDay(
                    user_id=learner.id, day=day, reviews=reviews, good=reviews, passed=reviews
                )
            )
        log = list(await db.scalars(select(CardReview)))
    found = await read(learner, "statistics")
    assert found["streak"] == 3
    assert [day["grades"] for day in found["days"]] == [1, 1, 1, len(log)]
    assert found["days"][-1]["took_ms"] == 6000
    counted = [
        (week["reviews"], round(week["retention"] * week["reviews"])) for week in found["weeks"]
    ]
    assert [sum(numbers) for numbers in zip(*counted, strict=True)] == [6, 5], "one was forgotten"
    totals = found["totals"]
    assert (totals["again"], totals["good"], totals["days"]) == (1, 14, 5)
    assert totals["took_ms"] == 6000
    assert sum(found["states"].values()) == len(ids)
    assert found["states"]["suspended"] == 1
    with_stability = 4
    assert sum(group["cards"] for group in found["stability"]) == with_stability
    assert sum(group["cards"] for group in found["difficulty"]) == with_stability
