"""Queries of users' preferences."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.user_preferences import Preferences
from persistence.models import UserPreferences
from persistence.repositories.viewers import USER_PREFERENCES, Viewer


async def get(session: AsyncSession, viewer: Viewer) -> UserPreferences | None:
    """The viewer's preferences; None if they have never changed any."""
    own = USER_PREFERENCES.visible_to(viewer)
    return await session.scalar(select(UserPreferences).where(own))


async def save(
    session: AsyncSession, viewer: Viewer, changes: Mapping[str, object]
) -> UserPreferences:
    """Change these fields. A first row has the defaults of `Preferences()` in the others."""
    chosen = {**msgspec.structs.asdict(Preferences()), **changes}
    statement = (
        insert(UserPreferences)
        .values(user_id=viewer.user_id, **chosen)
        .on_conflict_do_update(
            index_elements=[UserPreferences.user_id],
            set_={**changes, "updated_at": func.clock_timestamp()},
        )
        .returning(UserPreferences)
    )
    fresh = {"populate_existing": True}  # the row may have been read before
    return (await session.scalars(statement, execution_options=fresh)).one()
