"""Rooms for clients, on the server of the socket tests."""

from tests.server.live.conftest import (
    clients,
    live_settings,
    open_room,
    room,
    rooms,
    server,
    settings,
    shared,
)

__all__ = ["clients", "live_settings", "open_room", "room", "rooms", "server", "settings", "shared"]
