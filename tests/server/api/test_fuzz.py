"""Sends every route valid and invalid requests at random, from different people.

`make fuzz` sends many more of each.
"""

import os
from datetime import UTC, datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import RunningServer
from tests.e2e.school import ALL_KINDS

pytestmark = [pytest.mark.slow, pytest.mark.longest]

EXAMPLES = int(os.environ.get("KUIS_FUZZ_EXAMPLES", "5"))
PATIENCE_S = 120  # with a machine that does much else
PASSWORD = "a long enough one"
ENDS_THE_SIGN_IN = "POST /api/auth/logout"  # what follows would only be refused
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PATHS = {
    "quiz_id": "quizzes",
    "question_id": "questions",
    "set_id": "question-sets",
    "session_id": "sessions",
    "code": "codes",
    "homework_id": "homework",
    "attempt_id": "attempts",
}

Json = dict[str, Any]  # Any: JSON
Operation = APIOperation[Any, Any, Any, Any]

fuzz = hypothesis_settings(
    max_examples=EXAMPLES,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Person:
    """Somebody over HTTP; a teacher has a quiz, a homework, an open room and one that is over."""

    def __init__(self, server: RunningServer, name: str, role: str = "teacher") -> None:
        self.headers: dict[str, str] = {}
        self._url = server.url
        account = {"email": f"{name}@kuis.example", "password": PASSWORD}
        self.ask("POST", "/api/auth/register", **account, full_name=name, role=role)
        token = self.ask("POST", "/api/auth/login", **account)["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **body: object) -> Json:
        answer = httpx.request(
            method,
            f"{self._url}{path}",
            json=body or None,
            headers=self.headers,
            timeout=PATIENCE_S,
        )
        assert answer.is_success, answer.text
        json: Json = answer.json() if answer.content else {}
        return json

    def teach(self) -> dict[str, list[str]]:
        """The ids of what there is then, by the kind of thing."""
        quiz = self.ask("POST", "/api/quizzes", title="Capitals", questions=ALL_KINDS)["id"]
        over, running = (self.ask("POST", f"/api/quizzes/{quiz}/sessions") for _ in range(2))
        self.ask("POST", f"/api/sessions/{over['id']}/end")
        closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        homework = self.ask(
            "POST", f"/api/quizzes/{quiz}/sessions", mode="self_paced", closes_at=closes_at
        )["id"]
        question = self.ask("POST", "/api/questions", **ALL_KINDS[0])["id"]
        return {
            "quizzes": [quiz],
            "questions": [question],
            "question-sets": [self.ask("POST", "/api/question-sets", title="Capitals")["id"]],
            "sessions": [over["id"], running["id"]],
            "codes": [over["code"], running["code"]],
            "homework": [homework],
            "attempts": [self.start(homework)],
        }

    def start(self, homework: str) -> str:
        """Start an attempt."""
        attempt: str = self.ask("POST", f"/api/sessions/{homework}/attempts")["id"]
        return attempt

    def sees(self, ids: dict[str, list[str]]) -> list[Json]:
        paths = [f"/api/quizzes/{quiz}" for quiz in ids["quizzes"]]
        paths += [f"/api/sessions/{session}" for session in ids["sessions"]]
        paths += [f"/api/attempts/{attempt}" for attempt in ids["attempts"][:1]]
        paths += ["/api/questions", "/api/question-sets"]
        seen = [self.ask("GET", path) for path in paths]
        return [{name: value for name, value in each.items() if name != "now"} for each in seen]


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many accounts are made and tried; what each costs is not what this is about."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(PasswordHash, "recommended", lambda: quick)


@pytest.fixture
def described(server: RunningServer) -> schemathesis.BaseSchema:
    description = httpx.get(f"{server.url}/schema/openapi.json", timeout=PATIENCE_S).json()
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=server.url)
    return schema


def ask_everything(
    described: schemathesis.BaseSchema, headers: dict[str, str], ids: dict[str, list[str]]
) -> None:
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.label != ENDS_THE_SIGN_IN or not headers:
            ask(operation, headers, ids)


def ask(operation: Operation, headers: dict[str, str], ids: dict[str, list[str]]) -> None:
    """Raises what is wrong with an answer, with the request that asked for it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @fuzz
    @given(
        case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode]),
        data=st.data(),
    )
    def example(case: Case[Any], data: st.DataObject) -> None:
        for name in PATHS.keys() & case.path_parameters.keys():
            given_id = str(case.path_parameters[name])
            case.path_parameters[name] = data.draw(st.sampled_from([*ids[PATHS[name]], given_id]))
        response = case.call_and_validate(
            headers=headers, session=session, checks=CHECKS, timeout=PATIENCE_S
        )
        assert b"Traceback" not in response.content
        if response.status_code >= 400 and operation.path.startswith("/api"):
            assert response.json()["code"]

    with session:
        example()


def test_nobody_breaks_a_route(server: RunningServer, described: schemathesis.BaseSchema) -> None:
    teacher = Person(server, "sari")
    ids = teacher.teach()
    before = teacher.sees(ids)
    ask_everything(described, {}, ids)
    assert teacher.sees(ids) == before


def test_no_student_breaks_a_route(
    server: RunningServer, described: schemathesis.BaseSchema
) -> None:
    teacher, student = Person(server, "sari"), Person(server, "budi", "student")
    ids = teacher.teach()
    ids["attempts"] += [student.start(ids["homework"][0])]
    before = teacher.sees(ids)
    ask_everything(described, student.headers, ids)
    assert teacher.sees(ids) == before
    assert student.ask("GET", "/api/me")["role"] == "student"


def test_no_teacher_breaks_a_route_or_what_is_anothers(
    server: RunningServer, described: schemathesis.BaseSchema
) -> None:
    teacher, other = Person(server, "sari"), Person(server, "joko")
    own, others = teacher.teach(), other.teach()
    before = other.sees(others)
    ask_everything(described, teacher.headers, {kind: own[kind] + others[kind] for kind in own})
    assert other.sees(others) == before
    assert teacher.ask("GET", "/api/me")["role"] == "teacher"
