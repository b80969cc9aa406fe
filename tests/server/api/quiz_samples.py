"""Quizzes that tests of the API write."""

from typing import Any

from tests.server.api.conftest import Person

Json = dict[str, Any]


CHOICES = [{"text": "Jakarta", "is_correct": True}, {"text": "Hanoi"}, {"text": "Manila"}]


CAPITAL: Json = {"type": "multiple_choice", "stem": "Capital of Indonesia?", "choices": CHOICES}


ALL_KINDS: list[Json] = [
    CAPITAL,
    {
        "type": "true_false",
        "stem": "Water boils at 100 °C at sea level.",
        "choices": [{"text": "True", "is_correct": True}, {"text": "False"}],
    },
    {
        "type": "multiple_select",
        "stem": "Which are islands?",
        "choices": [
            {"text": "Java", "is_correct": True},
            {"text": "Bali", "is_correct": True},
            {"text": "Laos"},
        ],
    },
    {
        "type": "short_answer",
        "stem": "Who wrote Bumi Manusia?",
        "answer_key": {"accepted": ["Pramoedya Ananta Toer", "Pramoedya"]},
        "options": {"ignore_case": True},
        "language": "en",
        "level": "B2",
        "skill": "reading",
        "topic": "Novels of Indonesia",
        "difficulty": 4,
        "tags": ["novels", "Pramoedya"],
    },
    {"type": "numeric", "stem": "π?", "answer_key": {"value": 3.14, "tolerance": 2}},
    {
        "type": "ordering",
        "stem": "From small to large",
        "choices": [{"text": "Bali"}, {"text": "Java"}, {"text": "Borneo"}],
    },
    {"type": "poll", "stem": "More?", "choices": [{"text": "Yes"}, {"text": "No"}]},
]


UNREADY: Json = {"type": "multiple_choice", "stem": "", "choices": [{"text": "Only one"}]}


async def write(person: Person, **changes: object) -> Json:
    given = {"title": "Geography", "questions": [CAPITAL]} | changes
    response = await person.client.post("/api/quizzes", json=given)
    assert response.status_code == 201, response.text
    quiz: Json = response.json()
    return quiz
