"""Jobs are run once their cause is committed, tried again, and given up with a reason."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import UNAVAILABLE, SessionFactory, connect
from persistence.embedded import Addresses
from persistence.repositories import jobs as queue
from server.jobs import runner
from server.jobs.job import IN_BULK, Job, JobError, Resources, enqueue, enqueue_once, name_of
from tests.persistence.recorders import until
from tests.server.jobs.running import in_queue, resources_on, running, until_dead, until_done

YEARLY = "0 0 1 1 *"


class NoteWord(Job, frozen=True):
    noted: ClassVar[list[str]] = []
    word: str

    async def run(self, resources: Resources, job_id: int) -> None:
        del resources, job_id
        self.noted.append(self.word)


class NoteInBulk(NoteWord, frozen=True):
    priority: ClassVar[int] = IN_BULK


class FailTwice(Job, frozen=True):
    tries: ClassVar[list[int]] = []

    async def run(self, resources: Resources, job_id: int) -> None:
        del resources
        self.tries.append(job_id)
        if len(self.tries) <= 2:
            raise ConnectionRefusedError("nobody there")


class FailForGood(Job, frozen=True):
    """`hopeless`: trying again would not help."""

    hopeless: bool

    async def run(self, resources: Resources, job_id: int) -> None:
        del resources, job_id
        raise JobError("no such mailbox") if self.hopeless else OSError("not now")


class TakeLong(Job, frozen=True):
    began: ClassVar[list[int]] = []
    may_end: ClassVar[asyncio.Event]

    async def run(self, resources: Resources, job_id: int) -> None:
        del resources
        self.began.append(job_id)
        await self.may_end.wait()


class TakeTurns(TakeLong, frozen=True):
    at_once: ClassVar[int] = 2


ALL = (NoteWord, NoteInBulk, FailTwice, FailForGood, TakeLong, TakeTurns)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runner, "FIRST_PAUSE", timedelta(milliseconds=1))
    monkeypatch.setattr(runner, "LONGEST_PAUSE", timedelta(milliseconds=5))
    monkeypatch.setattr(runner, "POLL", timedelta(milliseconds=200))
    NoteWord.noted.clear()
    FailTwice.tries.clear()
    TakeLong.began.clear()
    TakeLong.may_end = asyncio.Event()
    return iter([None])


@pytest.fixture
def resources(session_factory: SessionFactory, redis: Redis) -> Resources:
    return resources_on(session_factory, redis)


async def add(session_factory: SessionFactory, *jobs: Job) -> None:
    async with session_factory.begin() as db:
        for job in jobs:
            await enqueue(db, job)


async def test_a_job_runs_once_its_transaction_is_committed(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    async with running(database, resources, ALL):
        async with session_factory.begin() as db:
            await enqueue(db, NoteWord("later"))
            await add(session_factory, NoteWord("first"))

            async def first_ran() -> bool:
                return bool(NoteWord.noted)

            await until(first_ran)
        await until_done(database)
    assert NoteWord.noted == ["first", "later"]


async def test_thousands_of_jobs_keep_no_other_waiting(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    await add(session_factory, *[NoteInBulk("bulk")] * 3 * runner.AT_ONCE, NoteWord("now"))
    async with running(database, resources, ALL):
        await until_done(database)
    assert NoteWord.noted.index("now") < runner.AT_ONCE


async def test_jobs_that_take_long_leave_places_for_others(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    await add(session_factory, *[TakeTurns()] * (runner.AT_ONCE + 1))
    async with running(database, resources, ALL), running(database, resources, ALL):
        await until(lambda: tried(2))
        await add(session_factory, NoteWord("now"))
        await until(ran_once)
        assert len(TakeLong.began) == 2, "in both workers together"
        TakeLong.may_end.set()
        await until_done(database)
    assert len(TakeLong.began) == runner.AT_ONCE + 1


async def test_what_is_rolled_back_was_never_enqueued(
    database: AsyncEngine, session_factory: SessionFactory
) -> None:
    """Also when the job is the first thing of its transaction."""
    async with session_factory() as db:
        await enqueue(db, NoteWord("never"))
        await db.rollback()
    assert await in_queue(database) == []


async def test_a_job_of_which_one_is_enough_is_not_added_twice(
    database: AsyncEngine, session_factory: SessionFactory
) -> None:
    for _ in range(2):
        async with session_factory.begin() as db:
            await enqueue_once(db, NoteWord("once"))
    assert len(await in_queue(database)) == 1


async def test_a_job_that_fails_is_tried_again(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    await add(session_factory, FailTwice())
    async with running(database, resources, ALL):
        await until_done(database)
    assert len(FailTwice.tries) == 3
    assert len(set(FailTwice.tries)) == 1


async def test_pauses_grow_and_the_reason_is_seen_meanwhile(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "FIRST_PAUSE", timedelta(minutes=1))
    monkeypatch.setattr(runner, "LONGEST_PAUSE", timedelta(hours=1))
    await add(session_factory, FailForGood(hopeless=False))
    pauses = []
    async with running(database, resources, ALL):
        for tries in range(1, 5):

            async def failed(tries: int = tries) -> bool:
                return [row.retries for row in await in_queue(database)] == [tries]

            await until(failed)
            async with session_factory.begin() as db:
                left = await db.scalar(text("select execute_after - updated from pgqueuer"))
                pauses.append(left)
                await db.execute(text("update pgqueuer set execute_after = now()"))
    (row,) = await in_queue(database)
    assert row.reason == "not now"
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 4, 16, 60)]


@pytest.mark.parametrize(("hopeless", "tries"), [(True, 1), (False, runner.TRIES)])
async def test_a_job_that_keeps_failing_is_a_dead_letter_with_its_reason_until_it_is_retried(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    hopeless: bool,  # noqa: FBT001  # a parameter
    tries: int,
) -> None:
    await add(session_factory, FailForGood(hopeless))
    async with running(database, resources, ALL):
        row = await until_dead(database)
        assert row.name == name_of(FailForGood) == "fail_for_good"
        assert row.reason == ("no such mailbox" if hopeless else "not now")
        assert row.retries == tries - 1
        async with session_factory.begin() as db:
            assert await queue.retry(db, [row.id]) == 1
        assert (await until_dead(database)).id == row.id
        async with session_factory.begin() as db:
            assert await queue.remove(db, [row.id]) == 1
    assert await in_queue(database) == []


async def test_what_an_older_release_enqueued_and_does_not_fit_is_a_dead_letter(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    async with session_factory.begin() as db:
        await queue.enqueue(db, name_of(NoteWord), b'{"job":"note_word","words":[]}')
    async with running(database, resources, ALL):
        assert "words" in ((await until_dead(database)).reason or "")


async def test_a_job_that_takes_too_long_is_tried_again(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "JOB_SECONDS", 0.05)
    await add(session_factory, TakeLong())
    async with running(database, resources, ALL):
        await until(lambda: tried(2))
        TakeLong.may_end.set()
        await until_done(database)


async def tried(times: int) -> bool:
    return len(TakeLong.began) >= times


async def test_a_worker_that_stops_leaves_its_jobs_to_the_next(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "FAREWELL_SECONDS", 0.05)
    await add(session_factory, TakeLong())
    async with running(database, resources, ALL):
        await until(lambda: tried(1))
    (left,) = await in_queue(database)
    assert left.state == "waiting"
    TakeLong.may_end.set()
    async with running(database, resources, ALL):
        await until_done(database)
    assert len(TakeLong.began) == 2


async def test_a_worker_stops_though_postgresql_does_not_answer(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`running` waits ten seconds for it; PostgreSQL is asked for thirty."""
    monkeypatch.setattr(runner, "FAREWELL_SECONDS", 0.05)
    monkeypatch.setattr(runner, "DATABASE_SECONDS", 0.05)
    await add(session_factory, TakeLong())
    async with session_factory() as db:
        async with running(database, resources, ALL):
            await until(lambda: tried(1))
            await db.execute(text("lock table pgqueuer"))
            TakeLong.may_end.set()
        await db.rollback()
    assert [row.name for row in await in_queue(database)] == [name_of(TakeLong)]


async def test_a_worker_that_is_cancelled_loses_no_job(
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when the recorder beside it fails."""
    monkeypatch.setattr(runner, "FAREWELL_SECONDS", 0.05)
    await add(session_factory, TakeLong())
    task = asyncio.create_task(
        runner.run(database, resources, asyncio.Event(), jobs=ALL, schedules={})
    )
    await until(lambda: tried(1))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [row.name for row in await in_queue(database)] == [name_of(TakeLong)]


async def test_two_workers_run_what_is_scheduled_once(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    schedules = {YEARLY: NoteWord("a year is over")}
    async with running(database, resources, ALL, schedules):
        await until(lambda: is_scheduled(session_factory))
    async with session_factory.begin() as db:
        await db.execute(text("update pgqueuer_schedules set next_run = now()"))
    async with (
        running(database, resources, ALL, schedules),
        running(database, resources, ALL, schedules),
    ):
        await until(ran_once)
        await until_done(database)
        await add(session_factory, NoteWord("after"))  # both have looked at the schedule by then
        await until_done(database)
    assert sorted(NoteWord.noted) == ["a year is over", "after"]


async def is_scheduled(session_factory: SessionFactory) -> bool:
    async with session_factory() as db:
        return bool(await db.scalar(text("select count(*) from pgqueuer_schedules")))


async def ran_once() -> bool:
    return bool(NoteWord.noted)


async def test_it_comes_back_when_postgresql_does(
    engines: Addresses,
    database: AsyncEngine,
    session_factory: SessionFactory,
    resources: Resources,
) -> None:
    administrator = connect(engines.database_url)
    async with running(database, resources, ALL):
        await add(session_factory, NoteWord("before"))
        await until_done(database)
        await _let_in(administrator, database, "false")
        with pytest.raises(UNAVAILABLE):
            await add(session_factory, NoteWord("meanwhile"))
        await _let_in(administrator, database, "true")
        await add(session_factory, NoteWord("after"))
        await until_done(database)
    await administrator.dispose()
    assert NoteWord.noted == ["before", "after"]


async def _let_in(administrator: AsyncEngine, database: AsyncEngine, whether: str) -> None:
    name = database.url.database
    async with administrator.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"alter database {name} with allow_connections {whether}"))
        await connection.execute(
            text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"),
            {"name": name},
        )


async def test_the_log_is_pruned_but_for_dead_letters(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    await add(session_factory, NoteWord("done"), FailForGood(hopeless=True))
    async with running(database, resources, ALL):
        await until_dead(database)
    async with session_factory.begin() as db:
        await db.execute(text("update pgqueuer_log set created = now() - interval '8 days'"))
        assert await queue.prune_log(db, timedelta(days=7)) > 0
        assert await queue.prune_log(db, timedelta(days=7)) == 0
    (dead,) = await in_queue(database)
    assert dead.reason == "no such mailbox"


async def test_what_becomes_of_jobs_is_counted(
    database: AsyncEngine, session_factory: SessionFactory, resources: Resources
) -> None:
    await add(session_factory, NoteWord("counted"), FailTwice(), FailForGood(hopeless=True))
    async with running(database, resources, ALL):
        await until_dead(database)
    async with session_factory() as db:
        counted = await queue.statistics(db)
    assert (counted.recently_done, counted.recently_retried, counted.recently_dead) == (2, 2, 1)
    assert (counted.waiting, counted.running, counted.dead) == (0, 0, 1)
