"""The table of users' preferences."""

from datetime import date
from typing import get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.cards import INTERVAL_MAX_DAYS, NO_EASY_DAYS, Algorithm
from game.rules.user_preferences import (
    DAILY_GOAL_MAX_MINUTES,
    LAST_HOUR,
    NEW_CARDS_MAX,
    RETENTION_MAX,
    RETENTION_MIN,
    REVIEWS_MAX,
    TIME_ZONE_MAX,
    Locale,
    Theme,
)
from persistence.base import Base, UpdatedAtMixin, length, one_of


class UserPreferences(UpdatedAtMixin, Base):
    """The preferences of a user, who has no row before changing one for the first time.

    The fields, and the defaults that hold without a row, are those of
    `game.rules.user_preferences.Preferences`. On `reminded_on` was the last reminder by mail.
    """

    __tablename__ = "user_preferences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    locale: Mapped[Locale | None] = mapped_column(Text)
    theme: Mapped[Theme | None] = mapped_column(Text)
    time_zone: Mapped[str | None]
    daily_goal_minutes: Mapped[int]
    new_cards_per_day: Mapped[int]
    reviews_per_day: Mapped[int]
    desired_retention: Mapped[float]
    scheduler: Mapped[Algorithm] = mapped_column(Text)
    maximum_interval_days: Mapped[int]
    easy_days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    cards_from_answers: Mapped[bool]
    reminder_hour: Mapped[int] = mapped_column(SmallInteger)
    email_reminders: Mapped[bool]
    email_summaries: Mapped[bool]
    email_news: Mapped[bool]
    email_shares: Mapped[bool]
    reminded_on: Mapped[date | None]

    __table_args__ = (
        one_of("locale", get_args(Locale)),
        one_of("theme", get_args(Theme)),
        length("time_zone", 1, TIME_ZONE_MAX),
        CheckConstraint(
            f"daily_goal_minutes BETWEEN 1 AND {DAILY_GOAL_MAX_MINUTES}", name="daily_goal_minutes"
        ),
        CheckConstraint(
            f"new_cards_per_day BETWEEN 0 AND {NEW_CARDS_MAX}", name="new_cards_per_day"
        ),
        CheckConstraint(f"reviews_per_day BETWEEN 0 AND {REVIEWS_MAX}", name="reviews_per_day"),
        CheckConstraint(
            f"desired_retention BETWEEN {RETENTION_MIN} AND {RETENTION_MAX}",
            name="desired_retention",
        ),
        one_of("scheduler", get_args(Algorithm)),
        CheckConstraint(
            f"maximum_interval_days BETWEEN 1 AND {INTERVAL_MAX_DAYS}",
            name="maximum_interval_days",
        ),
        CheckConstraint(
            f"cardinality(easy_days) = {len(NO_EASY_DAYS)} AND 0 <= ALL (easy_days)"
            f" AND {max(NO_EASY_DAYS)} >= ALL (easy_days)"
            " AND array_position(easy_days, NULL) IS NULL",
            name="easy_days",
        ),
        # For the reminders of an hour.
        Index(
            "ix_user_preferences_reminders",
            "time_zone",
            "reminder_hour",
            postgresql_where=text("email_reminders"),
        ),
        CheckConstraint(f"reminder_hour BETWEEN 0 AND {LAST_HOUR}", name="reminder_hour"),
    )
