"""Security events are kept, and administrators can read them."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from game.errors import Invalid
from persistence.database import SessionFactory
from persistence.models import AuditEvent
from persistence.repositories import audit_events, one_time_links
from server.actions.audit_events import MAX_ROWS, ROWS_OF_SOURCE, AuditTrail, record_in
from server.actions.users.create import create_user
from server.actions.users.manage import UserManager
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.connection_limiter import ConnectionLimiter
from server.jobs.audit_events import PruneAuditEvents
from server.serve import web
from server.settings import Settings
from tests.conftest import SECRET_KEY
from tests.persistence.locks import until_it_waits
from tests.server.api.conftest import Person, SignUp, faults, problem
from tests.server.api.quiz_samples import write
from tests.server.api.test_users import EMAIL, PASSWORD, bearer, register, sign_in
from tests.server.jobs.running import resources_on

TERMINATE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
ADDRESS = "127.0.0.1"


@pytest.fixture(scope="module", autouse=True)
def nothing_stored_by_itself() -> Iterator[None]:
    """Otherwise equal events become two rows if the time to store them comes between them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.actions.audit_events.STORE_EVERY_S", 3600)
        yield


@pytest.fixture
async def admin(sign_up: SignUp) -> Person:
    return await sign_up("super_admin")


@pytest.fixture
def trail(app: Litestar) -> AuditTrail:
    audit: AuditTrail = app.state.audit
    return audit


@pytest.fixture
def manager(app: Litestar, session_factory: SessionFactory) -> UserManager:
    links = OneTimeLinks(SECRET_KEY)
    return UserManager(session_factory, app.state.sign_ins, Passwords(), links)


async def listed(trail: AuditTrail, admin: Person, query: str = "") -> list[dict[str, Any]]:
    await trail.store()
    response = await admin.client.get(f"/api/audit-events?{query}")
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_failed_sign_ins_are_counted_by_account_and_address(
    client: httpx.AsyncClient, trail: AuditTrail, admin: Person
) -> None:
    account = (await register(client)).json()["user"]["id"]
    client.cookies.clear()
    for _ in range(3):
        await sign_in(client, "wrong horse")
    await client.post("/api/auth/login", json={"email": "no@kuis.example", "password": "x"})
    unknown, known = await listed(trail, admin, "kind=sign_in_failed")
    assert (known["account_id"], known["address"], known["count"]) == (account, ADDRESS, 3)
    assert (unknown["account_id"], unknown["count"]) == (None, 1)
    assert "wrong horse" not in repr(known)


async def test_accounts_are_named_as_long_as_they_exist(
    trail: AuditTrail, admin: Person, teacher: Person, manager: UserManager
) -> None:
    removed = uuid4()
    trail.record("sign_in_failed", account_id=removed, address=ADDRESS)
    trail.record("results_exported", actor_id=teacher.id, address=ADDRESS)
    await manager.set_active(teacher.email, is_active=False)
    by_teacher = await listed(trail, admin, f"email={teacher.email.upper()}")
    assert {event["kind"] for event in by_teacher} == {"results_exported", "account_deactivated"}
    (exported,) = (event for event in by_teacher if event["kind"] == "results_exported")
    assert (exported["account"], exported["actor"]["email"]) == (None, teacher.email)
    assert not exported["actor"]["is_active"]
    (failed,) = await listed(trail, admin, "kind=sign_in_failed")
    assert (failed["account_id"], failed["account"]) == (str(removed), None)
    assert await listed(trail, admin, "email=nobody@kuis.example") == []
    assert (await admin.client.get("/api/audit-events?email=%00")).status_code < 500


async def test_a_changed_password_is_recorded(
    client: httpx.AsyncClient, trail: AuditTrail, admin: Person
) -> None:
    registered = await register(client)
    client.cookies.clear()
    change = {"current_password": PASSWORD, "new_password": "battery staple"}
    await client.post("/api/auth/password", json=change, headers=bearer(registered))
    (event,) = await listed(trail, admin, f"account_id={registered.json()['user']['id']}")
    assert (event["kind"], event["address"]) == ("password_changed", ADDRESS)


async def test_exports_and_deletions_are_recorded(
    teacher: Person, trail: AuditTrail, admin: Person
) -> None:
    quiz = await write(teacher)
    room = (await teacher.client.post(f"/api/quizzes/{quiz['id']}/sessions")).json()["id"]
    for file in ("results.csv?table=answers", "results.xlsx"):
        assert (await teacher.client.get(f"/api/sessions/{room}/{file}")).status_code == 200
    await teacher.client.post(f"/api/sessions/{room}/end")
    purge = f"/api/quizzes/{quiz['id']}?purge=true"
    assert problem(await teacher.client.delete(purge))[0] == 409
    (workbook, table) = await listed(trail, admin, "kind=results_exported")
    assert table["details"] == {"session": room, "file": "answers.csv"}
    assert workbook["details"] == {"session": room, "file": "xlsx"}
    assert {table["actor_id"], workbook["actor_id"]} == {str(teacher.id)}
    assert await listed(trail, admin, "kind=quiz_deleted") == []
    unplayed = await write(teacher, title="Unplayed")
    await teacher.client.delete(f"/api/quizzes/{unplayed['id']}?purge=true")
    (event,) = await listed(trail, admin, "kind=quiz_deleted")
    assert (event["actor_id"], event["details"]) == (str(teacher.id), {"quiz": unplayed["id"]})


async def test_an_administrator_that_a_command_makes_is_recorded(
    trail: AuditTrail, admin: Person, session_factory: SessionFactory
) -> None:
    made = await create_user(session_factory, EMAIL, PASSWORD, "The Admin", "super_admin")
    (event,) = await listed(trail, admin)
    assert (event["kind"], event["account_id"]) == ("account_created", str(made.id))


def test_only_what_strangers_cause_is_a_warning(session_factory: SessionFactory) -> None:
    trail = AuditTrail(session_factory)
    with capture_logs() as logs:
        trail.record("results_exported", actor_id=uuid4(), file="answers.csv")
        trail.record("sign_in_failed", address=ADDRESS)
    assert [line["log_level"] for line in logs] == ["info", "warning"]


class Undone(Exception):  # noqa: N818  # it stands for any
    pass


async def test_what_a_transaction_does_is_logged_once_it_is_certain(
    session_factory: SessionFactory,
) -> None:
    account = uuid4()
    with capture_logs() as logs:
        with suppress(Undone):
            async with session_factory.begin() as db:
                await record_in(db, "password_changed", account_id=account)
                raise Undone
        assert logs == []
        async with session_factory.begin() as db:
            await record_in(db, "password_link_made", account_id=account)
            assert logs == []
    assert [log["event"] for log in logs] == ["password_link_made"]


async def test_a_password_that_a_link_does_not_set_is_not_logged_as_changed(
    teacher: Person, manager: UserManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has used the link at the same moment."""
    token = await manager.make_password_link(teacher.email)

    async def late(*_: object) -> bool:
        return False

    monkeypatch.setattr(one_time_links, "use", late)
    with capture_logs() as logs, pytest.raises(Invalid):
        await manager.reset_password(token, "battery staple correct", ADDRESS)
    assert [log["event"] for log in logs if log["event"] == "password_changed"] == []


async def test_a_link_that_was_not_made_is_not_recorded(
    trail: AuditTrail,
    admin: Person,
    teacher: Person,
    manager: UserManager,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(*_: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(one_time_links, "add", fails)
    with pytest.raises(ConnectionError):
        await manager.make_password_link(teacher.email)
    assert await listed(trail, admin, "kind=password_link_made") == []


class Link:
    def cut_off(self) -> None:
        pass


async def test_descriptors_that_ran_out_are_recorded(
    app: Litestar, settings: Settings, trail: AuditTrail, admin: Person
) -> None:
    http: Any = web.configure(app, settings).http  # Any: uvicorn takes a class or a name
    limiter: ConnectionLimiter = http.keywords["limiter"]
    for _ in range(2):
        limiter.accept(Link(), 1_000_000_000, ADDRESS)
    (event,) = await listed(trail, admin)
    assert (event["kind"], event["address"], event["count"]) == (
        "descriptors_exhausted",
        ADDRESS,
        1,
    )


async def test_only_administrators_read_the_trail(
    client: httpx.AsyncClient, teacher: Person, student: Person, admin: Person
) -> None:
    assert problem(await client.get("/api/audit-events")) == (401, "not_signed_in")
    for person in (teacher, student):
        refused = await person.client.get("/api/audit-events")
        assert problem(refused) == (403, "administrators_only")
    assert faults(await admin.client.get("/api/audit-events?kind=nonsense")) == {
        "kind": "unknown_value"
    }


async def test_strangers_cannot_fill_the_table(trail: AuditTrail, admin: Person) -> None:
    for host in range(2 * MAX_ROWS):
        for number in range(2 * ROWS_OF_SOURCE):
            trail.record("sign_in_failed", address=f"192.0.2.{host}", try_=number)
    rows = [
        *await listed(trail, admin, "page_size=100"),
        *await listed(trail, admin, "page=2&page_size=100"),
    ]
    assert len(rows) <= MAX_ROWS + 1
    assert sum(row["count"] for row in rows) == 2 * MAX_ROWS * 2 * ROWS_OF_SOURCE


async def test_nothing_is_lost_and_nobody_waits_while_postgresql_is_away(
    client: httpx.AsyncClient,
    trail: AuditTrail,
    admin: Person,
    database: AsyncEngine,
) -> None:
    async with database.begin() as connection:
        await connection.execute(text("LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"))
        assert (await sign_in(client, "wrong horse")).status_code == 401
        storing = asyncio.create_task(trail.store())
        await until_it_waits(connection)
        await connection.execute(TERMINATE)
        await storing
    (event,) = await listed(trail, admin, "kind=sign_in_failed")
    assert event["count"] == 1


async def test_nothing_is_lost_if_the_trail_is_stopped_while_it_stores(
    session_factory: SessionFactory,
    database: AsyncEngine,
    admin: Person,
    trail: AuditTrail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.actions.audit_events.STORE_EVERY_S", 0)
    stopped = AuditTrail(session_factory)
    stopped.record("sign_in_failed", address=ADDRESS)
    async with database.begin() as connection:
        await connection.execute(text("LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"))
        stopped.start()
        await until_it_waits(connection)
        stopping = asyncio.create_task(stopped.stop())
        await asyncio.sleep(0)
    await stopping
    assert len(await listed(trail, admin, "kind=sign_in_failed")) == 1


async def test_old_rows_and_too_many_of_strangers_are_removed(
    redis: Redis,
    session_factory: SessionFactory,
    trail: AuditTrail,
    admin: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.jobs.audit_events.MAX_STRANGERS_ROWS", 2)
    now = datetime.now(UTC)
    async with session_factory.begin() as db:
        rows = [
            AuditEvent(kind=kind, created_at=now - timedelta(days=days))
            for kind, days in (
                ("role_changed", 366),
                ("role_changed", 300),
                ("sign_in_failed", 3),
                ("sign_in_failed", 2),
                ("sign_in_failed", 1),
            )
        ]
        await audit_events.add(db, rows)
    await PruneAuditEvents().run(resources_on(session_factory, redis), 1)
    kinds = [event["kind"] for event in await listed(trail, admin)]
    assert kinds == ["sign_in_failed", "sign_in_failed", "role_changed"]
