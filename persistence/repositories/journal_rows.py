"""Writes journal entries as rows. Entries may come in any order and more than once.

Each statement takes one JSON document with thousands of rows. Existing rows are not changed,
because an entry never changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.live.journal import (
    Answered,
    Entry,
    Finished,
    Joined,
    JournalAnswer,
    JournalPlayer,
    JournalResult,
    Kicked,
    Started,
)
from game.rules.scoring import performance_band
from persistence.models import QuizSession
from persistence.repositories import question_statistics, seat_claims
from persistence.repositories.missed_questions.enqueuing import make_cards_soon

Row = dict[str, Any]  # Any: what JSON has, by the columns' names

PARTICIPATIONS = text("""
    INSERT INTO quiz_participations
           (id, session_id, player, user_id, nickname, team, joined_at)
    SELECT r.id, r.session, r.player, u.id, r.nickname, r.team, to_timestamp(r.joined_at / 1000.0)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (id uuid, session uuid, player uuid, account uuid, nickname text, team text,
            joined_at bigint)
      LEFT JOIN users u ON u.id = r.account AND NOT EXISTS (
           -- One seat an account. Should there be a second, it is kept as a guest's.
           SELECT FROM quiz_participations p
            WHERE p.session_id = r.session AND p.user_id = r.account AND p.player <> r.player)
     ORDER BY r.session, r.player
        ON CONFLICT (session_id, player) DO NOTHING
""")

# With outer joins, an answer without its player violates a constraint instead of being skipped.
ANSWERS = text("""
    INSERT INTO question_attempts
           (id, context, session_id, participation_id, user_id, question_index, question_id,
            response, is_correct, points, time_taken_ms, answered_at)
    SELECT r.id, 'live', r.session, p.id, p.user_id, r.question, q.id,
           r.response, r.correct, r.points, r.elapsed_ms, to_timestamp(r.answered_at / 1000.0)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (id uuid, session uuid, player uuid, question int, source uuid, response jsonb,
            correct boolean, points int, elapsed_ms int, answered_at bigint)
      LEFT JOIN quiz_participations p ON p.session_id = r.session AND p.player = r.player
      LEFT JOIN questions q ON q.id = r.source
     ORDER BY r.session, r.question, r.player
        ON CONFLICT (participation_id, question_index, run) DO NOTHING
""")

RESULTS = text("""
    INSERT INTO quiz_attempts
           (id, participation_id, session_id, quiz_id, user_id, score, total_questions,
            answered_questions, correct_answers, rank, performance_band, total_time_ms,
            best_streak, finished_at)
    SELECT r.id, p.id, r.session, s.quiz_id, p.user_id, r.score, r.total,
           r.answered, r.correct, r.rank, r.band, r.total_time_ms,
           r.best_streak, to_timestamp(r.finished_at / 1000.0)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (id uuid, session uuid, player uuid, score int, total int, answered int, correct int,
            rank int, band text, total_time_ms int, best_streak int, finished_at bigint)
      JOIN quiz_sessions s ON s.id = r.session
      LEFT JOIN quiz_participations p ON p.session_id = r.session AND p.player = r.player
     ORDER BY r.session, r.player
        ON CONFLICT (participation_id) DO NOTHING
""")

KICKS = text("""
    UPDATE quiz_participations p
       SET kicked_at = to_timestamp(r.at / 1000.0), updated_at = clock_timestamp()
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (session uuid, player uuid, at bigint)
     WHERE p.session_id = r.session AND p.player = r.player AND p.kicked_at IS NULL
""")

STARTS = text("""
    UPDATE quiz_sessions s
       SET started_at = LEAST(to_timestamp(r.at / 1000.0), s.ended_at),
           updated_at = clock_timestamp()
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (session uuid, at bigint)
     WHERE s.id = r.session AND s.started_at IS NULL
""")

# In the order of ids, so that two recorders of the same sessions cannot deadlock.
REVEALS = text("""
    WITH locked AS (
        SELECT s.id, r.revealed, r.opened_at, r.limits_ms
          FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
               (session uuid, revealed int, opened_at jsonb, limits_ms jsonb)
          JOIN quiz_sessions s ON s.id = r.session
           AND (s.revealed_questions < r.revealed OR NOT s.questions_opened_at @> r.opened_at
                OR NOT s.limits_ms @> r.limits_ms)
         ORDER BY s.id
           FOR NO KEY UPDATE OF s)
    UPDATE quiz_sessions s
       SET revealed_questions = GREATEST(s.revealed_questions, locked.revealed),
           questions_opened_at = s.questions_opened_at || locked.opened_at,
           limits_ms = s.limits_ms || locked.limits_ms,
           updated_at = clock_timestamp()
      FROM locked
     WHERE s.id = locked.id
""")

# Frees the session's code, so it comes last in its transaction.
ENDS = text("""
    UPDATE quiz_sessions s
       SET ended_at = GREATEST(to_timestamp(r.at / 1000.0), s.started_at),
           updated_at = clock_timestamp()
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (session uuid, at bigint)
     WHERE s.id = r.session AND s.ended_at IS NULL
""")


@dataclass(slots=True)
class Rows:
    """The rows of some entries, by statement, in the order that foreign keys require."""

    players: dict[tuple[str, str], Row] = field(default_factory=dict)
    answers: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    kicks: list[Row] = field(default_factory=list)
    starts: list[Row] = field(default_factory=list)
    reveals: dict[str, Row] = field(default_factory=dict)
    ends: list[Row] = field(default_factory=list)
    seats: set[tuple[str, str]] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        match entry:
            case Joined():
                self._add_players(entry.session, entry.players)
            case Started():
                self.starts.append({"session": entry.session, "at": entry.at})
            case Answered():
                self._add_players(entry.session, (answer.player for answer in entry.answers))
                self.answers.extend(_answer(entry, answer) for answer in entry.answers)
                self._add_reveal(entry)
            case Kicked():
                self._add_players(entry.session, (entry.player,))
                self.kicks.append(
                    {"session": entry.session, "player": entry.player.player, "at": entry.at}
                )
            case Finished():
                self._add_players(entry.session, (result.player for result in entry.results))
                self.results.extend(_result(entry, result) for result in entry.results)
                if entry.last:
                    self.ends.append({"session": entry.session, "at": entry.at})

    def _add_reveal(self, entry: Answered) -> None:
        nothing: Row = {
            "session": entry.session,
            "revealed": 0,
            "opened_at": {},
            "limits_ms": {},
        }
        reveal = self.reveals.setdefault(entry.session, nothing)
        reveal["revealed"] = max(reveal["revealed"], entry.question + 1)
        if entry.opened_at is not None:
            reveal["opened_at"][str(entry.question)] = entry.opened_at
        if entry.limit_ms is not None:
            reveal["limits_ms"][str(entry.question)] = entry.limit_ms

    def _add_players(self, session: str, players: Iterable[JournalPlayer]) -> None:
        for player in players:
            if (session, player.player) not in self.players:
                self.players[session, player.player] = self._participation(session, player)

    def _participation(self, session: str, player: JournalPlayer) -> Row:
        seat = (session, player.user or player.player)
        account = None if seat in self.seats else player.user
        self.seats.add(seat)
        return {
            "id": uuid7(),
            "session": session,
            "player": player.player,
            "account": account,
            "nickname": player.nickname,
            "team": player.team,
            "joined_at": player.joined_at,
        }

    def __len__(self) -> int:
        return len(self.players) + len(self.answers) + len(self.results)


async def record(session: AsyncSession, entries: Sequence[Entry]) -> int:
    """Write entries, except for those of purged sessions. Returns how many were skipped."""
    known = await _existing(session, {entry.session for entry in entries})
    rows = Rows()
    kept = [entry for entry in entries if UUID(entry.session) in known]
    for entry in kept:
        rows.add(entry)
    for statement, some in (
        (PARTICIPATIONS, list(rows.players.values())),
        (ANSWERS, rows.answers),
        (RESULTS, rows.results),
        (KICKS, rows.kicks),
        (STARTS, rows.starts),
        (REVEALS, list(rows.reveals.values())),
        (ENDS, rows.ends),
    ):
        if some:
            await session.execute(statement, {"rows": msgspec.json.encode(some).decode()})
    ended = [UUID(end["session"]) for end in rows.ends]
    await question_statistics.recompute_soon(session, ended)
    await make_cards_soon(session, ended)
    await seat_claims.keep_tokens_soon(session, ended)
    return len(entries) - len(kept)


async def _existing(session: AsyncSession, ids: Iterable[str]) -> set[UUID]:
    """Which of these sessions exist. They are locked until the transaction ends."""
    query = (
        select(QuizSession.id)
        .where(QuizSession.id.in_(sorted(map(UUID, ids))))
        .order_by(QuizSession.id)
        .with_for_update(read=True, key_share=True)
    )
    return set((await session.scalars(query)).all())


def _answer(entry: Answered, answer: JournalAnswer) -> Row:
    return {
        "id": uuid7(),
        "session": entry.session,
        "player": answer.player.player,
        "question": entry.question,
        "source": entry.source,
        "response": answer.response,
        "correct": answer.correct,
        "points": answer.points,
        "elapsed_ms": answer.elapsed_ms,
        "answered_at": answer.answered_at,
    }


def _result(entry: Finished, result: JournalResult) -> Row:
    return {
        "id": uuid7(),
        "session": entry.session,
        "player": result.player.player,
        "score": result.score,
        "total": entry.of,
        "answered": result.answered,
        "correct": result.correct,
        "rank": result.rank,
        "band": performance_band(result.correct, entry.of),
        "total_time_ms": result.total_time_ms,
        "best_streak": result.best_streak,
        "finished_at": entry.at,
    }
