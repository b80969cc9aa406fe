"""`kuis reports`, on the database of a server."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from click.testing import Result
from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.models import AuditEvent, Quiz
from persistence.repositories import quiz_reports, quizzes
from server.settings import Settings
from tests.persistence.samples import add_quiz, teacher
from tests.server.commands.test_commands import Run, run  # noqa: F401

Reports = Callable[..., Awaitable[Result]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


@pytest.fixture
def reports(run: Run, settings: Settings) -> Reports:  # noqa: F811  # the fixture
    async def reports(*words: str) -> Result:
        environ = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
        }
        return await asyncio.to_thread(run, "reports", *words, **environ)

    return reports


async def test_reports_are_listed_and_decided(
    reports: Reports, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as db:
        author, reporter = [await teacher(db, f"{name}@kuis.example") for name in ("ani", "budi")]
        first, quiz = [await add_quiz(db, author) for _ in range(2)]
        for published in (first, quiz):
            await quizzes.publish(db, published)
            await quiz_reports.add(
                db, published.id, reporter.user_id, reason="wrong", comment="Question 2"
            )
    listed = (await reports()).output.splitlines()
    assert len(listed) == 2
    assert f" wrong quiz={quiz.id} 'Geography' author='ani@kuis.example'" in listed[0]
    assert listed[0].endswith("by=budi@kuis.example 'Question 2'")
    report = listed[1].split()[2]
    assert (await reports("dismiss", report)).exit_code == 0
    assert (await reports("dismiss", report)).exit_code == 1
    assert (await reports("unpublish", str(quiz.id))).exit_code == 0
    assert (await reports()).output == ""
    async with session_factory() as db:
        assert (await db.scalars(select(Quiz.takedown_reason))).all().count("wrong") == 1
    assert (await reports("allow", str(quiz.id))).exit_code == 0
    async with session_factory() as db:
        assert set(await db.scalars(select(Quiz.takedown_reason))) == {None}
        left = await db.scalars(select(Quiz.id).where(Quiz.published_at.is_not(None)))
        assert left.all() == [first.id]
        events = await db.scalars(select(AuditEvent).order_by(AuditEvent.id))
        kinds = [(event.kind, event.actor_id) for event in events]
        assert kinds == [("quiz_unpublished", None), ("quiz_allowed", None)]
