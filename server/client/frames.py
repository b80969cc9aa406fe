"""Writes and reads WebSocket frames as a client, as far as a room needs it."""

import secrets
from collections.abc import Iterator

FINAL = 0x80  # a whole message, not a fragment of one
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MASKED = 0x80
SHORT = 126  # below: the length is in the second byte
LONG = 127
_OPCODE = 0x0F
_TYPE = b'{"type":"'

OVER = b"\r\n\r\n"
"""The end of a handshake."""


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole frame as a client must send it (RFC 6455, 5.3)."""
    length, key = len(payload), secrets.token_bytes(4)
    if length < SHORT:
        head = bytes((FINAL | opcode, MASKED | length))
    else:
        head = bytes((FINAL | opcode, MASKED | SHORT)) + length.to_bytes(2, "big")
    stream = key * (length // 4 + 1)
    cover = int.from_bytes(stream[:length], "big") ^ int.from_bytes(payload, "big")
    return head + key + cover.to_bytes(length, "big")


def split(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Complete frames from a server, as opcode and payload; at last 0 and the incomplete rest.

    Kuis sends no fragments, so opcode 0 is free.
    """
    at, end = 0, len(data)
    while end - at >= 2:  # noqa: PLR2004  # the shortest frame
        length, begin = data[at + 1], at + 2
        if length == SHORT:
            length, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        elif length == LONG:
            length, begin = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
        if begin + length > end:
            break
        yield data[at] & _OPCODE, data[begin : begin + length]
        at = begin + length
    yield 0, data[at:]


def type_of(payload: bytes) -> bytes:
    """The type of a message, with which every payload of Kuis begins."""
    if not payload.startswith(_TYPE):
        return b""
    return payload[len(_TYPE) : payload.find(b'"', len(_TYPE))]


def beginning(type_: str) -> bytes:
    """The first bytes of a payload of this type."""
    return _TYPE + type_.encode() + b'"'


def handshake(host: str, path: str, token: str = "") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *([f"Authorization: Bearer {token}"] if token else []),
    ]
    return "\r\n".join(lines).encode() + OVER
