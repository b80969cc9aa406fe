"""What people have chosen."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.user_preferences import Preferences
from persistence.models import UserPreferences
from persistence.repositories.viewers import USER_PREFERENCES, Viewer


async def get(session: AsyncSession, viewer: Viewer) -> UserPreferences | None:
    """None for somebody who has chosen nothing yet."""
    own = USER_PREFERENCES.visible_to(viewer)
    return await session.scalar(select(UserPreferences).where(own))


async def save(
    session: AsyncSession, viewer: Viewer, changes: Mapping[str, object]
) -> UserPreferences:
    """Change these fields; what was never chosen is as in `Preferences()`."""
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
    return (await session.scalars(statement)).one()
