"""The web process dies in the middle of homework: every acknowledged answer is in PostgreSQL."""

import asyncio
import itertools
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from persistence.database import connect_directly
from persistence.embedded import Engines
from tests.e2e.school import Teacher
from tests.serving import Kuis

pytestmark = pytest.mark.slow

STUDENTS = 60
QUESTIONS = 6
KILLED_AFTER = (40, 180)
"""After how many acknowledged answers the web process is killed."""
RETRY_S = 0.05
STORED = """
    SELECT r.id, a.question_index, count(*) AS rows FROM question_attempts a
      JOIN homework_runs r ON r.participation_id = a.participation_id AND r.number = a.run
     WHERE r.session_id = $1
     GROUP BY 1, 2
"""
RESULTS = "SELECT score, answered_questions FROM quiz_attempts WHERE session_id = $1"
QUESTION: dict[str, Any] = {
    "type": "multiple_choice",
    "stem": "Which one?",
    "choices": [{"text": "this", "is_correct": True}, {"text": "that"}],
}


@pytest.fixture
def kuis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kuis]:
    data: Path = tmp_path_factory.mktemp("homework") / "data"
    kuis = Kuis(data, "--workers=1", TEACHER_SIGNUP="open")
    yield kuis
    assert kuis.stop() == 0


@pytest.fixture
async def http(kuis: Kuis) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=STUDENTS)
    async with httpx.AsyncClient(base_url=kuis.url, timeout=30, limits=limits) as client:
        yield client


class Class:
    """Students who repeat each request until it is answered, and count what was acknowledged."""

    def __init__(self, http: httpx.AsyncClient, kuis: Kuis, code: str) -> None:
        self._http, self._kuis, self._code = http, kuis, code
        self.acknowledged: Counter[tuple[str, int]] = Counter()
        self.lost = 0
        self._kills = list(KILLED_AFTER)

    async def work(self) -> None:
        await asyncio.gather(*(self._student(number) for number in range(STUDENTS)))

    async def _student(self, number: int) -> None:
        token = {"Homework-Token": secrets.token_hex(16)}
        start = f"/api/sessions/{self._code}/attempts"
        attempt = await self._ask("POST", start, token, {"nickname": f"Student {number}"})
        while not attempt["finished"]:
            at = attempt["question"]["question"]
            path = f"/api/attempts/{attempt['id']}"
            response = {"response": "ab"[number % 2]}
            await self._ask("PUT", f"{path}/answers/{at}", token, response)
            self.acknowledged[attempt["id"], at] += 1
            self._kill_in_time()
            attempt = await self._ask("POST", f"{path}/next", token, {"question": at})

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: object
    ) -> dict[str, Any]:
        while True:
            try:
                answer = await self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                self.lost += 1
            else:
                if answer.status_code == httpx.codes.OK:
                    told: dict[str, Any] = answer.json()
                    return told
                assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            await asyncio.sleep(RETRY_S)

    def _kill_in_time(self) -> None:
        if self._kills and self.acknowledged.total() >= self._kills[0]:
            del self._kills[0]
            for process in self._kuis.named("server web"):
                process.kill()


@pytest.mark.longest
async def test_no_acknowledged_answer_is_lost_and_none_is_there_twice(
    kuis: Kuis, http: httpx.AsyncClient
) -> None:
    async with httpx.AsyncClient(base_url=kuis.url, timeout=30) as own:
        teacher = Teacher(own, kuis.ws_url)
        await teacher.register()
        quiz = await teacher.write([QUESTION] * QUESTIONS)
        closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        body = {"mode": "self_paced", "closes_at": closes_at}
        given = await own.post(f"/api/quizzes/{quiz['id']}/sessions", json=body)
        homework = given.raise_for_status().json()
        students = Class(http, kuis, homework["code"])
        await students.work()
        (await own.post(f"/api/sessions/{homework['id']}/end")).raise_for_status()
    assert students.lost > 0, "nobody noticed that the process was killed"
    connection = await connect_directly(Engines(kuis.data).addresses.database_url)
    try:
        stored = await connection.fetch(STORED, homework["id"])
        results = await connection.fetch(RESULTS, homework["id"])
    finally:
        await connection.close()
    rows = {(str(row["id"]), row["question_index"]): row["rows"] for row in stored}
    assert rows.keys() == students.acknowledged.keys()
    assert set(rows.values()) == {1}
    assert Counter(map(tuple, results)) == {
        (1000 * QUESTIONS, QUESTIONS): STUDENTS // 2,
        (0, QUESTIONS): STUDENTS // 2,
    }
    assert len(set(itertools.chain(attempt for attempt, _ in rows))) == STUDENTS
