"""A teacher who gives homework, and students who work on it over HTTP."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from persistence.database import SessionFactory
from persistence.homework_deadlines import close_due
from tests.server.api.conftest import Person, connect
from tests.server.api.quiz_samples import ALL_KINDS, write

Json = dict[str, Any]
RIGHT: dict[str, object] = {
    "Capital of Indonesia?": "Jakarta",
    "Water boils at 100 °C at sea level.": True,
    "Which are islands?": ["Java", "Bali"],
    "Who wrote Bumi Manusia?": "Pramoedya",
    "π?": 3.14,
    "From small to large": ["Bali", "Java", "Borneo"],
    "More?": ["Yes"],
}
"""What is right in `ALL_KINDS`, by the texts of choices."""


class Worker:
    """A student with a browser: a guest with a token, or somebody who is signed in."""

    def __init__(self, client: httpx.AsyncClient, code: str, name: str = "") -> None:
        self.client, self.code, self.name = client, code, name
        self.attempt: Json = {}

    async def start(self) -> Json:
        answer = await self.client.post(
            f"/api/sessions/{self.code}/attempts", json={"nickname": self.name}
        )
        assert answer.status_code == 200, answer.text
        self.attempt = answer.json()
        return self.attempt

    @property
    def path(self) -> str:
        return f"/api/attempts/{self.attempt['id']}"

    async def put(self, question: int, response: object) -> httpx.Response:
        return await self.client.put(f"{self.path}/answers/{question}", json={"response": response})

    async def leave(self, question: int) -> httpx.Response:
        return await self.client.post(f"{self.path}/next", json={"question": question})

    async def finish(self) -> httpx.Response:
        return await self.client.post(f"{self.path}/finish")

    async def look(self) -> Json:
        self.attempt = (await self.client.get(self.path)).json()
        return self.attempt

    async def answer(self, response: object) -> Json:
        answered = await self.put(self.attempt["question"]["question"], response)
        assert answered.status_code == 200, answered.text
        self.attempt = answered.json()
        return self.attempt

    async def answer_right(self) -> Json:
        question = self.attempt["question"]
        return await self.answer(shown(question, RIGHT[question["stem"]]))

    async def go_on(self) -> Json:
        left = await self.leave(self.attempt["question"]["question"])
        assert left.status_code == 200, left.text
        self.attempt = left.json()
        return self.attempt

    async def answer_all(self, right: int = 99) -> Json:
        """Answer the first questions right, and leave the others."""
        while not self.attempt["finished"]:
            if self.attempt["answered"] < right:
                await self.answer_right()
            await self.go_on()
        return self.attempt

    async def results(self) -> httpx.Response:
        return await self.client.get(f"{self.path}/results")


def shown(question: Json, wanted: object) -> object:
    """The response with the ids that this student sees."""
    ids = {choice["text"]: choice["id"] for choice in question["choices"]}
    if isinstance(wanted, list):
        return [ids[text] for text in wanted]
    return ids[wanted] if isinstance(wanted, str) and ids else wanted


Guest = Callable[[str, str], Awaitable[Worker]]


@pytest.fixture
async def guest(app: Litestar) -> AsyncIterator[Guest]:
    """What makes guests, by code and name, each with a browser of their own."""
    async with AsyncExitStack() as stack:

        async def make(code: str, name: str) -> Worker:
            headers = {"Homework-Token": secrets.token_urlsafe(32)}
            client = await stack.enter_async_context(connect(app, headers=headers))
            return Worker(client, code, name)

        yield make


async def give(
    teacher: Person, questions: list[Json] | None = None, days: float = 7, **settings: object
) -> Json:
    """Give it, with the results at the end of an attempt unless `settings` say otherwise."""
    quiz = await write(teacher, questions=ALL_KINDS if questions is None else questions)
    closes_at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    chosen = {"feedback": "at_end"} | settings
    return await give_quiz(teacher, quiz["id"], closes_at=closes_at, **chosen)


async def give_quiz(teacher: Person, quiz_id: str, **body: object) -> Json:
    """Give this quiz, and return what its teacher sees."""
    answer = await teacher.client.post(
        f"/api/quizzes/{quiz_id}/sessions", json={"mode": "self_paced"} | body
    )
    assert answer.status_code == 201, answer.text
    found: Json = (await teacher.client.get(f"/api/homework/{answer.json()['id']}")).json()
    return found


async def end(teacher: Person, homework: Json) -> None:
    answer = await teacher.client.post(f"/api/sessions/{homework['id']}/end")
    assert answer.status_code == 204, answer.text


async def pass_deadline(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch, days: float = 8
) -> int:
    """Let the worker look when the deadline is over."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # UTC only
            del tz
            return datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr("persistence.homework_deadlines.datetime", Later)
    return await close_due(session_factory)


async def count(session_factory: SessionFactory, table: type) -> int:
    async with session_factory() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


def answered() -> float:
    """How many answers were acknowledged."""
    name = "kuis_homework_answers_total"
    return REGISTRY.get_sample_value(name, {"outcome": "answered"}) or 0


def batched() -> float:
    """How many requests had a place in a transaction."""
    return REGISTRY.get_sample_value("kuis_homework_batch_requests_sum") or 0
