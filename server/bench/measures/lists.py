"""Measures how fast lists are over HTTP, with 100,000 rows behind each.

A teacher has 100,000 quizzes, of which every second one is in the library, 100,000 sessions, and
100,000 questions in the bank.
The reference is a request for the teacher's own account.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from uuid import UUID

from uuid_utils.compat import uuid7

from game.rules import codes
from persistence.database import connect_directly
from server.bench.games import Games, Needs
from server.bench.question_bank import AT_ONCE, COLUMNS, ENGLISH, LEVELS, SEED, Row, question
from server.bench.reader import Reader, p95
from server.bench.results import Bar, Line
from server.bench.testbeds import BenchOptions, Testbed

ROWS = 100_000
TIMES = 10
"""How often each list is requested in a round."""
BAR, SEARCH_BAR = Bar(25.0), Bar(50.0)
REFERENCE = "/api/me"
LISTS = {
    "quizzes, newest first": "/api/quizzes?sort=created",
    "quizzes, last changed": "/api/quizzes?sort=updated",
    "quizzes by title": "/api/quizzes?sort=title",
    "quizzes, last played": "/api/quizzes?sort=played",
    "library, newest first": "/api/library?sort=published",
    "library by title": "/api/library?sort=title",
    "library, a topic": "/api/library?topic=topic+7",
    "library, a topic that none has": "/api/library?topic=nothing",
    "rooms and homework": "/api/sessions?mode=live",
    "open rooms": "/api/sessions?mode=live&running=true",
    "bank, latest first": "/api/questions?sort=latest",
    "bank by title": "/api/questions?sort=title",
    "bank by difficulty": "/api/questions?sort=difficulty",
    "bank by title, a level": "/api/questions?sort=title&level=B1",
}
SEARCHES = {
    "quizzes with a frequent word": "/api/quizzes?search=mountain",
    "quizzes with a rare word": "/api/quizzes?search=nr777+",
    "quizzes with a part of a title": "/api/quizzes?search=ountai",
    "quizzes without a hit": "/api/quizzes?search=zzzzz",
    "library with a frequent word": "/api/library?search=mountain",
    "library without a hit": "/api/library?search=zzzzz",
}
SHOWN = "page_size=50"
QUIZ_COLUMNS = (
    *("id", "teacher_id", "title", "access_code", "language", "level", "topic", "published_at"),
    *("is_playable", "created_at"),
)
SESSION_COLUMNS = (
    *("id", "quiz_id", "host_id", "title", "access_code", "settings", "questions", "started_at"),
    *("ended_at", "created_at"),
)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, games: Games) -> list[Line]:
    del games
    server = testbed.server
    if server.database_url is None:
        remark = "only on servers that the bench starts"
        return [Line(what="lists", value=None, unit="ms", bar=BAR, remarks=[remark])]
    testbed.say(f"writing {ROWS:,} quizzes, sessions and questions")
    asyncio.run(_fill(server.database_url, testbed.teacher.user_id))
    server.settle()
    paths = {what: f"{path}&{SHOWN}" for what, path in (LISTS | SEARCHES).items()}
    took: dict[str, list[float]] = {what: [] for what in (REFERENCE, *paths)}
    with closing(Reader(server, testbed.teacher)) as reader:
        for counts in testbed.turns("lists"):
            for _ in range(TIMES):
                for what, path in ({REFERENCE: REFERENCE} | paths).items():
                    took[what] += [reader.took_ms(path)] * counts
    reference = p95(took[REFERENCE])
    return [
        Line(
            what=what,
            value=p95(took[what]),
            unit="ms",
            reference=reference,
            ratio=reference / p95(took[what]),
            bar=BAR if what in LISTS else SEARCH_BAR,
            rounds=testbed.rounds,
            more={"p50_ms": median(took[what]), "p95_ms": p95(took[what])},
            remarks=[f"p95; the median is {median(took[what]):.1f} ms"],
        )
        for what in paths
    ]


async def _fill(database_url: str, teacher: UUID) -> None:
    random = Random(SEED)  # noqa: S311  # the same rows each time
    now = datetime.now(UTC)
    quizzes = [*_quizzes(random, teacher, now)]
    sessions = [
        (uuid7(), random.choice(quizzes)[0], teacher, "Played", code, "{}", "[]", at, at, at)
        for code, at in zip(_codes(random, codes.session_code), _times(now), strict=False)
    ]
    bank = [question(random, place, teacher) for place in range(ROWS)]
    connection = await connect_directly(database_url)
    try:
        for table, columns, rows in (
            ("quizzes", QUIZ_COLUMNS, quizzes),
            ("quiz_sessions", SESSION_COLUMNS, sessions),
            ("questions", COLUMNS, bank),
        ):
            for start in range(0, ROWS, AT_ONCE):
                some = rows[start : start + AT_ONCE]
                await connection.copy_records_to_table(table, columns=columns, records=some)
        await connection.execute("VACUUM ANALYZE users, quizzes, quiz_sessions, questions")
    finally:
        await connection.close()


def _quizzes(random: Random, teacher: UUID, now: datetime) -> Iterator[Row]:
    for place, (code, at) in enumerate(
        zip(_codes(random, codes.quiz_code), _times(now), strict=False)
    ):
        title = f"{random.choice(ENGLISH)} {random.choice(ENGLISH)} nr{place}".capitalize()
        level, topic = LEVELS[place % len(LEVELS)], f"topic {place % 40}"
        published_at = at if place % 2 else None
        yield (uuid7(), teacher, title, code, "en", level, topic, published_at, True, at)


def _codes(random: Random, code: Callable[[Random], str]) -> Iterator[str]:
    """Different ones."""
    found = {code(random) for _ in range(ROWS + ROWS // 100)}
    return iter(sorted(found))


def _times(now: datetime) -> Iterator[datetime]:
    return (now - timedelta(seconds=ROWS - place) for place in range(ROWS))
