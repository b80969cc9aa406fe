"""Every HTTP route answers each kind of viewer as tests/server/permissions.py declares."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from unittest.mock import AsyncMock
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from game.rules.pictures import file_names
from persistence.base import Base
from persistence.database import SessionFactory
from server.actions import results
from server.actions.audit_events import AuditTrail
from server.providers.files import open_files
from server.settings import Settings
from tests.server import permissions
from tests.server.api.scenarios import PICTURE_ID, Scenarios
from tests.tables import rows

EXPECTED = {
    viewer: {route: cells[viewer] for route, cells in rows(table).items()}
    for table in (permissions.HTTP, permissions.COLLEAGUES)
    for viewer in next(iter(rows(table).values()))
}
"""By the kind of viewer: what each route answers."""
DIGESTS = text(
    " union all ".join(
        f"select '{name}' as name, md5(string_agg(row::text, '' order by row::text)) as digest"  # noqa: S608
        f" from {name} as row"
        for name in Base.metadata.tables
    )
)
"""What changes when anything in a table does."""
STORING = {"GET /api/cards/queue"}
"""What stores something of its viewer's own: with how many due cards the day began."""


class Ground:
    """What each request finds: a request that changes it is undone.

    All transactions of the application are savepoints within one, which can be rolled back.
    """

    def __init__(self, connection: AsyncConnection, redis: Redis) -> None:
        self._connection = connection
        self._redis = redis

    async def keep(self) -> None:
        """From now on, things are as they shall be."""
        self._keys = {key: await self._redis.dump(key) or b"" for key in await self._redis.keys()}
        await self._connection.execute(text("select"))  # begins
        self._savepoint = await self._connection.begin_nested()
        self._kept = await self._digests()

    async def changed(self) -> list[str]:
        """The tables that are not as they were."""
        digests = await self._digests()
        return [name for name, digest in digests.items() if digest != self._kept[name]]

    async def restore(self) -> None:
        await self._savepoint.rollback()
        self._savepoint = await self._connection.begin_nested()
        await self._redis.flushdb()
        for key, value in self._keys.items():
            await self._redis.restore(key, ttl=0, value=value)

    async def _digests(self) -> dict[str, str]:
        digests = await self._connection.execute(DIGESTS)
        return {row.name: row.digest for row in digests}


@pytest.fixture
async def scenarios(
    app: Litestar,
    session_factory: SessionFactory,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Scenarios]:
    # Exports are noted some seconds later, which would look like an effect of another request.
    monkeypatch.setattr(AuditTrail, "store", AsyncMock())
    files = open_files(settings.files_url, settings.files_directory)
    for name in file_names(UUID(PICTURE_ID)):
        await files.put(name, b"RIFF")
    async with AsyncExitStack() as clients:
        yield Scenarios(app, session_factory, clients)


@pytest.fixture
async def ground(
    app: Litestar, database: AsyncEngine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Ground]:
    options = app.state.connections.session_factory.kw
    async with database.connect() as connection:
        with monkeypatch.context() as patched:
            patched.setitem(options, "bind", connection)
            patched.setitem(options, "join_transaction_mode", "create_savepoint")
            # A transaction that has begun cannot change what it sees.
            patched.setattr(results, "one_snapshot", AsyncMock())
            yield Ground(connection, redis)


def served(app: Litestar) -> set[str]:
    """HEAD is answered as GET is, and OPTIONS says nothing of what there is."""
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods - {"HEAD", "OPTIONS"}
    }


def described(app: Litestar) -> set[str]:
    """The routes in the OpenAPI document."""
    paths = app.openapi_schema.to_schema()["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item}


def test_every_route_is_declared(app: Litestar) -> None:
    declared = {route.partition("?")[0] for route in rows(permissions.HTTP)}
    assert declared == served(app) | described(app)
    of_quizzes = {route for route in declared if "/{quiz_id}" in route}
    assert of_quizzes <= {route.partition("?")[0] for route in rows(permissions.COLLEAGUES)}
    assert all(isinstance(route, HTTPRoute) for route in app.routes), "declare the new kind, too"


@pytest.mark.parametrize("viewer", EXPECTED)
async def test_every_route_answers_each_kind_of_viewer_as_declared(
    viewer: str, scenarios: Scenarios, ground: Ground
) -> None:
    scenario = await scenarios.prepare(viewer)
    sign_ins = await scenarios.sign_ins_of(scenario.owner)
    await ground.keep()
    wrong = []
    for route, expected in EXPECTED[viewer].items():
        response = await scenario.ask(route)
        got = scenario.outcome(response)
        if not (route.startswith("GET ") or response.is_success):
            changed = await ground.changed()
            if changed or await scenarios.sign_ins_of(scenario.owner) != sign_ins:
                got = f"{response.status_code}, with an effect on {changed or 'sign-ins'}"
        if got != expected:
            wrong.append(f"{route} as {viewer}: {got} instead of {expected}")
        if not route.startswith("GET ") or route in STORING:
            await ground.restore()
    assert not wrong, "\n".join(wrong)
