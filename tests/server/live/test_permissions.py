"""Every message is answered to each kind of viewer as tests/server/permissions.py declares."""

from datetime import UTC, datetime
from typing import get_args
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from persistence.models import Role, User
from server.auth.sign_ins import SignIns
from server.auth.tickets import Tickets
from server.live import asyncapi, protocol
from tests.conftest import sign_ins_on
from tests.server import permissions
from tests.server.live.client import Client
from tests.server.live.conftest import Opening, Room
from tests.tables import rows

FIRST = rows(permissions.FIRST_MESSAGES)
MESSAGES = rows(permissions.MESSAGES)
FIELDS: dict[str, dict[str, object]] = {
    "answer": {"question": 0, "response": "a"},
    "extend": {"seconds": 10},
    "join": {"nickname": "Another"},
    "kick": {"player": "nobody"},
    "ping": {"sent_at": 1},
    "readmit": {"player": "nobody"},
    "resume": {"token": "nobody's"},
    "show": {"view": "places"},
}
STRANGERS: dict[str, Role] = {
    "student": "student",
    "player": "student",
    "other": "teacher",
    "admin": "super_admin",
    "lowered": "super_admin",
}
"""Whose account is not the owner's, and the role with which it begins."""
CHANGED: dict[str, Role] = {"demoted": "student", "lowered": "teacher"}


@pytest.fixture
def sign_ins(redis: Redis) -> SignIns:
    return sign_ins_on(redis)


def names(union: object) -> set[str]:
    return {str(struct.__struct_config__.tag) for struct in get_args(union)}


def test_every_message_is_declared() -> None:
    assert {name.partition(",")[0] for name in FIRST} == names(protocol.Hello)
    assert MESSAGES.keys() == names(protocol.FromClient)
    [room] = asyncapi.document()["channels"].values()
    assert room["address"] == permissions.ROOM_SOCKET, "declare the new channel, too"


@pytest.mark.parametrize("viewer", FIRST["host"])
async def test_first_messages(
    open_room: Opening, redis: Redis, sign_ins: SignIns, viewer: str
) -> None:
    room = await open_room()
    guest = await room.player("Guest")
    holder = await sign_ins.find(room.token)
    assert holder is not None
    fields = FIELDS | {
        "resume": {"token": guest.token},
        "host, with an owner's ticket": {
            "ticket": await Tickets(redis).issue(room.session, holder)
        },
    }
    token = await token_of(viewer, room, sign_ins)
    got = {}
    for first in FIRST:
        client = await room.connect(token)
        await client.send(first.partition(",")[0], **fields.get(first, {}))
        got[first] = await outcome(client)
    assert got == {first: row[viewer] for first, row in FIRST.items()}


async def token_of(viewer: str, room: Room, sign_ins: SignIns) -> str | None:
    """The sign-in of such a viewer, whose account is from now on as the table says."""
    if viewer == "anonymous":
        return None
    user_id, token, before = room.teacher, room.token, "teacher"
    if viewer in STRANGERS:
        user_id, before = uuid4(), STRANGERS[viewer]
        token = await sign_ins.create(user_id, before, "Some Body")
    now = CHANGED.get(viewer, before)
    user = User(
        id=user_id,
        role=now,
        full_name="Some Body",
        is_active=viewer != "closed",
        updated_at=datetime.now(UTC),
    )
    await sign_ins.accounts.changed(user)
    return token


async def outcome(client: Client) -> str:
    try:
        await client.hears("welcome")
    except ConnectionClosed as closed:
        return str(closed.rcvd.code if closed.rcvd else None)
    return "in"


async def test_messages(room: Room) -> None:
    clients = {
        "nobody": await room.connect(),
        "player": await room.player("Anna"),
        "projector": await room.projector(),
        "host": await room.host(),
    }
    got: dict[str, dict[str, str]] = {name: {} for name in MESSAGES}
    for role, client in clients.items():
        asked = [name for name, row in MESSAGES.items() if row[role] != "-"]
        for name in asked:
            await client.send(name, **FIELDS.get(name, {}))
        refused = await refusals(client, asked[-1])
        for name, row in got.items():
            row[role] = refused.get(name, "yes") if name in asked else "-"
    assert got == MESSAGES


async def refusals(client: Client, last: str) -> dict[str, str]:
    """Which messages are not for this client; the last of those that it sent is not for anybody."""
    await client.hears("error", on=last)
    return {
        message["on"]: message["code"]
        for message in client.messages
        if message["type"] == "error" and message["code"] in ("not_joined", "not_allowed")
    }
