"""Entries that cannot be written are set aside with a reason, and cost nobody else their rows."""

from dataclasses import replace
from typing import Any

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.live import journal, keys
from game.live.journal import Answered, Joined, Started
from persistence import recorder
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.recorder import Counters
from persistence.repositories import journal_rows
from tests.persistence.recorders import record_all
from tests.persistence.samples import complete, counts, play, write_down


async def test_poison_is_set_aside_with_its_reason_and_nothing_else_suffers(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=60)
    (entry,) = game.answered(0)
    assert isinstance(entry, Answered)
    worthless = msgspec.structs.replace(entry.answers[0], points=-1)
    refused = msgspec.structs.replace(entry, question=1, answers=(worthless,))
    stream = keys.journal(keys.shard(game.session))
    poison = [b"not JSON", b'{"kind":"unknown"}', journal.encode(refused)]
    poison.append(journal.encode(msgspec.structs.replace(entry, session="no id")))
    for place, healthy in enumerate(game.entries()):
        await write_down(redis, healthy)
        for bad in poison[place : place + 1]:
            await redis.xadd(stream, {"entry": bad})
    await redis.xadd(stream, {"something": "else"})

    counters = await record_all(redis, session_factory)

    assert counters == Counters(written=len(game.entries()), refused=5)
    assert await counts(session_factory) == complete(game)
    aside = await set_aside(redis, stream)
    assert sorted(fields[b"entry"] for fields in aside) == sorted([b"", *poison])
    assert len({fields[b"id"] for fields in aside}) == 5
    reasons = {fields[b"entry"]: fields[b"reason"] for fields in aside}
    assert b"malformed" in reasons[b"not JSON"]
    (reason,) = [one[b"reason"] for one in aside if one[b"entry"] == journal.encode(refused)]
    assert b"ck_question_attempts_points" in reason
    assert b"\n" not in reason


async def test_one_players_poison_costs_nobody_else_their_rows(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=45)
    evil = msgspec.structs.replace(game.players[30], team="\0")
    game = replace(game, players=(*game.players[:30], evil, *game.players[31:]))
    await write_down(redis, *game.entries())

    counters = await record_all(redis, session_factory)

    rest = replace(game, players=(*game.players[:30], *game.players[31:]))
    assert await counts(session_factory) == complete(rest)
    assert counters.refused == len(game.entries()) - 3  # the start, and who joined without it
    async with session_factory() as session:
        run = (await session.scalars(select(QuizSession))).one()
        assert run.ended_at is not None
    stream = keys.journal(keys.shard(game.session))
    aside = [journal.decode(fields[b"entry"]) for fields in await set_aside(redis, stream)]
    assert game.joined()[1] not in aside
    assert Joined(session=game.session, players=(evil,)) in aside


async def set_aside(redis: Redis, stream: str) -> list[dict[bytes, bytes]]:
    reply: Any = await redis.xrange(
        recorder.dead_letter_stream(stream)
    )  # Any: by protocol; this is RESP2's
    return [fields for _, fields in reply]


async def test_what_breaks_the_recorder_itself_is_set_aside_too(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = await play(session_factory)
    write = journal_rows.record

    async def broken(session: AsyncSession, entries: list[journal.Entry]) -> int:
        if any(isinstance(entry, Started) for entry in entries):
            raise KeyError("a bug")
        return await write(session, entries)

    monkeypatch.setattr(journal_rows, "record", broken)
    await write_down(redis, *game.entries())

    counters = await record_all(redis, session_factory)

    assert counters.refused == 1
    assert await counts(session_factory) == complete(game)
    (aside,) = await set_aside(redis, keys.journal(keys.shard(game.session)))
    assert b"a bug" in aside[b"reason"]


@pytest.mark.parametrize("is_wrapped", [True, False])
async def test_a_reason_quotes_no_answers(
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_wrapped: bool,
) -> None:
    violation = asyncpg.CheckViolationError("too many points")
    violation.detail = "Failing row contains (Jakarta)."
    refusal = IntegrityError("INSERT", {"response": "Jakarta"}, violation)

    async def refusing(_: AsyncSession, __: list[journal.Entry]) -> int:
        raise refusal if is_wrapped else violation

    monkeypatch.setattr(journal_rows, "record", refusing)
    game = await play(session_factory)
    await write_down(redis, game.started())

    await record_all(redis, session_factory)

    (aside,) = await set_aside(redis, keys.journal(keys.shard(game.session)))
    assert aside[b"reason"] == b"too many points"
