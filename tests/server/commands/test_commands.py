"""The commands, in this process. `kuis serve` as a process: see serve/test_supervisor.py."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
import structlog
from click.testing import CliRunner, Result

from persistence import schema
from persistence.database import SessionFactory, connect_directly
from persistence.embedded import Addresses, DataDirectory, Engines
from persistence.repositories import users
from server import settings
from server.commands import main
from server.commands.serve import is_private
from server.serve.engines import publish_address
from tests.conftest import RunningServer, administer, database_named

Run = Callable[..., Result]

PASSWORD = "bright yellow umbrella"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on `tmp_path / "data"`, as if nothing else were set."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    usual, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str, **environ: str) -> Result:
        environ = {"DATA_DIR": str(tmp_path / "data"), **environ}
        return CliRunner().invoke(main, arguments, env=environ)

    yield run
    root.handlers[:], root.level = handlers, level
    structlog.configure(**usual)


def refused(result: Result) -> str:
    """The one line that it says."""
    assert result.exit_code == 1, result.output
    assert result.output.count("\n") == 1, result.output
    return result.output.strip()


def test_a_port_in_use_is_one_line_before_anything_starts(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        everywhere = refused(run("serve", "--port", port))
        here = refused(run("serve", "--port", port, HOST="127.0.0.1"))
    assert everywhere == f"Error: PORT {port} cannot be used: Address already in use."
    assert here == f"Error: PORT {port} on 127.0.0.1 cannot be used: Address already in use."
    assert not (tmp_path / "data").exists()


def test_a_foreign_directory_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    said = refused(run("serve", "--port=0", DATA_DIR=str(tmp_path)))
    assert "holds files that are not Kuis's" in said


def test_a_directory_in_use_is_one_line(run: Run, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.claim()
    assert "in use by another Kuis" in refused(run("serve", "--port=0"))
    directory.release()


def test_a_wrong_setting_is_one_line(run: Run) -> None:
    assert refused(run("serve", PORT="http")) == (
        "Error: PORT is not a whole number from 0 to 65535: 'http'."
    )


def test_a_certificate_that_is_not_there_is_one_line(run: Run, tmp_path: Path) -> None:
    files = {"TLS_CERT": f"{tmp_path}/cert.pem", "TLS_KEY": f"{tmp_path}/key.pem"}
    assert refused(run("serve", PORT="0", **files)) == (
        f"Error: TLS_CERT {tmp_path}/cert.pem and TLS_KEY {tmp_path}/key.pem cannot be used:"
        " No such file or directory."
    )


def test_an_unknown_host_is_one_line(run: Run) -> None:
    assert "HOST host.invalid is not an address" in refused(run("serve", HOST="host.invalid"))
    assert "is not an address: no host is called so." in refused(run("serve", HOST="a" * 64))


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_engines_that_are_away_are_one_line(run: Run, tmp_path: Path, command: str) -> None:
    said = refused(
        run(
            command,
            PORT="0",
            DATABASE_URL=f"postgresql://kuis:hush@/kuis?host={tmp_path}",
            REDIS_URL=f"unix://{tmp_path}/redis.sock",
            SECRET_KEY="s" * 32,
        )
    )
    assert said.startswith("Error: PostgreSQL or Redis does not answer: ")
    assert "hush" not in said


@pytest.mark.parametrize("address", ["unix:///nowhere/redis.sock", "unix://:hush@{path}"])
def test_a_redis_that_is_away_or_refuses_us_is_one_line(
    run: Run, engines: Addresses, database_url: str, address: str
) -> None:
    path = urlsplit(engines.redis_url).path
    said = refused(
        run(
            "serve",
            PORT="0",
            DATABASE_URL=database_url,
            REDIS_URL=address.format(path=path),
            SECRET_KEY="s" * 32,
        )
    )
    assert said.startswith("Error: PostgreSQL or Redis does not answer: ")
    assert "hush" not in said


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_process_without_engines_says_which_setting_is_missing(run: Run, command: str) -> None:
    assert refused(run(command)) == "Error: DATABASE_URL is not set."


def test_migrate_starts_engines_when_none_run_and_stops_them(run: Run, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    assert not DataDirectory(tmp_path / "data").in_use()


def test_migrate_uses_the_engines_of_a_running_server(run: Run, tmp_path: Path) -> None:
    with Engines(tmp_path / "data") as engines:
        assert run("migrate").exit_code == 0
        assert all(engine.is_running() for engine in engines.engines)


@pytest.mark.parametrize(
    ("environ", "private"),
    [
        ({}, True),
        ({"HOST": "0.0.0.0"}, True),  # noqa: S104  # a classroom's network
        ({"PUBLIC_URL": "https://kuis.example"}, False),
        ({"DATABASE_URL": "postgresql://kuis@db/kuis"}, False),
    ],
)
def test_the_demo_is_for_a_machine_of_ones_own(environ: dict[str, str], *, private: bool) -> None:
    assert is_private(settings.read(environ)) is private


def test_seed_adds_the_demo_once(
    run: Run, engines: Addresses, database_url: str, tmp_path: Path
) -> None:
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": engines.redis_url,
        "SECRET_KEY": "s" * 32,
    }
    first = run("seed", **environ)
    assert first.exit_code == 0, first.output
    assert "teacher@kuis.example" in first.output
    assert (tmp_path / "data" / "demo-password").read_text() in first.output
    assert refused(run("seed", **environ)).endswith(
        "There are accounts already: nothing was added."
    )


@pytest.mark.parametrize(
    "words",
    ["users list", "users deactivate a@b.example", "audit", "jobs list", "jobs retry --all"],
)
def test_a_mistyped_data_directory_is_said_and_not_made(
    run: Run, tmp_path: Path, words: str
) -> None:
    assert refused(run(*words.split())) == (
        f"Error: There is no data in {tmp_path}/data: set DATA_DIR to the directory of the server."
    )
    assert not (tmp_path / "data").exists()


@pytest.fixture
async def empty_database(engines: Addresses) -> AsyncIterator[str]:
    """The address of one without any table."""
    name = f"nothing_{os.getpid()}"
    await administer(engines.database_url, f"create database {name}")
    yield database_named(engines.database_url, name)
    await administer(engines.database_url, f"drop database {name} with (force)")


@pytest.mark.parametrize(
    "words",
    ["users list", "users deactivate a@b.example", "audit", "jobs list", "jobs retry --all"],
)
async def test_a_database_of_something_else_is_said_and_left_alone(
    run: Run, engines: Addresses, empty_database: str, words: str
) -> None:
    result = await asyncio.to_thread(
        run,
        *words.split(),
        DATABASE_URL=empty_database,
        REDIS_URL=engines.redis_url,
        SECRET_KEY="s" * 32,
    )
    assert refused(result) == (
        "Error: This database has no Kuis in it: check DATABASE_URL."
        " `kuis migrate` or `kuis serve` sets it up."
    )
    connection = await connect_directly(empty_database)
    tables = await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'")
    await connection.close()
    assert tables == 0


async def test_a_database_that_waits_for_migrations_is_not_migrated_by_a_list(
    run: Run, engines: Addresses, empty_database: str
) -> None:
    await asyncio.to_thread(schema.upgrade, empty_database, "0001")
    environ = {"REDIS_URL": engines.redis_url, "SECRET_KEY": "s" * 32}
    result = await asyncio.to_thread(run, "jobs", "list", DATABASE_URL=empty_database, **environ)
    assert refused(result) == "Error: This database waits for `kuis migrate`."


async def test_the_first_administrator_is_made(
    run: Run, engines: Addresses, database_url: str, session_factory: SessionFactory
) -> None:
    result = await asyncio.to_thread(
        run,
        *("create-admin", "--email=admin@kuis.example", "--name=Ani", f"--password={PASSWORD}"),
        DATABASE_URL=database_url,
        REDIS_URL=engines.redis_url,
        SECRET_KEY="s" * 32,
    )
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    async with session_factory() as session:
        admin = await users.by_email(session, "admin@kuis.example")
    assert admin is not None
    assert admin.role == "super_admin"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ani"}, "This is not an e-mail address."),
        ({"name": " "}, "Give a name of 1 to 100 characters."),
        ({"password": "short"}, "Choose a password of 8 to 128 characters."),
    ],
)
def test_an_administrator_is_refused_in_words(
    run: Run, engines: Addresses, database_url: str, wrong: dict[str, str], said: str
) -> None:
    given = {"email": "ani@kuis.example", "name": "Ani", "password": PASSWORD} | wrong
    result = run(
        *("create-admin", *(f"--{name}={text}" for name, text in given.items())),
        DATABASE_URL=database_url,
        REDIS_URL=engines.redis_url,
        SECRET_KEY="s" * 32,
    )
    assert result.exit_code == 1
    assert result.output == f"Error: {said}\n"


def test_bots_say_why_they_cannot_play(run: Run, server: RunningServer) -> None:
    result = run("bots", "ZZZZZZ", "--players=1", f"--url={server.url}")
    assert result.exit_code == 1
    assert result.output.endswith("Error: No room has the code ZZZZZZ.\n")


def test_bots_find_the_server_that_runs_on_the_same_data(
    run: Run, server: RunningServer, tmp_path: Path
) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.claim()
    port = urlsplit(server.url).port or 0
    with publish_address(settings.Settings(host="127.0.0.1", port=port, data_dir=directory.path)):
        result = run("bots", "ZZZZZZ", "--players=1")
        named = run("bots", "ZZZZZZ", "--players=1", PUBLIC_URL="http://127.0.0.1:1")
    directory.release()
    assert result.output.endswith("Error: No room has the code ZZZZZZ.\n")
    assert "ws://127.0.0.1:1/" in named.output


def test_openapi_describes_the_interface(run: Run) -> None:
    described = json.loads(run("openapi").output)
    assert described["openapi"].startswith("3.")
    assert "/health/ready" in described["paths"]


def test_asyncapi_describes_the_rooms_protocol(run: Run) -> None:
    assert "asyncapi" in json.loads(run("asyncapi").output)


def test_every_command_is_where_the_list_says() -> None:
    with click.Context(main) as context:
        for name in main.list_commands(context):
            command = main.get_command(context, name)
            assert command is not None
            assert command.name == name
            assert command.get_short_help_str()
