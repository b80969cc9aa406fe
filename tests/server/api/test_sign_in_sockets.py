"""Sockets are closed when their sign-in ends or their account loses its role, and only then."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from redis.asyncio import Redis

from persistence.database import SessionFactory
from server.actions.users.manage import UserManager
from server.auth.account_cache import AccountCache
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignIns
from server.client.addresses import room_address
from server.live.error_codes import CloseCode
from server.settings import Settings
from tests.conftest import SECRET_KEY, RunningServer
from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher
from tests.server.live.client import Client

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


@pytest.fixture
def second(serve: Callable[[Settings], RunningServer], settings: Settings) -> RunningServer:
    """Another web process."""
    return serve(settings)


@pytest.fixture
def manager(redis: Redis, session_factory: SessionFactory) -> UserManager:
    """As a command has it, in a process of its own."""
    sign_ins = SignIns(redis, SECRET_KEY, AccountCache(redis, session_factory))
    return UserManager(session_factory, sign_ins, Passwords(), OneTimeLinks(SECRET_KEY))


@pytest.mark.parametrize("end", [sign_out, revoke, revoke_others, change_password])
async def test_sockets_end_with_their_sign_in(
    server: RunningServer, teacher: Teacher, end: End
) -> None:
    host, guest = await teacher.host(), await teacher.player("Guest")
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as ending:
        signed_in = await ending.post(
            "/api/auth/login", json={"email": EMAIL, "password": PASSWORD}
        )
        other = await teacher.host(signed_in.raise_for_status().json()["token"])
        assert (await end(teacher.http, ending)).is_success
        assert await other.closed() == CloseCode.NOT_SIGNED_IN
    await host.quiet()
    await guest.quiet()


async def lose_role(manager: UserManager) -> None:
    await manager.set_role(EMAIL, "student")


async def lose_account(manager: UserManager) -> None:
    await manager.set_active(EMAIL, is_active=False)


@pytest.mark.parametrize(
    ("lose", "status", "code"),
    [(lose_role, 403, CloseCode.NOT_HOST), (lose_account, 401, CloseCode.NOT_SIGNED_IN)],
)
async def test_what_an_account_may_not_do_any_more_ends_in_all_processes(  # noqa: PLR0913, PLR0917  # fixtures
    server: RunningServer,
    second: RunningServer,
    teacher: Teacher,
    manager: UserManager,
    lose: Callable[[UserManager], Awaitable[None]],
    status: int,
    code: CloseCode,
) -> None:
    """Over HTTP and on open sockets, for the host of an open room; its players go on."""
    guest = await teacher.player("Guest")
    hosts = [await hosting(teacher, process) for process in (server, second)]
    await lose(manager)
    for process, host in zip((server, second), hosts, strict=True):
        assert await host.closed() == CloseCode.NOT_SIGNED_IN
        assert (await ask(teacher, process)).status_code == status
        again = await Client.connect(room_address(process.url, teacher.code), teacher.token)
        await again.send("host")
        assert await again.closed() == code
    await guest.quiet()


async def hosting(teacher: Teacher, process: RunningServer) -> Client:
    """Signed in at this process, which then knows the account."""
    (await ask(teacher, process)).raise_for_status()
    host = await Client.connect(room_address(process.url, teacher.code), teacher.token)
    await host.send("host")
    await host.hears("welcome", role="host")
    return host


async def ask(teacher: Teacher, process: RunningServer) -> httpx.Response:
    return await teacher.http.get(f"{process.url}/api/sessions/{teacher.session}")
