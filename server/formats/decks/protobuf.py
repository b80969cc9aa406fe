"""Reads the few messages of Anki's packages that are Protocol Buffers, without their schema.

What is read are some fields of four messages, so neither a compiler nor its output is needed.
"""

from collections import defaultdict

VARINT, I64, LEN, I32 = 0, 1, 2, 5
FIXED_BYTES = {I64: 8, I32: 4}
VARINT_MAX_BYTES = 10

Fields = defaultdict[int, list[int | bytes]]
"""The values of each field by its number: whole numbers, and bytes of anything else."""


class BadMessageError(ValueError):
    """This is no message of Protocol Buffers."""


def fields(message: bytes) -> Fields:
    """Raises BadMessageError."""
    found: Fields = defaultdict(list)
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            found[number].append(value)
            continue
        if kind == LEN:
            size, at = _varint(message, at)
        elif kind in FIXED_BYTES:
            size = FIXED_BYTES[kind]
        else:
            raise BadMessageError
        if size > len(message) - at:
            raise BadMessageError
        found[number].append(message[at : at + size])
        at += size
    return found


def text(values: list[int | bytes]) -> str:
    """The last value of a field of text, or nothing."""
    last = values[-1] if values else b""
    if isinstance(last, int):
        raise BadMessageError
    return last.decode(errors="replace")


def number(values: list[int | bytes]) -> int:
    """The last value of a field of numbers, or 0."""
    last = values[-1] if values else 0
    if not isinstance(last, int):
        raise BadMessageError
    return last


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A whole number, and where what follows begins."""
    value = 0
    for shift, byte in enumerate(message[at : at + VARINT_MAX_BYTES]):
        value |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            return value, at + shift + 1
    raise BadMessageError
