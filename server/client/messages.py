"""Encodes messages to the server and decodes those from it, as the protocol's structs."""

from typing import get_args

import msgspec
from msgspec import UNSET, Struct

from server.live.protocol import (
    FromClient,
    OwnPlace,
    OwnResult,
    OwnStanding,
    Phase,
    Room,
    ToClient,
)

Own = OwnStanding | OwnResult | OwnPlace


class _Typed(Struct):
    type: str


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[ToClient] = msgspec.json.Decoder(ToClient)
_types = msgspec.json.Decoder(_Typed)
_KNOWN = frozenset(kind.__struct_config__.tag for kind in get_args(ToClient))
_OWN: dict[Phase, type[Own]] = {Phase.REVEAL: OwnResult, Phase.FINISHED: OwnPlace}


def encode(message: FromClient) -> bytes:
    """The payload of a text frame."""
    return _encoder.encode(message)


def decode(payload: bytes | str) -> ToClient | None:
    """A message from the server; None if only later versions know its type.

    Raises:
        msgspec.DecodeError: this is not the room protocol.
    """
    try:
        return _decoder.decode(payload)
    except msgspec.ValidationError:
        if _types.decode(payload).type in _KNOWN:
            raise
        return None


def own_part(room: Room) -> Own | None:
    """The part `you` of a player's snapshot."""
    if room.you is UNSET:
        return None
    return msgspec.convert(room.you, _OWN.get(room.phase, OwnStanding))
