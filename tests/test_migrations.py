"""The migrations: there and back, and the same schema as the models'."""

import asyncio
import contextlib
from collections.abc import Iterator
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence import queue, schema, schema_state
from persistence.base import Base
from persistence.database import SessionFactory, connect, connect_directly
from persistence.models import QuizSession
from tests.conftest import NewDatabase
from tests.persistence.recorders import record_all
from tests.persistence.samples import play, write_down

DEFINITIONS = text("""
    SELECT conrelid::regclass::text AS place, conname AS name,
           pg_get_constraintdef(oid) AS definition
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
       AND conrelid <> 'alembic_version'::regclass
    UNION ALL
    SELECT tablename, indexname, indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT adrelid::regclass::text, attname, pg_get_expr(adbin, adrelid)
      FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
     WHERE attgenerated <> ''
    ORDER BY place, name, definition
""")

BEFORE = """
    INSERT INTO users (id, email, password_hash, full_name, role)
    SELECT gen_random_uuid(), name || '@kuis.example', 'x', name, 'teacher'
      FROM unnest('{me,you}'::text[]) AS name;
    INSERT INTO questions (id, teacher_id, fingerprint, type, stem, points, time_limit, language)
    SELECT gen_random_uuid(), users.id, decode(md5(stem), 'hex'), 'poll', stem, 0, 30, language
      FROM users
      JOIN (VALUES ('me', 'odd', 'en-1'), ('me', 'own', 'zh-Hant-TW'), ('you', 'their', NULL))
           AS new (full_name, stem, language) USING (full_name);
    INSERT INTO question_sets (id, teacher_id, title) SELECT id, id, 'S' FROM users
     WHERE full_name = 'me';
    INSERT INTO questionset_questions (id, set_id, question_id, position)
    SELECT gen_random_uuid(), question_sets.id, questions.id, row_number() OVER ()
      FROM question_sets, questions WHERE stem <> 'odd'
"""


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """A database whose tables a test may change."""
    with new_database() as url:
        yield url


async def test_the_migrated_schema_and_the_models_do_not_differ(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_constraints_and_indexes_are_defined_as_in_the_models(database: AsyncEngine) -> None:
    """Alembic compares no check constraints, conditions of indexes or generated columns."""
    async with database.begin() as connection:
        migrated = (await connection.execute(DEFINITIONS)).all()
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
        assert (await connection.execute(DEFINITIONS)).all() == migrated


async def test_the_queue_has_the_tables_that_pgqueuer_declares(database_url: str) -> None:
    connection = await connect_directly(database_url)
    plan = await queue.queries(connection).plan_upgrade()
    await connection.close()
    assert plan.statements == plan.notes == ()


async def test_a_database_that_never_had_a_schema_is_outdated(database_url: str) -> None:
    engine = connect(database_url)
    assert await schema_state.state(engine) == "ok"
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    assert await schema_state.state(engine) == "outdated"
    with pytest.raises(schema_state.NotMigratedError, match="no Kuis in it"):
        await schema_state.require(engine)
    await engine.dispose()


@pytest.mark.parametrize(("revision", "waits"), [("0001", True), ("9999", False)])
async def test_an_outdated_database_is_refused_and_a_newer_one_is_not(
    database_url: str, revision: str, *, waits: bool
) -> None:
    engine = connect(database_url)
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision}
        )
    refused = pytest.raises(schema_state.NotMigratedError, match="waits for `kuis migrate`")
    with refused if waits else contextlib.nullcontext():
        await schema_state.require(engine)
    await engine.dispose()


async def test_every_upgrade_has_a_way_back(database_url: str) -> None:
    before = await _tables(database_url)
    await asyncio.to_thread(schema.downgrade, database_url, "base")
    assert await _tables(database_url) == {"alembic_version"}
    await asyncio.to_thread(schema.upgrade, database_url)
    assert await _tables(database_url) == before


@pytest.mark.slow
async def test_each_step_goes_down_and_up_again(database_url: str) -> None:
    """The test above goes all the way down and up; here nothing below a step hides what it left."""
    scripts = ScriptDirectory(str(schema_state.MIGRATIONS))
    revisions = [step.revision for step in scripts.walk_revisions()]
    assert schema_state.revisions() == tuple(reversed(revisions))
    for revision, before in zip(revisions, [*revisions[1:], "base"], strict=True):
        await asyncio.to_thread(schema.downgrade, database_url, before)
        await asyncio.to_thread(schema.upgrade, database_url, revision)
        await asyncio.to_thread(schema.downgrade, database_url, before)


async def test_an_upgrade_knows_the_questions_that_were_answered_before_it(
    redis: Redis, session_factory: SessionFactory, database_url: str
) -> None:
    game = await play(session_factory, questions=4)
    await write_down(redis, *game.joined(), *game.answered(0), *game.answered(1))
    await record_all(redis, session_factory)
    await asyncio.to_thread(schema.downgrade, database_url, "0003")
    await asyncio.to_thread(schema.upgrade, database_url)
    async with session_factory() as session:
        recorded = await session.get(QuizSession, UUID(game.session))
    assert recorded is not None
    assert recorded.revealed_questions == 2


async def test_an_upgrade_narrows_languages_and_sets(
    session_factory: SessionFactory, database_url: str
) -> None:
    """Nothing that was stored before becomes unreadable."""
    await asyncio.to_thread(schema.downgrade, database_url, "0026")
    async with session_factory.begin() as db:
        for statement in BEFORE.split(";"):
            await db.execute(text(statement))
    await asyncio.to_thread(schema.upgrade, database_url)
    async with session_factory() as db:
        languages = await db.scalars(text("SELECT language FROM questions ORDER BY stem"))
        assert languages.all() == ["en", "zh-Hant-TW", None]
        kept = "SELECT stem FROM questions JOIN questionset_questions ON question_id = questions.id"
        assert (await db.scalars(text(kept))).all() == ["own"]


async def test_every_foreign_key_has_an_index(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        assert await connection.run_sync(_unindexed) == []


def _differences(connection: Connection) -> list[object]:
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_object": schema.is_described,
    }
    return list(
        compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    )


def _unindexed(connection: Connection) -> list[str]:
    inspector = inspect(connection)
    referring = [
        (table, key["constrained_columns"][0])
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
    ]
    return [
        f"{table}.{column}"
        for table, column in referring
        if column not in _leading_columns(connection, table)
    ]


def _leading_columns(connection: Connection, table: str) -> set[str | None]:
    inspector = inspect(connection)
    indexes = [index["column_names"][0] for index in inspector.get_indexes(table)]
    uniques = [key["column_names"][0] for key in inspector.get_unique_constraints(table)]
    return {*indexes, *uniques}


async def _tables(url: str) -> set[str]:
    engine = connect(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    return set(names)
