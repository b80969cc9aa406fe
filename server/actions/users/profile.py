"""Changes a user's own profile, which takes effect in all processes at once."""

from collections.abc import Mapping

from game.errors import NotFound
from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users
from server.auth.account_cache import AccountCache
from server.auth.sign_ins import SignedIn
from server.jobs.job import enqueue
from server.jobs.users import PublishAccount


async def change_profile(
    session_factory: SessionFactory,
    accounts: AccountCache,
    viewer: SignedIn,
    changes: Mapping[str, object],
) -> User:
    """Store the changes.

    Raises:
        NotFound: `not_found`, the account has been removed since.
    """
    async with session_factory.begin() as db:
        user = await users.change_profile(db, viewer, changes)
        if user is None:
            raise NotFound("not_found", "There is no such account any more.")
        await enqueue(db, PublishAccount(user.id))
    await accounts.changed(user)
    return user
