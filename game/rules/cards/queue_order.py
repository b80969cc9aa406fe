"""The order in which a learner is asked: learning steps, due reviews, new cards."""

from datetime import datetime, timedelta
from uuid import UUID

from game.rules.cards.schedules import Schedule


def overdue_share(schedule: Schedule, at: datetime) -> float:
    """How long a card has been due, as a share of its interval."""
    if schedule.due_at is None:
        return 0.0
    return (at - schedule.due_at) / timedelta(days=max(1, schedule.interval_days))


def queue_key(
    schedule: Schedule, position: int, card: UUID, at: datetime
) -> tuple[int, float, UUID]:
    """Due cards are asked in ascending order of this key.

    Learning steps come in the order in which they are due, reviews by overdue share, and new cards
    by position.
    """
    match schedule.state:
        case "new":
            return 2, position, card
        case "review":
            return 1, -overdue_share(schedule, at), card
        case _:
            return 0, schedule.due_at.timestamp() if schedule.due_at else 0.0, card
