"""Makes one-time links for tests, without a mail."""

from uuid import UUID

from uuid_utils.compat import uuid7

from persistence.database import SessionFactory
from persistence.models import LinkPurpose
from persistence.repositories import one_time_links
from server.auth.one_time_links import HANDED_OVER_FOR, OneTimeLinks
from tests.conftest import SECRET_KEY


async def link_token(
    session_factory: SessionFactory,
    user_id: UUID,
    purpose: LinkPurpose = "reset_password",
    *,
    email: str | None = None,
) -> str:
    link_id = uuid7()
    async with session_factory.begin() as db:
        await one_time_links.add(db, link_id, user_id, purpose, HANDED_OVER_FOR, email=email)
    return OneTimeLinks(SECRET_KEY).token(link_id)
