"""People change their own profile and preferences, in force in all processes at once."""

from collections.abc import Mapping

from game.errors import Invalid, NotFound
from game.rules.user_preferences import check_time_zone
from persistence.database import SessionFactory
from persistence.models import User, UserPreferences
from persistence.repositories import user_preferences, users
from server.auth.account_cache import AccountCache
from server.auth.sign_ins import SignedIn


async def change_profile(
    session_factory: SessionFactory,
    accounts: AccountCache,
    viewer: SignedIn,
    changes: Mapping[str, object],
) -> User:
    """Raises NotFound, `not_found`, when the account was removed meanwhile."""
    async with session_factory.begin() as db:
        user = await users.change_profile(db, viewer, changes)
    if user is None:
        raise NotFound("not_found", "There is no such account any more.")
    await accounts.changed(user)
    return user


async def change_preferences(
    session_factory: SessionFactory,
    accounts: AccountCache,
    viewer: SignedIn,
    changes: Mapping[str, object],
) -> UserPreferences:
    """Raises Invalid, `invalid`, with what is wrong by field."""
    zone = changes.get("time_zone")
    if wrong := check_time_zone(zone if isinstance(zone, str) else None):
        raise Invalid("invalid", "Something in the request is not as it should be.", wrong)
    async with session_factory.begin() as db:
        preferences = await user_preferences.save(db, viewer, changes)
        user = await users.get(db, viewer.user_id)
    if user is not None:
        await accounts.changed(user)
    return preferences
