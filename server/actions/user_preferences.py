"""Changes a user's own preferences, which takes effect in all processes at once."""

from collections.abc import Mapping

from game.errors import Invalid
from game.rules.user_preferences import Preferences, check_time_zone
from persistence.database import SessionFactory
from persistence.models import UserPreferences
from persistence.repositories import user_preferences, users
from server.auth.account_cache import AccountCache
from server.auth.sign_ins import SignedIn
from server.jobs.cards import RebuildCards
from server.jobs.job import enqueue
from server.jobs.users import PublishAccount
from server.limits import SWITCHES_OF_LEARNER, Limits


async def change_preferences(
    session_factory: SessionFactory,
    accounts: AccountCache,
    limits: Limits,
    viewer: SignedIn,
    changes: Mapping[str, object],
) -> UserPreferences:
    """Store the changes.

    Raises:
        Invalid: `invalid`, with a detail for each wrong field.
        RateLimited: the scheduler was switched too often.
    """
    zone = changes.get("time_zone")
    if wrong := check_time_zone(zone if isinstance(zone, str) else None):
        raise Invalid("invalid", "Something in the request is wrong.", wrong)
    async with session_factory.begin() as db:
        before = await user_preferences.get(db, viewer) or Preferences()
        is_switch = changes.get("scheduler", before.scheduler) != before.scheduler
        if is_switch:
            await limits.hit(SWITCHES_OF_LEARNER, str(viewer.user_id))
        preferences = await user_preferences.save(db, viewer, changes)
        user = await users.own(db, viewer)
        await enqueue(db, PublishAccount(viewer.user_id))
        if is_switch:
            await enqueue(db, RebuildCards(viewer.user_id))
    if user is not None:
        await accounts.changed(user)
    return preferences
