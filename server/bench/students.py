"""Students at homework over HTTP, each with a connection of its own, in one event loop."""

import asyncio
import random
import secrets
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from server.bench.server import Server

THINK_S = (1.0, 5.0)
"""How long a student looks at a question and at what follows it."""
ANSWER = {"response": "a"}

Json = dict[str, Any]  # Any: JSON


@dataclass(slots=True)
class Times:
    """Seconds from a request to its answer, by kind; and the answers that were acknowledged."""

    starts: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    """By attempt, how many."""


class Connection:
    """HTTP/1.1 with keep-alive: no more than a request at a time."""

    def __init__(self, server: Server, token: str | None = None) -> None:
        """Of a guest, or signed in with a token."""
        self._server = server
        guest = f"Homework-Token: {secrets.token_hex(16)}"
        self._header = guest if token is None else f"Authorization: Bearer {token}"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: object = None) -> Json:
        """The JSON of the answer. Raises ConnectionError if it does not come."""
        content = b"" if body is None else msgspec.json.encode(body)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._server.host}\r\n"
            f"{self._header}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        is_new = self._streams is None
        try:
            return await self._send(head.encode() + content)
        except (ConnectionResetError, BrokenPipeError, asyncio.IncompleteReadError) as error:
            self.close()
            if is_new:
                raise ConnectionResetError("the server closed the connection") from error
        return await self._send(head.encode() + content)  # it was idle for too long

    async def _send(self, request: bytes) -> Json:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._server.host, self._server.port)
        reader, writer = self._streams
        writer.write(request)
        return await _answer(reader)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _answer(reader: asyncio.StreamReader) -> Json:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    content = await reader.readexactly(length)
    status = int(lines[0].split()[1])
    if status >= HTTPStatus.BAD_REQUEST:
        raise ConnectionError(f"{status}: {content[:200].decode(errors='replace')}")
    answer: Json = msgspec.json.decode(content) if content[:1] == b"{" else {}
    return answer


async def work(server: Server, code: str, students: int, within_s: float, times: Times) -> None:
    """So many students start within this time, and answer all questions."""
    async with asyncio.TaskGroup() as group:
        for number in range(students):
            after_s = within_s * number / students
            group.create_task(_student(server, code, f"Student {number}", after_s, times))


async def _student(server: Server, code: str, name: str, after_s: float, times: Times) -> None:
    await asyncio.sleep(after_s)
    connection = Connection(server)
    start = connection.ask("POST", f"/api/sessions/{code}/attempts", {"nickname": name})
    attempt = await _timed(start, times.starts)
    try:
        while not attempt["finished"]:
            await asyncio.sleep(random.uniform(*THINK_S))  # noqa: S311  # no secret
            id_, at = attempt["id"], attempt["question"]["question"]
            path = f"/api/attempts/{id_}"
            await _timed(connection.ask("PUT", f"{path}/answers/{at}", ANSWER), times.answers)
            times.acknowledged[id_] = times.acknowledged.get(id_, 0) + 1
            leaving = connection.ask("POST", f"{path}/next", {"question": at})
            attempt = await _timed(leaving, times.others)
    finally:
        connection.close()


async def idle_requests(
    server: Server, students: int, within_s: float, questions: int, times: Times
) -> None:
    """As many requests at the same times, to a route that only says that the server is there."""

    async def one(after_s: float) -> None:
        await asyncio.sleep(after_s)
        connection = Connection(server)
        for _ in range(questions):
            await asyncio.sleep(random.uniform(*THINK_S))  # noqa: S311  # no secret
            for _ in range(2):
                await _timed(connection.ask("GET", "/health/live"), times.answers)
        connection.close()

    async with asyncio.TaskGroup() as group:
        for number in range(students):
            group.create_task(one(within_s * number / students))


async def _timed(asking: Any, into: list[float]) -> Json:  # noqa: ANN401  # a coroutine
    began = time.perf_counter()
    answer: Json = await asking
    into.append(time.perf_counter() - began)
    return answer
