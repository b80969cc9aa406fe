"""Learners are reminded by mail of what is due, once a day at their hour."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from persistence.database import SessionFactory
from persistence.models import Card, Deck, Note, User
from persistence.repositories import user_preferences
from server.jobs import review_reminders
from server.jobs.review_reminders import RemindLearners, SendReviewReminder
from server.providers.mail import Mail
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import Someone, add_user
from tests.server.jobs.running import in_queue, resources_on, running, until_done

EVENING = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)  # 18:05 in Jakarta
JOBS = (RemindLearners, SendReviewReminder)


class Outbox:
    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


async def add_learner(db: AsyncSession, name: str, **changes: object) -> UUID:
    """Somebody in Jakarta with a verified address who wants reminders, and a card that is due."""
    user = await add_user(db, f"{name}@kuis.example", "student")
    user.is_verified = True
    wants: dict[str, object] = {
        "email_reminders": True,
        "time_zone": "Asia/Jakarta",
        "locale": "id",
    }
    await user_preferences.save(db, Someone(user.id), wants | changes)
    deck = Deck(owner_id=user.id, kind="hand", title="Words")
    db.add(deck)
    await db.flush()
    note = Note(deck_id=deck.id, position=0, front="rumah", back="house", tags=[])
    db.add(note)
    await db.flush()
    [card] = await add_cards(db, [NewCard(user.id, note_id=note.id)])
    due = {"state": "review", "interval_days": 1, "due_at": EVENING - timedelta(days=1)}
    await db.execute(update(Card).where(Card.id == card).values(due))
    return user.id


async def test_many_are_reminded_by_as_many_statements_as_few(
    database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> None:
    resources = resources_on(session_factory, redis, Outbox())
    counts = []
    for names in (["ani"], ["budi", "citra", "dewi"]):
        async with session_factory.begin() as db:
            for name in names:
                await add_learner(db, name, reminder_hour=datetime.now(UTC).hour, time_zone="UTC")
        executed: list[str] = []

        def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy gives
            executed.append(event[2])  # noqa: B023  # it is removed in the same round

        event.listen(database.sync_engine, "before_cursor_execute", note)
        try:
            await RemindLearners().run(resources, 1)
        finally:
            event.remove(database.sync_engine, "before_cursor_execute", note)
        counts.append(len(executed))
    assert counts[0] == counts[1]
    assert len(await in_queue(database)) == 4


async def test_a_learner_is_reminded_once_a_day_at_their_hour(
    database: AsyncEngine,
    session_factory: SessionFactory,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with session_factory.begin() as db:
        siti = await add_learner(db, "siti")
        await add_learner(db, "early", reminder_hour=6)
        await add_learner(db, "elsewhere", time_zone=None)
        await add_learner(db, "unwilling", email_reminders=False)
        idle, unverified, gone = [await add_learner(db, name) for name in ("idle", "un", "gone")]
        await db.execute(update(Card).where(Card.user_id == idle).values(is_suspended=True))
        await db.execute(update(User).where(User.id == unverified).values(is_verified=False))
        await db.execute(update(User).where(User.id == gone).values(is_active=False))
    outbox = Outbox()
    resources = resources_on(session_factory, redis, outbox)
    monkeypatch.setattr(review_reminders, "AT_ONCE", 1)

    async def remind(now: datetime) -> list[Mail]:
        outbox.mails.clear()
        monkeypatch.setattr(review_reminders, "clock", lambda: now)
        await RemindLearners().run(resources, 1)
        async with running(database, resources, JOBS):
            await until_done(database)
        return list(outbox.mails)

    assert await remind(EVENING - timedelta(hours=1)) == []
    [mail] = await remind(EVENING)
    assert mail.to == "siti@kuis.example"
    assert mail.subject == "Kartu untuk diulang hari ini: 1"
    assert "https://kuis.example/reviews" in mail.text
    assert mail.unsubscribe == resources.unsubscribe(siti, "email_reminders")
    assert await remind(EVENING + timedelta(minutes=15)) == []
    [next_mail] = await remind(EVENING + timedelta(days=1))
    assert next_mail.message_id != mail.message_id

    await SendReviewReminder(siti, EVENING.date() + timedelta(days=1)).run(resources, 1)
    assert outbox.mails[-1] == next_mail, "a job that runs twice sends the same mail"
    await SendReviewReminder(siti, EVENING.date()).run(resources, 1)
    assert len(outbox.mails) == 2, "the day is over"
    async with session_factory.begin() as db:
        await user_preferences.save(db, Someone(siti), {"email_reminders": False})
    await SendReviewReminder(siti, EVENING.date() + timedelta(days=1)).run(resources, 1)
    assert len(outbox.mails) == 2, "unsubscribed meanwhile"
