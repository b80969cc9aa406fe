"""The teacher over HTTP: signs in, writes the quiz, opens the rooms, clears up."""

import http.client
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from server.bench.errors import BenchError
from server.bench.server import Server

ANSWER_S = 60.0
RECORDED_WITHIN_S = 30.0
LOOK_S = 0.1
HOMEWORK_TIME_LIMIT_S = 30
STEM = "Which one?"
"""Just so long that a `question` frame has about 300 bytes."""
CHOICES = ("a", "b", "c", "d")
"""The ids that a session gives to the choices; the first is right."""

Json = dict[str, Any]  # Any: JSON


class Teacher:
    """Signed in at a server; `close` removes what was written, unless the server is ours."""

    def __init__(self, server: Server, email: str | None, password: str | None) -> None:
        self._server = server
        self._quizzes: dict[tuple[int, int], str] = {}
        self._open: list[str] = []
        self.token = ""
        if email is None or password is None:
            path, account = "/api/auth/register", _anybody()
        else:
            path, account = "/api/auth/login", {"email": email, "password": password}
        self.token = self._post(path, account)["token"]

    @cached_property
    def user_id(self) -> UUID:
        return UUID(self._ask("GET", "/api/me")["id"])

    def close(self) -> None:
        if self._server.is_ours:
            return  # it goes with its data
        for session in tuple(self._open):
            self.end(session)
        for quiz in self._quizzes.values():
            self._wait_until_over(quiz)
            self._ask("DELETE", f"/api/quizzes/{quiz}?purge=true")

    def open(self, questions: int, time_limit: int, settings: Json) -> tuple[str, str]:
        """Open a room on a quiz of this size and time limit. Returns its session and code."""
        key = (questions, time_limit)
        if key not in self._quizzes:
            self._quizzes[key] = self._post("/api/quizzes", _quiz(*key))["id"]
        room = self._post(f"/api/quizzes/{self._quizzes[key]}/sessions", {"settings": settings})
        self._open.append(room["id"])
        return room["id"], room["code"]

    def give_homework(self, questions: int) -> str:
        """Give a quiz of this size as homework for a day. Returns its code."""
        key = (questions, HOMEWORK_TIME_LIMIT_S)
        if key not in self._quizzes:
            self._quizzes[key] = self._post("/api/quizzes", _quiz(*key))["id"]
        closes_at = datetime.now(UTC) + timedelta(days=1)
        homework = self._post(
            f"/api/quizzes/{self._quizzes[key]}/sessions",
            {"mode": "self_paced", "closes_at": closes_at.isoformat()},
        )
        self._open.append(homework["id"])
        return str(homework["code"])

    def end(self, session: str) -> None:
        self._open.remove(session)
        self._post(f"/api/sessions/{session}/end", {})

    def _wait_until_over(self, quiz: str) -> None:
        """Until the recorder has written that the quiz's rooms have ended."""
        until = time.monotonic() + RECORDED_WITHIN_S
        while self._ask("GET", f"/api/sessions?quiz_id={quiz}&running=true")["total"]:
            if time.monotonic() > until:
                raise BenchError("The end of a room was not recorded: does a worker run?")
            time.sleep(LOOK_S)

    def _post(self, path: str, body: Json) -> Json:
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        link = http.client.HTTPConnection(self._server.host, self._server.port, timeout=ANSWER_S)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            link.request(method, path, None if body is None else json.dumps(body), headers)
            response = link.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise BenchError(f"{self._server.url} does not answer: {error}") from error
        finally:
            link.close()
        told: Json = json.loads(data) if data else {}
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            why = told.get("detail") or told.get("title") or response.reason
            raise BenchError(f"{self._server.url} refused {method} {path}: {why}")
        return told


def _anybody() -> Json:
    return {
        "email": f"bench-{secrets.token_hex(8)}@kuis.example",
        "password": secrets.token_urlsafe(16),
        "full_name": "Bench",
        "role": "teacher",
    }


def _quiz(questions: int, time_limit: int) -> Json:
    return {
        "title": "Bench",
        "questions": [
            {
                "type": "multiple_choice",
                "stem": STEM,
                "time_limit": time_limit,
                "choices": [
                    {"text": text, "is_correct": text == "this"}
                    for text in ("this", "that", "more", "less")
                ],
            }
        ]
        * questions,
    }
