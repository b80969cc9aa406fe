"""Ends the mails of one kind by the link that each of them has, without signing in."""

import hmac
from typing import Annotated

from litestar import post
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK
from msgspec import Struct

from game.errors import Conflict, Invalid
from game.rules.user_preferences import Preferences
from persistence.repositories import user_preferences, users
from persistence.repositories.viewers import Account
from server.api.dependencies import Db, UnsubscribeLinks
from server.api.openapi import problems
from server.api.rate_limits import limited_by_address
from server.auth.unsubscribe_links import TOKEN_MAX

UnsubscribeToken = Annotated[str, PathParameter(max_length=TOKEN_MAX)]
UndoCode = Annotated[str, QueryParameter(max_length=TOKEN_MAX)]


class Unsubscribed(Struct, frozen=True):
    """`undo` takes back this press. It is null if nothing was ended, or nothing is left to undo."""

    undo: str | None


@post(
    "/unsubscribe/{token:str}",
    operation_id="unsubscribe",
    tags=["accounts"],
    guards=[limited_by_address],
    status_code=HTTP_200_OK,
    include_in_schema=True,
    responses=problems(409, 422, 429),
)
async def unsubscribe(
    token: FromPath[UnsubscribeToken],
    db: Db,
    unsubscribe_links: UnsubscribeLinks,
    undo: UndoCode = "",
) -> Unsubscribed:
    """End the mails of the kind that the token names. With the code of `undo` they are sent again.

    Mail programs send this themselves as RFC 8058 says; what is in the body does not matter.
    `unsubscribe_link_invalid`; `undo_too_late`: a preference was changed since.
    """
    opened = unsubscribe_links.opened(token)
    if opened is None:
        raise Invalid("unsubscribe_link_invalid", "This link is not complete. Copy all of it.")
    user_id, kind = opened
    user = await users.get(db, user_id)
    if user is None:
        return Unsubscribed(None)  # there is nobody who could get mails
    viewer, chosen = Account(user_id, user.role), user.preferences
    if undo:
        right = unsubscribe_links.undo_code(token, chosen.updated_at) if chosen else ""
        if not hmac.compare_digest(undo.encode(), right.encode()):
            raise Conflict("undo_too_late", "Choose your mails on your account page.")
        await user_preferences.save(db, viewer, {kind: True})
        return Unsubscribed(None)
    if not getattr(chosen or Preferences(), kind):
        return Unsubscribed(None)
    ended = await user_preferences.save(db, viewer, {kind: False})
    return Unsubscribed(unsubscribe_links.undo_code(token, ended.updated_at))
