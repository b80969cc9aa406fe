"""Preferences: one row per user, made by the first change, removed with the account."""

import msgspec
from sqlalchemy import delete, func, select

from game.rules.user_preferences import Preferences
from persistence.database import SessionFactory
from persistence.models import User, UserPreferences
from persistence.repositories import user_preferences
from tests.persistence.samples import teacher


async def test_the_first_choice_makes_a_row_and_later_ones_change_it(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        viewer = await teacher(session)
        assert await user_preferences.get(session, viewer) is None
        first = await user_preferences.save(session, viewer, {"theme": "dark"})
    async with session_factory.begin() as session:
        await user_preferences.save(session, viewer, {"daily_goal_minutes": 30})
    async with session_factory() as session:
        row = await user_preferences.get(session, viewer)
        assert row is not None
        chosen = msgspec.convert(row, Preferences, from_attributes=True)
        assert chosen == Preferences(theme="dark", daily_goal_minutes=30)
        assert row.id == first.id
        assert row.updated_at > first.updated_at


async def test_they_go_with_the_account(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        viewer = await teacher(session)
        await user_preferences.save(session, viewer, {"locale": "id"})
        await session.execute(delete(User))
        assert await session.scalar(select(func.count(UserPreferences.id))) == 0
