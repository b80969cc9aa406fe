"""Fixtures for everybody: the real engines, a database a test, the application and a server.

- `engines`: PostgreSQL and Redis of the tests' own, started once a session. DATABASE_URL and
  REDIS_URL are not looked at: the tests empty what they run on.
- `database_url`: the database of this process of tests, with all tables and emptied; `database` and
  `session_factory` on it.
- `redis`: the client, on an emptied Redis.
- `settings`: complete settings on that database and Redis; a test module may override it.
- `app`, `client`: the application with its lifespan, and an `httpx.AsyncClient` on it.
- `server`: a real uvicorn on a free port (`server.url`, `server.ws_url`), for sockets and browsers,
  shared by the tests of a module. It runs in a thread, so synchronous tests can use it too. `serve`
  starts more of them.
- `worker`: the recorder, running beside the test on the same engines.
- `browser`, `page`: Chromium by Playwright's async API (its sync API would stop every async test).

Tests and fixtures may be `async def` without a mark (anyio's plugin, asyncio on uvloop).
"""

import asyncio
import contextlib
import functools
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol

import httpx
import hypothesis
import msgspec
import pytest
import structlog
import uvicorn
from anyio.from_thread import start_blocking_portal
from litestar import Litestar
from playwright.async_api import Browser, Page, Playwright, async_playwright
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from game.live.connect import redis_from_url
from persistence import database as databases
from persistence import schema
from persistence.database import SessionFactory
from persistence.embedded import Addresses
from server import addresses
from server.app import create_app
from server.auth.account_cache import AccountCache
from server.auth.sign_ins import SignIns
from server.serve import listeners, web
from server.serve import worker as worker_process
from server.settings import Settings
from tests.browser import ARGUMENTS, PLAIN_HOST, Contexts, chromium_path

# How long an example takes tells of the machine, not of the code.
hypothesis.settings.register_profile("kuis", deadline=None)
hypothesis.settings.load_profile("kuis")
# A mutant is to be noticed, not explained by the smallest example.
hypothesis.settings.register_profile(
    "mutants", database=None, phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate)
)

START_SECONDS = 60.0
ROOT = Path(__file__).parents[1]
NUMBERS = itertools.count(1)
SECRET_KEY = "secret " * 8
EMPTY = """
    SET session_replication_role = replica;  -- foreign keys need no look: all rows go
    DO $$
    DECLARE name text;
    BEGIN
        -- A server may still be busy with what the last test sent, and two would wait in a circle.
        WHILE clock_timestamp() < now() + interval '10 s' AND EXISTS (
            SELECT FROM pg_stat_activity WHERE datname = current_database()
                AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        ) LOOP
            PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
        END LOOP;
        FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
        PERFORM setval(sequencename::regclass, 1, false) FROM pg_sequences;
    END $$
"""


@pytest.fixture(scope="session", autouse=True)
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def engines() -> Iterator[Addresses]:
    """Where PostgreSQL and Redis are, for the whole session."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engines"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests; the engines stop after them
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield msgspec.json.decode(process.stdout.readline(), type=Addresses)
        process.stdin.close()


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """Those that structlog shows on a terminal have all local variables, and take seconds."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed with the least work; how much it is in use is tested by itself."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordHash, "recommended", lambda: quick)
        yield


NewDatabase = Callable[[], contextlib.AbstractContextManager[str]]


@pytest.fixture(scope="session")
def new_database(engines: Addresses) -> NewDatabase:
    """Makes a database of its own, with all tables and no rows, until the end of a block.

    Each is a copy of the first, which takes far less time than all migrations.
    """
    first = f"kuis_test_{os.getpid()}"
    asyncio.run(administer(engines.database_url, f"create database {first}"))
    schema.upgrade(database_named(engines.database_url, first))

    @contextlib.contextmanager
    def copy() -> Iterator[str]:
        name = f"{first}_{next(NUMBERS)}"
        asyncio.run(administer(engines.database_url, f"create database {name} template {first}"))
        yield database_named(engines.database_url, name)
        asyncio.run(administer(engines.database_url, f"drop database {name} with (force)"))

    return copy


@pytest.fixture(scope="session")
def own_database(new_database: NewDatabase) -> Iterator[str]:
    """The database of this process of tests."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def delete_rows(own_database: str) -> Iterator[Callable[[], None]]:
    """Deletes all rows, on one connection for all tests: a new one has to learn of all tables."""
    with start_blocking_portal("asyncio") as portal:
        connection = portal.call(databases.connect_directly, own_database)

        def delete() -> None:
            nonlocal connection
            if connection.is_closed():  # a test has ended all connections
                connection = portal.call(databases.connect_directly, own_database)
            portal.call(connection.execute, EMPTY)

        yield delete
        portal.call(connection.close)


@pytest.fixture
def database_url(own_database: str, delete_rows: Callable[[], None]) -> str:
    """A database with all tables and no rows."""
    delete_rows()
    return own_database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = databases.connect(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def session_factory(database: AsyncEngine) -> SessionFactory:
    return databases.sessions(database)


@pytest.fixture
async def redis(engines: Addresses) -> AsyncIterator[Redis]:
    """A client on an emptied Redis. Ask for it, or for `settings`, to start from nothing."""
    client = redis_from_url(engines.redis_url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def settings(database_url: str, engines: Addresses, redis: Redis, tmp_path: Path) -> Settings:
    del redis  # emptied
    return Settings(
        database_url=database_url,
        redis_url=engines.redis_url,
        secret_key=SECRET_KEY,
        data_dir=tmp_path / "data",
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application, within its lifespan."""
    app = create_app(settings)
    async with app.lifespan():
        yield app


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Requests straight into `app`. It keeps cookies: make another for a second person."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


class RunningServer(msgspec.Struct, frozen=True):
    """A server on a free port of the loopback interface."""

    url: str
    """Without a slash at its end."""
    ws_url: str
    app: Litestar
    settings: Settings
    stop: Callable[[], None]
    """Asks it to end, as SIGTERM would; returns at once."""

    @property
    def page_url(self) -> str:
        """The same for the tests' browser, to which it is another machine: see tests/browser.py."""
        return self.url.replace("127.0.0.1", PLAIN_HOST)


class Start(Protocol):
    def __call__(self, settings: Settings, port: int = 0) -> RunningServer: ...


@contextlib.contextmanager
def servers() -> Iterator[Start]:
    """Starts a server with given settings; all that were started stop at the end."""
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(settings: Settings, port: int = 0) -> RunningServer:
        listener = listeners.listen(msgspec.structs.replace(settings, port=port))
        settings = msgspec.structs.replace(settings, port=listener.getsockname()[1])
        app = create_app(settings)
        server = uvicorn.Server(web.configure(app, settings))
        run = functools.partial(server.run, sockets=[listener])
        thread = threading.Thread(target=run, name="server", daemon=True)
        thread.start()
        started.append((server, thread))
        wait_for(lambda: server.started, "the server to start")
        url = addresses.url_here(settings)
        stop = functools.partial(setattr, server, "should_exit", True)  # noqa: FBT003
        return RunningServer(url, url.replace("http", "ws", 1), app, settings, stop)

    yield start
    for server, _ in started:
        server.should_exit = True
    for _, thread in started:
        thread.join(START_SECONDS)
        assert not thread.is_alive(), "a server did not stop: its rooms would go on in other tests"


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[[Settings], RunningServer]]:
    """Starts a server with given settings; several of them share a room like web processes."""
    del settings  # what they are on is there for longer than the servers
    with servers() as start:
        yield start


@pytest.fixture(scope="session")
def own_port() -> Iterator[int]:
    """The port of the shared servers: pages find in the browser's cache what an address had."""
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


@pytest.fixture(scope="module")
def shared(
    own_database: str, engines: Addresses, own_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """One server for all tests of a module that do not need their own.

    It ends with the module, since it would fire the deadlines of other modules' tests too.
    """
    with servers() as start:
        yield start(
            Settings(
                database_url=own_database,
                redis_url=engines.redis_url,
                secret_key=SECRET_KEY,
                data_dir=tmp_path_factory.mktemp("shared"),
            ),
            own_port,
        )


@pytest.fixture
def server(shared: RunningServer, settings: Settings) -> RunningServer:
    del settings  # everything is emptied
    return shared


@pytest.fixture
def worker(settings: Settings) -> Iterator[None]:
    """The recorder, writing what happens on `settings` to PostgreSQL until the test is over."""
    with start_blocking_portal("asyncio") as portal:
        stop = portal.call(asyncio.Event)
        running = portal.start_task_soon(worker_process.run, settings, stop)
        yield
        portal.call(stop.set)
        running.result(START_SECONDS)


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    browser = await playwright.chromium.launch(
        executable_path=chromium_path(playwright), args=ARGUMENTS
    )
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
def all_contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
async def contexts(all_contexts: Contexts) -> AsyncIterator[Contexts]:
    """Where people have their browsers from, until the test is over."""
    yield all_contexts
    await all_contexts.take_back()


@pytest.fixture
async def page(contexts: Contexts, server: RunningServer) -> Page:
    """An empty page of a new person, whose relative addresses are the server's."""
    return await contexts.take(server.page_url)


def sign_ins_on(redis: Redis, secret_key: str = SECRET_KEY) -> SignIns:
    """Sign-ins whose accounts need not be in any database: what `create` is told of them holds."""
    nowhere = databases.sessions(databases.connect("postgresql://nobody@127.0.0.1:9/nothing"))
    return SignIns(redis, secret_key, AccountCache(redis, nowhere))


def database_named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Blocks until the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)


async def administer(url: str, statement: str) -> None:
    connection = await databases.connect_directly(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
