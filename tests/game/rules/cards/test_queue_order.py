"""Learning steps, then due reviews by overdue share, then new cards."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from game.rules.cards import Schedule, overdue_share, queue_key

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def due(state: str, ago: timedelta, interval_days: int = 0) -> Schedule:
    return Schedule(state=state, due_at=NOW - ago, interval_days=interval_days)  # type: ignore[arg-type]  # they are states


def test_the_order_of_the_queue() -> None:
    ordered = [
        due("relearning", timedelta(minutes=9)),
        due("learning", timedelta(minutes=2)),
        due("review", timedelta(days=2), 1),
        due("review", timedelta(days=30), 20),
        due("review", timedelta(days=1), 10),
        Schedule(),
        Schedule(),
    ]
    keys = [queue_key(each, nth, UUID(int=100 - nth), NOW) for nth, each in enumerate(ordered)]
    assert sorted(Random(1).sample(keys, len(keys))) == keys


def test_equal_cards_have_one_order() -> None:
    same = due("review", timedelta(days=1), 10)
    keys = [queue_key(same, 0, UUID(int=nth), NOW) for nth in range(3)]
    assert keys == sorted(keys)


def test_the_overdue_share_is_of_the_interval() -> None:
    assert overdue_share(due("review", timedelta(days=5), 10), NOW) == 0.5
    assert overdue_share(due("review", timedelta(days=2), 0), NOW) == 2.0
    assert overdue_share(Schedule(), NOW) == 0.0
