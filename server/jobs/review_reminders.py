"""The jobs that remind learners by mail of what is due, once a day at their hour."""

from datetime import UTC, date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid5

from game.rules.review_reminders import due_reminders
from game.rules.user_preferences import Preferences
from persistence.repositories import review_reminders, users
from persistence.repositories.cards import learners
from server.jobs.job import IN_BULK, Job, Resources, enqueue_many
from server.mails import LinkMail

AT_ONCE: Final = 500
"""Learners who are reminded by one transaction."""


def clock() -> datetime:
    return datetime.now(UTC)


class RemindLearners(Job, frozen=True):
    """Enqueues a reminder for each learner whose hour has come."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            due = due_reminders(await review_reminders.hours(db), clock())
        claimed = AT_ONCE if due else 0
        while claimed == AT_ONCE:
            async with resources.session_factory.begin() as db:
                some = await review_reminders.claim(db, due, AT_ONCE)
                mails = [SendReviewReminder(reminder.user_id, reminder.day) for reminder in some]
                await enqueue_many(db, SendReviewReminder, mails)
            claimed = len(some)


class SendReviewReminder(Job, frozen=True):
    """Mails how many cards are due, unless none are or the day is over."""

    priority: ClassVar[int] = IN_BULK

    user_id: UUID
    day: date

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            user = await users.get(db, self.user_id)
            if user is None or user.email is None or not user.is_active:
                return
            preferences = user.preferences or Preferences()
            learner = await learners.get(db, self.user_id)
            today = learner.moment(clock())
            due = await review_reminders.due_cards(db, learner, today)
        if due == 0 or today.day > self.day or not preferences.email_reminders:
            return
        mail = LinkMail(
            "review_reminder",
            user.email,
            preferences.locale or "",
            f"{resources.site_url}/reviews",
            uuid5(self.user_id, f"reminder {self.day}"),
            {"count": str(due)},
            resources.unsubscribe(self.user_id, "email_reminders"),
        )
        await resources.send(mail)
