"""The real engines, started, killed and started again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis
from sqlalchemy import make_url

from game.live.connect import redis_from_url
from persistence.embedded import Addresses, Engines
from persistence.embedded.engine import Engine
from persistence.embedded.engines import DEATHS_TOLERATED
from persistence.embedded.errors import EngineError
from persistence.embedded.owner import Owner
from persistence.embedded.redis import memory_limit
from tests.conftest import ROOT, wait_for

pytestmark = pytest.mark.slow

START_AND_TELL = """
import sys, time
from pathlib import Path
from persistence.embedded import Engines
engines = Engines(Path(sys.argv[1]))
engines.start()
print(*[engine.pid for engine in engines.engines], flush=True)
time.sleep(60)
"""


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    engines = Engines(tmp_path / "data")
    yield engines
    engines.stop()


async def test_data_survives_a_stop(engines: Engines) -> None:
    await write(engines.start())
    engines.stop()
    assert await read(engines.start()) == (1, b"1")


async def test_logs_are_their_owners_and_hold_no_values(engines: Engines) -> None:
    engines.start()
    engines.stop()
    for engine in engines.engines:
        engine.log.chmod(0o644)  # as an earlier release made it
    async with connection(engines.start()) as postgres:
        await postgres.execute("create table people (email text primary key, name text not null)")
        person = ("ani@kuis.example", "Ani")
        add = "insert into people values ($1, $2)"
        await postgres.execute(add, *person)
        with pytest.raises(asyncpg.UniqueViolationError):
            await postgres.execute(add, *person)
        with pytest.raises(asyncpg.NotNullViolationError):
            await postgres.execute(add, "budi@kuis.example", None)
    logs = [engine.log for engine in engines.engines]
    assert {log.stat().st_mode & 0o777 for log in logs} == {0o600}
    said = "".join(log.read_text() for log in logs)
    assert "duplicate key" in said
    assert "kuis.example" not in said


async def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    with Engines(tmp_path / ("deep/" * 30) / "data") as engines:
        await write(engines.addresses)
        assert await read(engines.addresses) == (1, b"1")


async def test_redis_takes_a_share_of_the_memory_and_evicts_nothing(engines: Engines) -> None:
    async with redis_from_url(engines.start().redis_url) as redis:
        config = await redis.config_get("maxmemory*")
    assert config["maxmemory"] == str(memory_limit())
    assert config["maxmemory-policy"] == "noeviction"


@pytest.mark.parametrize(
    ("container", "limit"),
    [("4294967296", 1024**3), ("1", 128 * 1024**2), ("max", None), (None, None)],
)
def test_a_container_may_have_less_memory_than_its_machine(
    tmp_path: Path, container: str | None, limit: int | None
) -> None:
    cgroup = tmp_path / "memory.max"
    if container is not None:
        cgroup.write_text(f"{container}\n")
    assert memory_limit(cgroup) == (limit or psutil.virtual_memory().total // 4)


def test_only_what_is_wanted_is_started(tmp_path: Path) -> None:
    with Engines(tmp_path / "data", postgres=False) as engines:
        assert engines.addresses.database_url == ""
        assert [engine.title for engine in engines.engines] == ["Redis"]


def test_the_terminals_signals_do_not_reach_the_engines(engines: Engines) -> None:
    engines.start()
    assert all(os.getsid(pid_of(engine)) != os.getsid(0) for engine in engines.engines)


async def test_engines_left_by_a_killed_process_are_stopped_and_their_data_kept(
    engines: Engines,
) -> None:
    command = [sys.executable, "-c", START_AND_TELL, str(engines.directory.path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as earlier:  # noqa: ASYNC220, S603  # our own script, and we wait for it next
        assert earlier.stdout is not None
        left = [psutil.Process(int(pid)) for pid in earlier.stdout.readline().split()]
        await write(engines.addresses)
        earlier.kill()
    assert all(process.is_running() for process in left)
    addresses = engines.start()
    assert not any(process.is_running() for process in left)
    assert await read(addresses) == (1, b"1")


async def test_a_number_that_is_now_another_programs_does_not_stop_postgresql(
    engines: Engines,
) -> None:
    await write(engines.start())
    engines.stop()
    assert engines.postgres is not None
    pid_file = engines.postgres.directory / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{engines.postgres.directory}\n1\n5432\n\n\n1 1\n")
    assert await read(engines.start()) == (1, b"1")


async def test_a_killed_engine_is_restarted_on_the_same_address(engines: Engines) -> None:
    addresses = engines.start()
    await write(addresses)
    await asyncio.sleep(1.1)  # Redis writes its file through once a second
    for engine in engines.engines:
        kill(engine)
    engines.restart_dead()
    assert await read(addresses) == (1, b"1")


def test_an_engine_that_dies_again_and_again_is_given_up(tmp_path: Path) -> None:
    with Engines(tmp_path / "data", postgres=False) as engines:
        for _ in range(DEATHS_TOLERATED - 1):
            kill(engines.engines[0])
            engines.restart_dead()
        kill(engines.engines[0])
        with pytest.raises(EngineError, match=r"^Redis keeps stopping \(see .*redis.log\)\.$"):
            engines.restart_dead()


def test_nothing_is_restarted_after_the_stop(engines: Engines) -> None:
    engines.start()
    engines.stop()
    engines.restart_dead()
    assert not any(engine.is_running() for engine in engines.engines)


def test_data_of_another_postgresql_is_refused(engines: Engines) -> None:
    engines.start()
    engines.stop()
    assert engines.postgres is not None
    (engines.postgres.directory / "PG_VERSION").write_text("16\n")
    with pytest.raises(EngineError, match="was written by PostgreSQL 16; this Kuis comes with 18"):
        engines.start()
    assert not engines.directory.in_use()


async def test_a_torn_end_of_the_append_only_file_is_dropped(tmp_path: Path) -> None:
    with Engines(tmp_path / "data", postgres=False) as engines:
        async with client(engines.addresses) as redis:
            await redis.set("whole", "1")
    with (tmp_path / "data" / "redis" / "appendonly.aof").open("ab") as log:
        log.write(b"*3\r\n$3\r\nSET\r\n$4\r\nto")
    with engines:
        async with client(engines.addresses) as redis:
            assert await redis.keys() == [b"whole"]


def test_an_engine_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "redis"
    with Engines(tmp_path / "data", postgres=False) as engines:
        pass
    (directory / "appendonly.aof").write_bytes(b"this was never Redis's\r\n" * 10)
    with pytest.raises(EngineError, match=r"^Redis did not start: .+ \(see .*redis.log\)$"):
        engines.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_the_engines_too(tmp_path: Path) -> None:
    owner = Owner.choose()
    owner.own(tmp_path)
    script = START_AND_TELL.replace("time.sleep(60)", "engines.stop()")
    command = owner.command([sys.executable, "-c", script, str(tmp_path / "data")], tmp_path)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "data").stat().st_uid == owner.uid


async def write(addresses: Addresses) -> None:
    async with client(addresses) as redis, connection(addresses) as postgres:
        await redis.set("written", 1)
        await postgres.execute("create table written as select 1 as number")


async def read(addresses: Addresses) -> tuple[object, object]:
    async with client(addresses) as redis, connection(addresses) as postgres:
        return await postgres.fetchval("select number from written"), await redis.get("written")


@asynccontextmanager
async def client(addresses: Addresses) -> AsyncIterator[Redis]:
    redis = redis_from_url(addresses.redis_url)
    yield redis
    await redis.aclose()


@asynccontextmanager
async def connection(addresses: Addresses) -> AsyncIterator[asyncpg.Connection]:
    url = make_url(addresses.database_url).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    yield connection
    await connection.close()


def kill(engine: Engine) -> None:
    os.kill(pid_of(engine), signal.SIGKILL)
    wait_for(lambda: not engine.is_running(), f"{engine.title} to die")


def pid_of(engine: Engine) -> int:
    assert engine.pid is not None
    return engine.pid
