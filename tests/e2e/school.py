"""A teacher over HTTP, who writes a quiz, opens a room and reads the results."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from server.client.addresses import room_address
from tests.server.live.client import Client, Door

RECORDED_WITHIN_S = 20.0  # two on an idle machine; tests share theirs
PASSWORD = "a long enough password"

Json = dict[str, Any]  # Any: JSON
Found = TypeVar("Found")

ALL_KINDS: list[Json] = [
    {
        "type": "multiple_choice",
        "stem": "Which planet is the largest?",
        "explanation": "Jupiter weighs more than all the others together.",
        "choices": [
            {"text": "Saturn"},
            {"text": "Jupiter", "is_correct": True},
            {"text": "Neptune"},
            {"text": "Earth"},
        ],
    },
    {
        "type": "true_false",
        "stem": "Sound travels faster in water than in air.",
        "points": 500,
        "choices": [{"text": "True", "is_correct": True}, {"text": "False"}],
    },
    {
        "type": "multiple_select",
        "stem": "Which of these are prime?",
        "choices": [
            {"text": "2", "is_correct": True},
            {"text": "9"},
            {"text": "11", "is_correct": True},
            {"text": "15"},
            {"text": "17", "is_correct": True},
        ],
    },
    {
        "type": "short_answer",
        "stem": "What is the capital of Peru?",
        "answer_key": {"accepted": ["Lima"]},
    },
    {
        "type": "numeric",
        "stem": "How many degrees has a right angle?",
        "points": 2000,
        "answer_key": {"value": 90, "tolerance": 0.5},
    },
    {
        "type": "ordering",
        "stem": "From the smallest to the largest:",
        "choices": [{"text": "atom"}, {"text": "cell"}, {"text": "ant"}, {"text": "whale"}],
    },
    {
        "type": "poll",
        "stem": "What shall we do next?",
        "choices": [{"text": "Stars"}, {"text": "Seas"}, {"text": "Stones"}],
    },
    {
        "type": "multiple_choice",
        "stem": "Which gas do plants take in?",
        "points": 0,
        "choices": [{"text": "Carbon dioxide", "is_correct": True}, {"text": "Oxygen"}],
    },
    {
        "type": "true_false",
        "stem": "Diamonds are made of glass.",
        "choices": [{"text": "True"}, {"text": "False", "is_correct": True}],
    },
    {
        "type": "multiple_choice",
        "stem": "Who wrote about general relativity?",
        "time_limit": 60,
        "choices": [{"text": "Einstein", "is_correct": True}, {"text": "Newton"}],
    },
]


class Teacher(Door):
    """A teacher who registered over HTTP, with a quiz and a room."""

    def __init__(self, http: httpx.AsyncClient, ws_url: str) -> None:
        self.http = http
        self.ws_url = ws_url
        self.token = ""
        self.session = ""
        self.code = ""
        self.clients: list[Client] = []

    @property
    def room_address(self) -> str:
        return room_address(self.ws_url, self.code)

    async def leave(self) -> None:
        """Everybody goes home."""
        await asyncio.gather(*(client.close() for client in self.clients))

    async def register(self, email: str = "sari@school.example") -> None:
        person = {"email": email, "password": PASSWORD, "full_name": "Sari", "role": "teacher"}
        (await self.http.post("/api/auth/register", json=person)).raise_for_status()
        signed_in = await self.http.post(
            "/api/auth/login", json={"email": email, "password": PASSWORD}
        )
        self.token = signed_in.raise_for_status().json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.http.cookies.clear()

    def take_over(self, before: "Teacher") -> None:
        """Goes on with another's sign-in and room, perhaps on another server."""
        self.token, self.session, self.code = before.token, before.session, before.code
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    async def write(self, questions: list[Json], title: str = "A bit of everything") -> Json:
        answer = await self.http.post("/api/quizzes", json={"title": title, "questions": questions})
        quiz: Json = answer.raise_for_status().json()
        assert quiz["playable"], quiz["problems"]
        return quiz

    async def open(self, quiz: Json, **settings: object) -> None:
        answer = await self.http.post(
            f"/api/quizzes/{quiz['id']}/sessions", json={"settings": {"lead_in_ms": 0, **settings}}
        )
        room = answer.raise_for_status().json()
        self.session, self.code = room["id"], room["code"]

    async def results(self, within_s: float = RECORDED_WITHIN_S) -> Json:
        """The results, as soon as they are complete."""
        return await eventually(self._complete_results, within_s)

    async def _complete_results(self) -> Json | None:
        answer = await self.http.get(f"/api/sessions/{self.session}/results")
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return None
        results: Json = answer.raise_for_status().json()
        return results if results["session"]["complete"] else None


async def eventually(look: Callable[[], Awaitable[Found | None]], within_s: float) -> Found:
    """What `look` finds, asked again until it finds something; fails when that takes too long."""
    async with asyncio.timeout(within_s):
        while True:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(0.02)  # nothing tells when the recorder is done
