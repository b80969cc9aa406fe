"""Whoever the host removes does not come back, until the host lets them."""

import secrets

import pytest
from redis.asyncio import Redis

from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from tests.server.live.client import Client
from tests.server.live.conftest import Opening, Room
from tests.server.live.test_joining import joined, signed_in


async def join_from(room: Room, device: str, nickname: str) -> Client:
    client = await room.connect()
    await client.send("join", nickname=nickname, device=device)
    return client


async def remove(host: Client, player: Client) -> None:
    await host.send("kick", player=player.id)
    assert await player.closed() == 4000


async def test_a_removed_guest_does_not_join_again_from_the_same_device(room: Room) -> None:
    """Others at the same address do: a class has one."""
    host, device = await room.host(), secrets.token_urlsafe()
    rude = await join_from(room, device, "Rude")
    await rude.hears("welcome")
    await remove(host, rude)
    again = await join_from(room, device, "Polite")
    assert (await again.hears("kicked"))["reason"]
    assert await again.closed() == 4000
    neighbour = await join_from(room, secrets.token_urlsafe(), "Neighbour")
    await neighbour.hears("welcome")
    await joined(room, None, "Without a device")


async def test_a_device_is_kept_out_of_one_room(open_room: Opening) -> None:
    room, other = await open_room(), await open_room()
    host, device = await room.host(), secrets.token_urlsafe()
    rude = await join_from(room, device, "Rude")
    await rude.hears("welcome")
    await remove(host, rude)
    await (await join_from(other, device, "Rude")).hears("welcome")


async def test_the_host_lets_a_removed_guest_join_again(room: Room) -> None:
    """Under the same name, as a new player. The way back of the old one stays closed."""
    host, device = await room.host(), secrets.token_urlsafe()
    rude = await join_from(room, device, "Rude")
    await rude.hears("welcome")
    await remove(host, rude)
    assert (await host.hears("removed"))["players"] == [{"id": rude.id, "nickname": "Rude"}]
    await host.send("readmit", player=rude.id)
    assert (await host.hears("removed"))["players"] == []
    again = await join_from(room, device, "Rude")
    await again.hears("welcome")
    assert again.id != rude.id
    resumed = await room.connect()
    await resumed.send("resume", token=rude.token)
    assert await resumed.closed() == 4000


async def test_the_host_lets_a_removed_student_join_again(room: Room, redis: Redis) -> None:
    token = await signed_in(redis, "student")
    host, siti = await room.host(), await joined(room, token, "Siti")
    await remove(host, siti)
    await host.send("readmit", player=siti.id)
    await host.hears("removed", players=[])
    again = await joined(room, token, "Siti")
    assert again.id != siti.id


async def test_only_the_host_is_told_who_was_removed(room: Room) -> None:
    host, projector = await room.host(), await room.projector()
    anna, budi = await room.player("Anna"), await room.player("Budi")
    await remove(host, anna)
    await host.hears("removed")
    fresh = await room.host()
    assert fresh.welcomed["room"]["removed"] == [{"id": anna.id, "nickname": "Anna"}]
    for other in (projector, budi):
        await other.quiet()
        assert "removed" not in {message["type"] for message in other.messages}
        assert "removed" not in other.welcomed["room"]


@pytest.mark.parametrize("who", ["nobody", "a player"])
async def test_who_was_not_removed_cannot_be_let_back_in(room: Room, who: str) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await host.send("readmit", player=anna.id if who == "a player" else who)
    await host.refused("bad_message", "readmit")


async def test_what_a_device_left_is_deleted_with_the_player(
    room: Room, rooms: Rooms, redis: Redis
) -> None:
    """Programs that come and go with ever new devices leave nothing behind."""
    at = RoomKeys(room.session)
    seat = await rooms.join(
        room.session, nickname="Ghost", user=None, team=None, connection="1", device="d" * 16
    )
    assert await redis.hlen(at.devices) == 1
    await rooms.leave(room.session, seat.player, "1")
    await redis.zadd(at.absent, {seat.player: 1})  # long ago
    await rooms.clear_absent(room.session)
    assert await redis.exists(at.devices) == 0
    assert await redis.ttl(at.room) > 0


async def test_the_keys_expire_with_the_room(room: Room, redis: Redis) -> None:
    host = await room.host()
    rude = await join_from(room, secrets.token_urlsafe(), "Rude")
    await rude.hears("welcome")
    await remove(host, rude)
    at = RoomKeys(room.session)
    assert 0 < await redis.ttl(at.devices) <= await redis.ttl(at.room)
    assert 0 < await redis.ttl(at.removed) <= await redis.ttl(at.room)
