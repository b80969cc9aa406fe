"""Rooms for clients, on the server of the socket tests."""

from tests.server.live.conftest import *  # noqa: F403  # its fixtures
