"""Sessions over HTTP: reading them, tickets for hosts, ending them, also during outages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from game.live.rooms import Rooms
from game.rules.rooms import Start
from server.app import create_app
from server.auth.tickets import Tickets
from server.live.service import LiveService
from server.settings import Settings
from tests.server.api.conftest import Person, connect, faults, problem
from tests.server.api.quiz_samples import write
from tests.server.api.test_rooms import open_room


@pytest.fixture
def rooms(app: Litestar) -> Rooms:
    live: LiveService = app.state.live
    return live.rooms


async def test_a_session_is_shown_to_its_host(teacher: Person) -> None:
    quiz = await write(teacher)
    opened = (await open_room(teacher, quiz, lead_in_ms=0)).json()
    path = f"/api/sessions/{opened['id']}"
    shown = (await teacher.client.get(path)).json()
    assert shown["code"] == opened["code"]
    assert shown["quiz_id"] == quiz["id"]
    assert (shown["phase"], shown["questions"]) == ("lobby", 1)
    assert shown["settings"]["lead_in_ms"] == 0
    listed = (await teacher.client.get("/api/sessions")).json()
    assert [item["id"] for item in listed["items"]] == [opened["id"]]
    assert (listed["items"][0]["players"], listed["items"][0]["phase"]) == (0, "lobby")


async def test_sessions_are_listed_by_quiz_and_by_page(teacher: Person) -> None:
    quizzes = [await write(teacher), await write(teacher)]
    ids = [(await open_room(teacher, quiz)).json()["id"] for quiz in (*quizzes, quizzes[0])]

    async def listed(query: str) -> list[str]:
        page = (await teacher.client.get(f"/api/sessions?{query}")).json()
        return [item["id"] for item in page["items"]]

    assert await listed("") == ids[::-1]
    assert await listed(f"quiz_id={quizzes[0]['id']}") == [ids[2], ids[0]]
    assert await listed("page=2&page_size=2") == [ids[0]]
    assert faults(await teacher.client.get("/api/sessions?quiz_id=x")) == {"quiz_id": "invalid"}


async def test_others_sessions_do_not_exist(
    client: httpx.AsyncClient, teacher: Person, other_teacher: Person, student: Person
) -> None:
    opened = (await open_room(teacher, await write(teacher))).json()
    path = f"/api/sessions/{opened['id']}"
    for method, rest in (("GET", ""), ("POST", "/ticket"), ("POST", "/end"), ("GET", "/results")):
        refused = await other_teacher.client.request(method, path + rest)
        assert problem(refused) == (404, "no_such_session")
        assert problem(await client.request(method, path + rest)) == (401, "not_signed_in")
    assert problem(await student.client.get(path)) == (403, "teachers_only")
    assert problem(await student.client.post(f"{path}/end")) == (403, "teachers_only")
    assert problem(await student.client.get(f"{path}/results")) == (404, "no_such_session")
    assert problem(await teacher.client.get(f"/api/sessions/{uuid4()}")) == (
        404,
        "no_such_session",
    )


async def test_a_ticket_is_good_once_and_for_its_session(teacher: Person, redis: Redis) -> None:
    opened = (await open_room(teacher, await write(teacher))).json()
    path, tickets = f"/api/sessions/{opened['id']}/ticket", Tickets(redis)
    ticket = (await teacher.client.post(path)).json()["ticket"]
    holder = await tickets.redeem(ticket, opened["id"])
    assert holder is not None
    assert holder.user_id == teacher.id
    assert await tickets.redeem(ticket, opened["id"]) is None
    other = (await teacher.client.post(path)).json()["ticket"]
    assert await tickets.redeem(other, str(uuid4())) is None
    assert await tickets.redeem("made up", opened["id"]) is None


async def test_ending_finishes_the_room_and_may_be_repeated(teacher: Person, rooms: Rooms) -> None:
    opened = (await open_room(teacher, await write(teacher), lead_in_ms=0)).json()
    await rooms.command(opened["id"], Start())
    for _ in range(2):
        ended = await teacher.client.post(f"/api/sessions/{opened['id']}/end")
        assert ended.status_code == 204
    assert (await rooms.summary(opened["id"])).phase.value == "finished"


async def test_a_session_whose_room_is_lost_can_be_ended(teacher: Person, redis: Redis) -> None:
    opened = (await open_room(teacher, await write(teacher))).json()
    async for key in redis.scan_iter(match=f"*{opened['id']}*"):
        await redis.delete(key)
    ended = await teacher.client.post(f"/api/sessions/{opened['id']}/end")
    assert ended.status_code == 204
    shown = (await teacher.client.get(f"/api/sessions/{opened['id']}")).json()
    assert shown["phase"] == "finished"


async def refuse_to_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As a PostgreSQL does that starts or stops; the request for TLS before it is declined."""
    for answer in (b"N", _starting()):
        length = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(length - 4)
        writer.write(answer)
    writer.close()


def _starting() -> bytes:
    said = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
    return b"E" + (len(said) + 4).to_bytes(4, "big") + said


@pytest.fixture(params=["gone", "starting"])
async def postgresql_away(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a PostgreSQL that cannot be used now."""
    if request.param == "gone":
        yield "postgresql+asyncpg://nobody:nothing@127.0.0.1:9/nothing"
        return
    async with await asyncio.start_server(refuse_to_connect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"postgresql+asyncpg://nobody:nothing@127.0.0.1:{port}/nothing"


async def test_hosting_goes_on_while_postgresql_is_away(
    teacher: Person,
    other_teacher: Person,
    settings: Settings,
    rooms: Rooms,
    postgresql_away: str,
) -> None:
    @contextlib.asynccontextmanager
    async def without_postgresql(person: Person) -> AsyncIterator[httpx.AsyncClient]:
        """A client of an application on the same Redis."""
        app = create_app(msgspec.structs.replace(settings, database_url=postgresql_away))
        headers = {"Authorization": f"Bearer {person.token}"}
        async with app.lifespan(), connect(app, headers=headers) as client:
            yield client

    opened = (await open_room(teacher, await write(teacher), lead_in_ms=0)).json()
    path = f"/api/sessions/{opened['id']}"
    async with without_postgresql(teacher) as client:
        assert (await client.get(f"/api/rooms/{opened['code']}")).status_code == 200
        assert (await client.get(path)).json()["code"] == opened["code"]
        assert "ticket" in (await client.post(f"{path}/ticket")).json()
        await rooms.command(opened["id"], Start())
        assert (await client.get(path)).json()["phase"] == "running"
        assert problem(await client.post(f"{path}/end")) == (503, "unavailable")
        for away in ("/api/quizzes", "/api/me", "/api/sessions", f"{path}/results"):
            assert problem(await client.get(away)) == (503, "unavailable")
        assert problem(await client.get(f"/api/sessions/{uuid4()}")) == (503, "unavailable")
    async with without_postgresql(other_teacher) as client:
        assert problem(await client.get(path)) == (404, "no_such_session")


async def test_without_redis_nobody_is_signed_in_nor_signed_out(settings: Settings) -> None:
    app = create_app(msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:9"))
    async with app.lifespan(), connect(app, headers={"Authorization": "Bearer x"}) as client:
        for path in ("/api/me", "/api/quizzes", "/api/rooms/ABCDEF"):
            assert problem(await client.get(path)) == (503, "unavailable")
        login = {"email": "a@kuis.example", "password": "x" * 8}
        refused = await client.post("/api/auth/login", json=login)
        assert problem(refused) == (503, "unavailable")
        assert refused.headers["retry-after"]
