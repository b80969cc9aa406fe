"""A client of the room protocol, for bots, the bench and tests; nothing that serves imports it.

`messages`, `frames`, `retries`, `clock` and `seat` know the protocol and no network, so the bench
can use them in a loop of its own. `connection` is a WebSocket, and `room_client` stays in a room.
"""
