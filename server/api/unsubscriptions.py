"""Ends the mails of one kind by the link that each of them has, without signing in."""

from typing import Annotated
from uuid import UUID

from litestar import post
from litestar.params import FromPath, FromQuery, PathParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Invalid
from persistence.repositories import user_preferences, users
from persistence.repositories.viewers import Account
from server.api.dependencies import Db, UnsubscribeLinks
from server.api.openapi import problems
from server.api.rate_limits import limited_by_address
from server.auth.unsubscribe_links import TOKEN_MAX, MailKind

UnsubscribeToken = Annotated[str, PathParameter(max_length=TOKEN_MAX)]


@post(
    "/unsubscribe/{token:str}",
    operation_id="unsubscribe",
    tags=["accounts"],
    guards=[limited_by_address],
    status_code=HTTP_204_NO_CONTENT,
    include_in_schema=True,
    responses=problems(422, 429),
)
async def unsubscribe(
    token: FromPath[UnsubscribeToken],
    db: Db,
    unsubscribe_links: UnsubscribeLinks,
    undo: FromQuery[bool] = False,  # noqa: FBT002  # Litestar passes it by name
) -> None:
    """End the mails of the kind that the token names. With `undo` they are sent again.

    Mail programs send this themselves as RFC 8058 says; what is in the body does not matter.
    `unsubscribe_link_invalid`.
    """
    opened = unsubscribe_links.opened(token)
    if opened is None:
        raise Invalid("unsubscribe_link_invalid", "This link is not complete. Copy all of it.")
    await _choose(db, *opened, is_wanted=undo)


async def _choose(db: AsyncSession, user_id: UUID, kind: MailKind, *, is_wanted: bool) -> None:
    user = await users.get(db, user_id)
    if user is not None:  # else there is nobody who could get mails
        await user_preferences.save(db, Account(user_id, user.role), {kind: is_wanted})
