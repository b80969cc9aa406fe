"""Sockets end with their sign-in, in every process, whoever ends it and whatever is lost."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from game.live.tasks import cancel_and_wait
from persistence.models import Role, User
from server.auth import account_cache
from server.auth.sign_ins import SignedIn, SignIns
from server.auth.tickets import Tickets
from server.live import sign_in_watch
from server.live.error_codes import CloseCode
from server.live.service import LiveService
from server.settings import Settings
from tests.conftest import RunningServer, sign_ins_on
from tests.server.live.conftest import Opening, Room


@pytest.fixture
def sign_ins(redis: Redis) -> SignIns:
    return sign_ins_on(redis)


async def change(
    sign_ins: SignIns, user_id: UUID, role: Role = "teacher", *, is_active: bool = True
) -> None:
    """As an administrator's command does after its commit."""
    user = User(
        id=user_id,
        role=role,
        full_name="Ibu Sari",
        is_active=is_active,
        updated_at=datetime.now(UTC),
    )
    await sign_ins.accounts.changed(user)


async def forget_silently(redis: Redis) -> None:
    """Every sign-in ends, and nobody is told."""
    async for key in redis.scan_iter(match="kuis:sign-in:*"):
        await redis.delete(key)


async def test_sockets_of_a_sign_in_end_with_it_in_all_processes(
    room: Room, second: RunningServer, sign_ins: SignIns
) -> None:
    other = await sign_ins.create(room.teacher, "teacher", "Ibu Sari")
    ended = [
        await room.host(),
        await room.at(second).host(),
        await room.connect(token=room.token),  # has not said who it is
    ]
    kept = [
        await room.host(other),
        await room.at(second).host(other),
        await room.player("Guest"),
        await room.projector(),
    ]
    revoked = await sign_ins.find(room.token)
    assert revoked is not None
    await sign_ins.revoke(room.teacher, revoked.sign_in_id)
    for client in ended:
        assert await client.closed() == CloseCode.NOT_SIGNED_IN
    for client in kept:
        await client.quiet()


async def test_a_changed_password_ends_the_sockets_of_all_other_sign_ins(
    room: Room, second: RunningServer, sign_ins: SignIns
) -> None:
    here = await sign_ins.create(room.teacher, "teacher", "Ibu Sari")
    kept, ended = await room.host(here), await room.at(second).host()
    own = await sign_ins.find(here)
    assert own is not None
    await sign_ins.revoke_all(room.teacher, but=own.sign_in_id)
    assert await ended.closed() == CloseCode.NOT_SIGNED_IN
    await kept.quiet()


async def test_a_closed_account_has_no_sockets_and_no_way_back(
    room: Room, second: RunningServer, sign_ins: SignIns
) -> None:
    user_id = uuid4()
    token = await sign_ins.create(user_id, "student", "Siti")
    host, guest = await room.host(), await room.player("Guest")
    siti = await room.at(second).player("Siti", token=token)
    await host.hears("lobby", players=2)
    await change(sign_ins, user_id, "student", is_active=False)
    assert await siti.closed() == CloseCode.NOT_SIGNED_IN
    await host.hears("lobby", players=1)
    again = await room.resumed(siti.token)
    assert await again.closed() == CloseCode.NOT_SIGNED_IN
    await guest.quiet()
    await host.quiet()


async def test_who_lost_the_role_hosts_no_more(
    room: Room, second: RunningServer, sign_ins: SignIns
) -> None:
    host = await room.at(second).host()
    await change(sign_ins, room.teacher, "student")
    assert await host.closed() == CloseCode.NOT_SIGNED_IN
    again = await room.connect(token=room.token)
    await again.send("host")
    assert await again.closed() == CloseCode.NOT_HOST


async def test_an_administrator_who_is_a_teacher_now_hosts_own_rooms_only(
    open_room: Opening, second: RunningServer, sign_ins: SignIns
) -> None:
    own, others = await open_room(), await open_room()
    since_before = await own.host()
    await change(sign_ins, own.teacher, "super_admin")
    host = await others.at(second).host(own.token)
    await since_before.quiet()
    await change(sign_ins, own.teacher, "teacher")
    assert await host.closed() == CloseCode.NOT_SIGNED_IN
    assert await since_before.closed() == CloseCode.NOT_SIGNED_IN
    again = await others.connect(token=own.token)
    await again.send("host")
    assert await again.closed() == CloseCode.NOT_HOST
    await (await own.at(second).host()).quiet()


async def test_another_role_ends_nothing_that_it_allows(
    room: Room, second: RunningServer, sign_ins: SignIns
) -> None:
    user_id = uuid4()
    siti = await room.at(second).player(
        "Siti", token=await sign_ins.create(user_id, "student", "Siti")
    )
    host = await room.host()
    projector = await room.connect(token=room.token)
    await projector.send("watch")
    await projector.hears("welcome")
    await change(sign_ins, user_id, "teacher")
    await change(sign_ins, room.teacher, "super_admin")
    ended = await room.at(second).host()
    await change(sign_ins, room.teacher, "student")
    assert await ended.closed() == CloseCode.NOT_SIGNED_IN
    assert await host.closed() == CloseCode.NOT_SIGNED_IN
    await projector.quiet()
    await siti.quiet()


async def test_a_change_while_a_socket_is_opened_is_noticed(
    room: Room, sign_ins: SignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it was read whose it is, and before the process knows the socket."""
    user_id = uuid4()
    token = await sign_ins.create(user_id, "student", "Siti")
    live: LiveService = room.server.app.state.live
    find, on_message = live.sign_ins.find, live.sign_in_watch.on_message
    heard = asyncio.Event()

    async def find_and_lose(token: str) -> SignedIn | None:
        found = await find(token)
        await change(live.sign_ins, user_id, "student", is_active=False)
        await heard.wait()
        return found

    def hear(data: bytes) -> None:
        on_message(data)
        heard.set()

    monkeypatch.setattr(live.sign_ins, "find", find_and_lose)
    monkeypatch.setattr(live.sign_in_watch, "on_message", hear)
    siti = await room.connect(token=token)
    assert await siti.closed() == CloseCode.NOT_SIGNED_IN


async def test_a_seat_is_more_than_its_sign_in(room: Room, sign_ins: SignIns) -> None:
    """The token of the seat brings a student back who has signed out meanwhile."""
    user_id = uuid4()
    token = await sign_ins.create(user_id, "student", "Siti")
    siti = await room.player("Siti", token=token)
    await sign_ins.revoke_all(user_id)
    assert await siti.closed() == CloseCode.NOT_SIGNED_IN
    again = await room.resumed(siti.token)
    await again.hears("welcome", player=siti.welcomed["player"])


async def test_a_host_is_checked_when_it_is_said(
    room: Room, redis: Redis, sign_ins: SignIns
) -> None:
    holder = await sign_ins.find(room.token)
    assert holder is not None
    client = await room.connect(token=room.token)
    ticket = await Tickets(redis).issue(room.session, holder)
    await forget_silently(redis)
    await client.send("host")
    assert await client.closed() == CloseCode.NOT_SIGNED_IN
    with_ticket = await room.connect()
    await with_ticket.send("host", ticket=ticket)
    assert await with_ticket.closed() == CloseCode.NOT_SIGNED_IN


async def test_a_host_by_ticket_ends_with_the_sign_in_that_it_came_from(
    room: Room, redis: Redis, sign_ins: SignIns
) -> None:
    holder = await sign_ins.find(room.token)
    assert holder is not None
    client = await room.connect()
    await client.send("host", ticket=await Tickets(redis).issue(room.session, holder))
    await client.hears("welcome", role="host")
    await sign_ins.revoke_all(room.teacher)
    assert await client.closed() == CloseCode.NOT_SIGNED_IN


async def test_what_was_told_while_the_channel_was_lost_is_found_when_it_is_back(
    room: Room, redis: Redis
) -> None:
    host = await room.host()
    await forget_silently(redis)
    await host.quiet()
    await redis.client_kill_filter(_type="pubsub")
    assert await host.closed() == CloseCode.NOT_SIGNED_IN


async def test_all_are_checked_from_time_to_time(  # noqa: PLR0913, PLR0917  # fixtures
    room: Room,
    redis: Redis,
    serve: Callable[[Settings], RunningServer],
    settings: Settings,
    sign_ins: SignIns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also while the channel names others all the time."""
    monkeypatch.setattr(sign_in_watch, "CHECK_EVERY_S", 0.3)
    host = await room.at(serve(settings)).host()
    await forget_silently(redis)

    async def name_others() -> None:
        while True:
            await sign_ins.accounts.announce(uuid4())
            await asyncio.sleep(0.01)

    others = asyncio.create_task(name_others())
    assert await host.closed() == CloseCode.NOT_SIGNED_IN
    await cancel_and_wait(others)


async def test_who_is_in_a_room_stays_while_postgresql_is_away(
    room: Room, second: RunningServer, sign_ins: SignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old what is known of the account is: these servers never had a PostgreSQL."""
    monkeypatch.setattr(account_cache, "FRESH_SECONDS", 0)
    user_id = uuid4()
    host = await room.host()
    siti = await room.at(second).player(
        "Siti", token=await sign_ins.create(user_id, "student", "Siti")
    )
    await sign_ins.accounts.announce(room.teacher)
    await sign_ins.accounts.announce(user_id)
    await host.quiet()
    await siti.quiet()
    await (await room.host()).quiet()
    await (await room.resumed(siti.token)).hears("welcome", player=siti.welcomed["player"])
