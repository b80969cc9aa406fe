"""Encoded WebSocket frames: an event is encoded once, and the same bytes go to everybody.

Where a player finds an own part, the shared beginning is encoded once and `you` appended.
"""

import struct

import msgspec

from server.live.protocol import ToClient

_FINAL_TEXT = 0x81  # FIN and opcode 1
_SHORT = 126  # below: the length is in the second byte
_LONG = 1 << 16  # from here: the length takes eight bytes

encoder = msgspec.json.Encoder()


def frame(message: ToClient) -> bytes:
    return text(encoder.encode(message))


def text(payload: bytes) -> bytes:
    """An unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    length = len(payload)
    if length < _SHORT:
        return bytes((_FINAL_TEXT, length)) + payload
    if length < _LONG:
        return struct.pack("!BBH", _FINAL_TEXT, 126, length) + payload
    return struct.pack("!BBQ", _FINAL_TEXT, 127, length) + payload


class Shared:
    """A message whose last field `you` differs from player to player."""

    __slots__ = ("_beginning", "alone")

    def __init__(self, message: ToClient) -> None:
        payload = encoder.encode(message)
        self._beginning = payload[:-1] + b',"you":'
        self.alone = text(payload)
        """The frame for those who have no own part."""

    def to(self, you: msgspec.Struct) -> bytes:
        return text(b"".join((self._beginning, encoder.encode(you), b"}")))
