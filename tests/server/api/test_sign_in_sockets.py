"""Whatever ends a sign-in over HTTP ends its sockets; the others of the account go on."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from server.live.error_codes import CloseCode
from tests.conftest import RunningServer
from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher

EMAIL = "sari@school.example"

End = Callable[[httpx.AsyncClient, httpx.AsyncClient], Awaitable[httpx.Response]]
"""By the sign-in that goes on, or by the one that ends."""


async def sign_out(_: httpx.AsyncClient, ending: httpx.AsyncClient) -> httpx.Response:
    return await ending.post("/api/auth/logout")


async def revoke(going_on: httpx.AsyncClient, _: httpx.AsyncClient) -> httpx.Response:
    listed = (await going_on.get("/api/auth/sessions")).json()["items"]
    other = next(item["id"] for item in listed if not item["current"])
    return await going_on.delete(f"/api/auth/sessions/{other}")


async def revoke_others(going_on: httpx.AsyncClient, _: httpx.AsyncClient) -> httpx.Response:
    return await going_on.post("/api/auth/sessions/revoke-others")


async def change_password(going_on: httpx.AsyncClient, _: httpx.AsyncClient) -> httpx.Response:
    change = {"current_password": PASSWORD, "new_password": "battery staple correct"}
    return await going_on.post("/api/auth/password", json=change)


@pytest.fixture
async def teacher(server: RunningServer) -> AsyncIterator[Teacher]:
    """With an open room and one sign-in; that of the registration has ended."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        teacher = Teacher(http, server.ws_url)
        await teacher.register(EMAIL)
        await revoke_others(http, http)
        await teacher.open(await teacher.write(ALL_KINDS[:1]))
        yield teacher
        await teacher.leave()


@pytest.mark.parametrize("end", [sign_out, revoke, revoke_others, change_password])
async def test_sockets_end_with_their_sign_in(
    server: RunningServer, teacher: Teacher, end: End
) -> None:
    host, guest = await teacher.host(), await teacher.player("Guest")
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as ending:
        signed_in = await ending.post(
            "/api/auth/login", json={"email": EMAIL, "password": PASSWORD}
        )
        other = await teacher.connect(signed_in.raise_for_status().json()["token"])
        await other.send("host")
        await other.hears("welcome", role="host")
        assert (await end(teacher.http, ending)).is_success
        assert await other.closed() == CloseCode.NOT_SIGNED_IN
    await host.quiet()
    await guest.quiet()
