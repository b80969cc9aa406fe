"""The WebSocket address of a room, made from the address of its server."""

import pytest

from server.client.addresses import room_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/ws/rooms/ABC234"),
        ("https://kuis.example/", "wss://kuis.example/ws/rooms/ABC234"),
        ("kuis.example:81", "ws://kuis.example:81/ws/rooms/ABC234"),
        ("https://school.example/kuis", "wss://school.example/kuis/ws/rooms/ABC234"),
    ],
)
def test_where_a_room_is(url: str, address: str) -> None:
    assert room_address(url, "ABC234") == address


@pytest.mark.parametrize("url", ["ftp://kuis.example", "http://", ""])
def test_what_is_no_server(url: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        room_address(url, "ABC234")
