"""Before each reveal nothing that anybody received holds the key, or says whether one was right."""

import json

import httpx
import pytest

from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
    TrueFalse,
)
from tests.server.live.client import Client, Message
from tests.server.live.conftest import Opening

LETTERS = tuple(Choice(letter, f"Choice {letter}") for letter in "abcd")
TRUTH = (Choice("true", "Yes"), Choice("false", "No"))
WHY = "because-it-is-so"
ACCEPTED = "Borobudur-the-accepted"

# Each with a response that is right.
CASES: tuple[tuple[Question, object], ...] = (
    (MultipleChoice(stem="1?", choices=LETTERS, key="c", explanation=WHY), "c"),
    (TrueFalse(stem="2?", choices=TRUTH, key=True, explanation=WHY), True),
    (MultipleSelect(stem="3?", choices=LETTERS, key=("a", "d"), explanation=WHY), ["d", "a"]),
    (ShortAnswer(stem="4?", key=AcceptedAnswers((ACCEPTED,)), explanation=WHY), "x"),
    (Numeric(stem="5?", key=NumericKey(31337.25), explanation=WHY), 31337.25),
    (Ordering(stem="6?", choices=LETTERS, key=("d", "b", "a", "c")), ["d", "b", "a", "c"]),
    (Poll(stem="7?", choices=LETTERS), ["b"]),
)
REVEALING = {"key", "correct", "counts", "explanation", "gained", "source", "top"}


def names_in(message: object) -> set[str]:
    """All field names in a message, however deep."""
    if isinstance(message, dict):
        return set(message).union(*map(names_in, message.values()))
    return set().union(*map(names_in, message)) if isinstance(message, list) else set()


def check_nothing_is_told(messages: list[Message]) -> None:
    text = json.dumps(messages)
    assert REVEALING.isdisjoint(names_in(messages))
    for secret in (WHY, ACCEPTED, "31337", '["d", "b", "a", "c"]'):
        assert secret not in text


@pytest.mark.parametrize("index", range(len(CASES)))
async def test_no_frame_before_the_reveal_tells_the_key(open_room: Opening, index: int) -> None:
    question, right = CASES[index]
    room = await open_room(question)
    host, projector = await room.host(), await room.projector()
    anna, budi = await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    if not isinstance(question, Numeric | Ordering | ShortAnswer):
        await anna.send("answer", question=0, response=right)
        await anna.hears("answered")
    else:  # an own answer in the own snapshot is no secret, but would be found here
        await anna.send("answer", question=0, response={"not": "a response"})
        await anna.refused("bad_response", "answer")
    await host.send("pause")
    await host.send("unpause")
    await host.send("extend", seconds=10)
    await anna.hears("extended")
    late, again = await room.player("Late"), await room.resumed(anna.token)
    await again.hears("welcome")
    everyone: list[Client] = [host, projector, anna, budi, late, again]
    for client in (host, projector, budi, late, again):
        await client.quiet()
    for client in everyone:
        check_nothing_is_told(client.messages)
    async with httpx.AsyncClient(base_url=room.server.url) as http:
        told = await http.get(f"/api/rooms/{room.code}")
        assert told.status_code == 200
        check_nothing_is_told([told.json()])
    await host.send("close_question")
    for client in (host, projector, budi, late, again):
        assert "key" in await client.hears("reveal")


async def test_the_next_question_is_not_told_before_it_opens(open_room: Opening) -> None:
    room = await open_room(*(question for question, _ in CASES))
    host, anna = await room.host(), await room.player("Anna")
    await host.send("start")
    await anna.hears("question")
    await host.send("close_question")
    await anna.hears("reveal")
    again = await room.resumed(anna.token)
    await again.hears("welcome")
    for client in (anna, again):
        assert "2?" not in json.dumps(client.messages)
