"""Cards rebuilt from the reviews of another program."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from game.rules.cards import Scheduler, starts_at
from game.rules.cards.imported import LogStep, PastReview, rebuild

CARD = UUID(int=7)
JAKARTA = ZoneInfo("Asia/Jakarta")
BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
PAST = [PastReview(BEGAN + timedelta(days=days), "good", 1000) for days in (3, 0, 12)]


def steps(due_on: date | None, until: datetime = BEGAN + timedelta(days=100)) -> list[LogStep]:
    return list(rebuild(PAST, due_on, CARD, Scheduler(), JAKARTA, until))


def test_reviews_are_taken_in_order_and_none_of_the_future() -> None:
    found = steps(None, until=BEGAN + timedelta(days=5))
    assert [step.now.at for step in found] == [PAST[1].at, PAST[0].at]
    assert [step.elapsed_days for step in found] == [0, 3]
    assert found[1].before == found[0].after


def test_a_card_is_due_on_the_day_that_was_chosen_elsewhere() -> None:
    day = date(2026, 2, 20)
    *graded, chosen = steps(day)
    assert len(graded) == len(PAST)
    assert (chosen.kind, chosen.rating) == ("reschedule", None)
    assert chosen.after.due_at == starts_at(day, JAKARTA)
    assert chosen.after.stability == graded[-1].after.stability


def test_no_card_is_due_later_than_the_longest_interval() -> None:
    scheduler = Scheduler(maximum_interval_days=30)
    *_, chosen = rebuild(PAST, date(2300, 1, 1), CARD, scheduler, JAKARTA, BEGAN + timedelta(99))
    assert chosen.after.interval_days == 30


def test_a_card_without_reviews_stays_new() -> None:
    assert list(rebuild([], date(2026, 2, 1), CARD, Scheduler(), JAKARTA, BEGAN)) == []
