"""A client decodes all messages of the server, and ignores types that it does not know."""

import msgspec
import pytest
from msgspec import UNSET

from server.client.messages import decode, encode, own_part
from server.live.protocol import (
    Answer,
    Host,
    Join,
    Lobby,
    OwnPlace,
    OwnResult,
    OwnStanding,
    Phase,
    Room,
    Start,
)


def room(phase: Phase, you: object) -> Room:
    return Room(
        "KQ7M2X", "Moons", phase, locked=False, paused=False, players=1, of=1, now=0, you=you
    )


def test_a_frame_holds_no_more_than_what_is_said() -> None:
    assert encode(Start()) == b'{"type":"start"}'
    assert encode(Host()) == b'{"type":"host"}'
    assert encode(Join(nickname="Ani")) == b'{"type":"join","nickname":"Ani"}'
    assert encode(Answer(0, ["a"])) == b'{"type":"answer","question":0,"response":["a"]}'


def test_a_client_ignores_types_and_fields_that_came_later() -> None:
    assert decode('{"type":"weather","sunny":true}') is None
    assert decode('{"type":"lobby","players":2,"locked":false,"sunny":true}') == Lobby(2, False)  # noqa: FBT003  # as it stands in the message


@pytest.mark.parametrize(
    "frame", ['{"type":"lobby","players":"two"}', "{}", "[]", "hello", b"\xff"]
)
def test_what_is_not_the_protocol_is_an_error(frame: str | bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(frame)


def test_a_players_own_part_is_of_the_rooms_phase() -> None:
    standing = {"score": 500, "rank": 1, "streak": 1}
    result = standing | {"response": "a", "correct": True, "gained": 500}
    place = {"score": 500, "rank": 1, "correct": 1, "of": 1}
    for phase in (Phase.LOBBY, Phase.QUESTION):
        assert own_part(room(phase, standing)) == OwnStanding(500, 1, 1)
    assert own_part(room(Phase.REVEAL, result)) == OwnResult(
        "a", correct=True, gained=500, score=500, rank=1, streak=1
    )
    assert own_part(room(Phase.FINISHED, place)) == OwnPlace(500, 1, 1, 1)
    assert own_part(room(Phase.LOBBY, UNSET)) is None
