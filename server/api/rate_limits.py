"""Guards that count requests against a rate limit before their bodies are read."""

from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from server.auth.request_identity import Connection
from server.client_address import address_of
from server.limits import AUTH_REQUESTS_FROM_ADDRESS, Limit, Limits, LocalLimits


def limited_by_account(limit: Limit) -> Guard:
    """A guard that counts the requests of each account. It belongs after one for sign-ins."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        limits: Limits = connection.app.state.limits
        await limits.hit(limit, str(connection.user.user_id))

    return guard


def limited_in_process(limit: Limit) -> Guard:
    """A guard that counts the requests of each user without Redis. It belongs after `signed_in`."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        limits: LocalLimits = connection.app.state.local_limits
        limits.hit(limit, str(connection.user.user_id))

    return guard


async def limited_by_address(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard that counts the requests about accounts from each address."""
    limits: Limits = connection.app.state.limits
    await limits.hit(AUTH_REQUESTS_FROM_ADDRESS, address_of(connection.scope))
