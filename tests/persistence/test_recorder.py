"""The recorder writes each journal entry once, in any order, however many share the work."""

import asyncio
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import structlog
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.live import journal, keys
from game.live.journal import Answered, Finished, Joined, Started
from persistence import recorder
from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, Quiz, QuizAttempt, QuizParticipation, QuizSession
from persistence.recorder import GROUP, STREAMS, Counters
from persistence.repositories import journal_rows, questions, quizzes
from tests.persistence import samples
from tests.persistence.recorders import SOON_S, journal_is_empty, record_all, recording, until
from tests.persistence.samples import complete, counts, moment, play, write_down


async def test_a_game_becomes_its_rows(redis: Redis, session_factory: SessionFactory) -> None:
    game = await play(session_factory)
    await write_down(redis, *game.entries())

    counters = await record_all(redis, session_factory)

    assert counters == Counters(written=len(game.entries()))
    assert await counts(session_factory) == complete(game)
    async with session_factory() as session:
        run = (await session.scalars(select(QuizSession))).one()
        assert run.started_at == moment(samples.GAME_BEGAN + 1000)
        assert run.ended_at == moment(samples.GAME_BEGAN + 600_000)
        first = (await session.scalars(select(QuizAttempt).where(QuizAttempt.rank == 1))).one()
        assert (first.score, first.correct_answers, first.total_questions) == (1800, 2, 2)
        assert (first.performance_band, first.best_streak) == ("excellent", 2)
        answers = (await session.scalars(select(QuestionAttempt))).all()
        assert {answer.context for answer in answers} == {"live"}
        assert {str(answer.question_id) for answer in answers} == set(game.sources)
        assert {answer.response for answer in answers} == {"a"}


async def test_any_order_and_any_number_of_times_come_to_the_same_rows(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=50)
    entries = game.entries() * 3
    Random(7).shuffle(entries)
    await write_down(redis, *entries)

    await record_all(redis, session_factory)

    assert await counts(session_factory) == complete(game)


async def test_many_recorders_share_the_work(redis: Redis, session_factory: SessionFactory) -> None:
    games = [await play(session_factory, players=30) for _ in range(8)]
    for game in games:
        await write_down(redis, *game.entries())

    async with recording(redis, session_factory, "a"), recording(redis, session_factory, "b"):
        await until(lambda: journal_is_empty(redis))

    assert sum((await counts(session_factory)).values()) == 8 * sum(complete(games[0]).values())


async def test_signed_in_players_are_attached_to_their_accounts(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=1)
    async with session_factory.begin() as session:
        student = await samples.add_user(session, "student@kuis.example", "student")
    nobody = samples.player("removed since", uuid7())
    players = (samples.player("Ani", student.id), nobody)
    game = replace(game, players=players)
    await write_down(redis, *game.entries())

    await record_all(redis, session_factory)

    async with session_factory() as session:
        for table in (QuizParticipation, QuestionAttempt, QuizAttempt):
            owners = set(await session.scalars(select(table.user_id)))
            assert owners == {student.id, None}


async def test_a_second_seat_of_an_account_is_kept_as_a_guests(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    async with session_factory.begin() as session:
        student = await samples.add_user(session, "student@kuis.example", "student")
    players = tuple(samples.player(name, student.id) for name in ("one", "two", "three"))
    game = replace(game, players=players)
    await write_down(redis, Joined(session=game.session, players=players[:1]))
    await record_all(redis, session_factory)
    await write_down(redis, *game.entries())

    await record_all(redis, session_factory)

    assert await counts(session_factory) == complete(game)
    async with session_factory() as session:
        taken = select(QuizParticipation.player).where(QuizParticipation.user_id == student.id)
        assert [str(player) for player in await session.scalars(taken)] == [players[0].player]


async def test_the_kicked_keep_their_participation(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    kick = samples.kick(game, 0)
    await write_down(redis, kick, *game.joined(), kick)

    await record_all(redis, session_factory)

    async with session_factory() as session:
        seats = (await session.scalars(select(QuizParticipation))).all()
        kicked = {str(seat.player): seat.kicked_at for seat in seats if seat.kicked_at}
    assert kicked == {game.players[0].player: moment(samples.GAME_BEGAN + 5)}


async def test_the_end_frees_the_code_and_is_never_moved(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    end = Finished(session=game.session, at=samples.GAME_BEGAN, of=0, results=(), last=True)
    await write_down(redis, end)
    await record_all(redis, session_factory)
    # Later news, with a start after the end.
    later = msgspec.structs.replace(end, at=end.at + 10)
    await write_down(redis, later, Started(session=game.session, at=end.at + 5))
    await record_all(redis, session_factory)

    async with session_factory.begin() as session:
        first = (await session.scalars(select(QuizSession))).one()
        assert (first.started_at, first.ended_at) == (moment(end.at), moment(end.at))
        host = samples.Someone((await session.scalars(select(Quiz.teacher_id))).one())
        quiz = await quizzes.get(session, host, first.quiz_id)
        second = await samples.add_session(session, host, quiz)
        assert second.access_code == first.access_code


async def test_a_session_never_ends_before_it_began(
    redis: Redis, session_factory: SessionFactory
) -> None:
    """The clock of a room may jump back when its Redis is replaced."""
    game = await play(session_factory)
    await write_down(redis, game.started())
    await record_all(redis, session_factory)
    end = Finished(session=game.session, at=samples.GAME_BEGAN, of=0, results=(), last=True)
    await write_down(redis, end)

    assert (await record_all(redis, session_factory)).refused == 0

    async with session_factory() as session:
        run = (await session.scalars(select(QuizSession))).one()
        assert run.ended_at == run.started_at == moment(samples.GAME_BEGAN + 1000)


async def test_a_race_that_was_lost_is_no_reason_to_refuse(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another recorder may take an account's seat between a look and an insert, even twice."""
    game = await play(session_factory, players=1)
    write, losses = journal_rows.record, iter(range(2))

    async def racing(session: AsyncSession, entries: list[journal.Entry]) -> int:
        if next(losses, None) is not None:
            raise IntegrityError("INSERT", {}, asyncpg.UniqueViolationError("there is one"))
        return await write(session, entries)

    monkeypatch.setattr(journal_rows, "record", racing)
    await write_down(redis, *game.joined())

    assert await record_all(redis, session_factory) == Counters(written=1)


async def test_what_was_played_of_a_purged_quiz_is_dropped(
    redis: Redis, session_factory: SessionFactory
) -> None:
    purged, kept = [await play(session_factory) for _ in range(2)]
    async with session_factory.begin() as session:
        run = await session.get_one(QuizSession, UUID(purged.session))
        await session.execute(delete(Quiz).where(Quiz.id == run.quiz_id))
    await write_down(redis, *purged.entries(), *kept.entries())

    counters = await record_all(redis, session_factory)

    assert counters == Counters(written=len(kept.entries()), dropped=len(purged.entries()))
    assert await counts(session_factory) == complete(kept)


async def test_an_answer_outlives_the_question_it_was_copied_from(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    await write_down(redis, *game.answered(0), *game.answered(1))
    async with session_factory.begin() as session:
        host = samples.Someone((await session.scalars(select(Quiz.teacher_id))).one())
        quiz = await quizzes.get(session, host, (await session.scalars(select(Quiz.id))).one())
        await questions.replace(session, quiz, samples.drafts(1))

    await record_all(redis, session_factory)

    async with session_factory() as session:
        assert set(await session.scalars(select(QuestionAttempt.question_id))) == {None}


async def test_a_poll_is_neither_right_nor_wrong(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    (entry,) = game.answered(0)
    assert isinstance(entry, Answered)
    answers = tuple(
        msgspec.structs.replace(answer, correct=None, points=0, response=("a", "b"))
        for answer in entry.answers
    )
    await write_down(redis, msgspec.structs.replace(entry, answers=answers))

    await record_all(redis, session_factory)

    async with session_factory() as session:
        for answer in await session.scalars(select(QuestionAttempt)):
            assert (answer.is_correct, answer.response) == (None, ["a", "b"])


async def test_the_log_says_which_engine_is_waited_for(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = {"Redis": RedisConnectionError("away"), "PostgreSQL": ConnectionRefusedError("away")}
    read, write = redis.xreadgroup, journal_rows.record

    async def reading(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  # handed on
        if error := away.pop("Redis", None):
            raise error
        return await read(*arguments, **options)

    async def writing(session: AsyncSession, entries: list[journal.Entry]) -> int:
        if error := away.pop("PostgreSQL", None):
            raise error
        return await write(session, entries)

    monkeypatch.setattr(redis, "xreadgroup", reading)
    monkeypatch.setattr(journal_rows, "record", writing)
    game = await play(session_factory)
    await write_down(redis, *game.entries())

    with structlog.testing.capture_logs() as logs:
        await record_all(redis, session_factory)

    assert [f"{line['event']}: {line['engine']}" for line in logs] == [
        "recorder waits: Redis",
        "recorder waits: PostgreSQL",
        "recorder goes on: PostgreSQL",
        "recorder goes on: Redis",
    ]
    assert await counts(session_factory) == complete(game)


@pytest.mark.parametrize(
    ("most", "batches"),
    [
        (1, [["joined"]] * 4 + [["started"], ["answered"], ["answered"]]),
        (21, [["joined"] * 2, ["joined"] * 2, ["started", "answered"], ["answered"]]),
        (40, [["joined"] * 2, ["joined"] * 2, ["started", "answered"], ["answered"]]),
        (41, [["joined"] * 3, ["joined", "started", "answered"], ["answered"]]),
        (500, [["joined"] * 4 + ["started", "answered", "answered"]]),
    ],
)
async def test_a_transaction_is_over_when_it_has_enough_players(
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    batches: list[list[str]],
) -> None:
    monkeypatch.setattr(recorder, "PLAYERS_PER_TRANSACTION", most)
    write = journal_rows.record
    written: list[list[str]] = []

    async def noted(session: AsyncSession, entries: list[journal.Entry]) -> int:
        written.append([type(entry).__name__.lower() for entry in entries])
        return await write(session, entries)

    monkeypatch.setattr(journal_rows, "record", noted)
    game = await play(session_factory, players=80)
    await write_down(redis, *game.entries())

    await record_all(redis, session_factory)

    assert written == [*batches, ["finished"]]


@pytest.mark.parametrize("is_abandoned", [True, False])
async def test_a_recorder_leaves_what_it_does_not_write_next_to_others(
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_abandoned: bool,
) -> None:
    monkeypatch.setattr(recorder, "ENTRIES_PER_READ", 2)
    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 0)
    monkeypatch.setattr(recorder, "CLAIM_INTERVAL_S", 0.0)
    write, begun, may_write = journal_rows.record, asyncio.Event(), asyncio.Event()

    async def waiting(session: AsyncSession, entries: list[journal.Entry]) -> int:
        begun.set()
        await may_write.wait()
        return await write(session, entries)

    monkeypatch.setattr(journal_rows, "record", waiting)
    game = await play(session_factory, players=100)
    await write_down(redis, *game.entries())
    stream = keys.journal(keys.shard(game.session))
    if is_abandoned:
        await redis.xgroup_create(stream, GROUP, id="0")
        await redis.xreadgroup(GROUP, "dead", {stream: ">"})

    async with recording(redis, session_factory):
        async with asyncio.timeout(SOON_S):
            await begun.wait()
        assert len(await redis.xpending_range(stream, GROUP, "-", "+", 100, "test")) == 2
        may_write.set()
        await until(lambda: journal_is_empty(redis))
    assert await counts(session_factory) == complete(game)


async def test_an_entry_that_is_gone_holds_up_none(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    gone = await redis.xadd(keys.journal(keys.shard(game.session)), {"entry": b"gone"})
    await write_down(redis, *game.entries())
    for stream in STREAMS:
        await redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
    await redis.xreadgroup(GROUP, "test", dict.fromkeys(STREAMS, ">"))
    await redis.xdel(keys.journal(keys.shard(game.session)), gone)

    counters = await record_all(redis, session_factory)

    assert counters == Counters(written=len(game.entries()))
    assert await counts(session_factory) == complete(game)
    pending = [await redis.xpending(stream, GROUP) for stream in STREAMS]
    assert not any(each["pending"] for each in pending)
