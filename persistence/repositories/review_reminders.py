"""Queries of the learners who want a daily reminder by mail."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Moment
from game.rules.review_reminders import DueReminder, ReminderHour
from persistence.models import UserPreferences
from persistence.repositories.cards import Learner, queue

CLAIM = text("""
    UPDATE user_preferences SET reminded_on = due.day
      FROM (SELECT p.id, w.day
              FROM unnest(CAST(:zones AS text[]), CAST(:hours AS smallint[]), CAST(:days AS date[]))
                AS w (zone, hour, day)
              JOIN user_preferences p ON p.email_reminders
               AND p.time_zone IS NOT DISTINCT FROM w.zone AND p.reminder_hour = w.hour
               AND (p.reminded_on IS NULL OR p.reminded_on < w.day)
              JOIN users u ON u.id = p.user_id
               AND u.is_active AND u.is_verified AND u.email IS NOT NULL
             LIMIT :most
               FOR UPDATE OF p SKIP LOCKED) due
     WHERE user_preferences.id = due.id
    RETURNING user_preferences.user_id, due.day
""")


class Reminder(NamedTuple):
    """A learner who is to be reminded, and the day that it is for."""

    user_id: UUID
    day: date


async def hours(session: AsyncSession) -> Sequence[ReminderHour]:
    """The hours at which anybody wants to be reminded."""
    query = (
        select(UserPreferences.time_zone, UserPreferences.reminder_hour)
        .distinct()
        .where(UserPreferences.email_reminders)
    )
    return [ReminderHour(*row) for row in await session.execute(query)]


async def claim(session: AsyncSession, due: Sequence[DueReminder], most: int) -> Sequence[Reminder]:
    """Note for some learners of these hours that they are reminded, each once a day.

    Only verified addresses get reminders, so that nobody has them sent to strangers.
    """
    given = {
        "zones": [each.zone for each in due],
        "hours": [each.hour for each in due],
        "days": [each.day for each in due],
        "most": most,
    }
    return [Reminder(*row) for row in await session.execute(CLAIM, given)]


async def due_cards(session: AsyncSession, learner: Learner, now: Moment) -> int:
    """How many cards are left for a learner's day."""
    asked = await queue.asked_by(session, learner, now)
    limits = learner.preferences.reviews_per_day, learner.preferences.new_cards_per_day
    stands = await queue.standing(session, asked, now.day, *limits)
    return stands.learning + stands.review + stands.new
