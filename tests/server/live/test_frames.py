"""Frames as RFC 6455 has them, checked by another implementation."""

import json

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from server.live import protocol
from server.live.frames import Shared, frame, text


def read(data: bytes) -> bytes:
    """The payload of one text frame, as a client reads it."""
    client = Protocol(Side.CLIENT, state=State.OPEN)
    client.receive_data(data)
    (event,) = client.events_received()
    assert isinstance(event, Frame)
    assert event.opcode is Opcode.TEXT
    assert event.fin
    return bytes(event.data)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_frame_of_any_length_is_read_as_it_was(length: int) -> None:
    payload = b"x" * length
    assert read(text(payload)) == payload


def test_a_message_is_json() -> None:
    message = json.loads(read(frame(protocol.Answered(3, 1_700_000_000_000))))
    assert message == {"type": "answered", "question": 3, "at": 1_700_000_000_000}


def test_the_shared_beginning_and_the_own_part_are_one_message() -> None:
    shared = Shared(protocol.Finished((), 3, 2))
    everyone = {"type": "finished", "podium": [], "of": 3, "players": 2}
    assert json.loads(read(shared.alone)) == everyone
    own = json.loads(read(shared.to(protocol.OwnPlace(900, 1, 2, 3))))
    assert own == everyone | {"you": {"score": 900, "rank": 1, "correct": 2, "of": 3}}
