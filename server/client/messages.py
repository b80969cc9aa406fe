"""Messages as a client writes and reads them: the protocol's own structs and JSON."""

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
    """What the server says; None if it is of a type that only later versions know.

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
    """What a player's snapshot says under `you`."""
    if room.you is UNSET:
        return None
    return msgspec.convert(room.you, _OWN.get(room.phase, OwnStanding))
