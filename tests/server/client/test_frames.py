"""The client's frames: what the server's own library writes is read, and the other way round."""

import hypothesis
import hypothesis.strategies as st
import pytest
from websockets.extensions import Extension
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from server.client import frames
from server.live.frames import text

NO_EXTENSIONS: list[Extension] = []
payloads = st.integers(0, 300).map(lambda length: b"x" * length) | st.sampled_from(
    [b"", b"x" * 125, b"x" * 126, b"x" * 65_535, b"x" * 65_536]
)


def read(data: bytes) -> Frame:
    """A client's frame as a server takes it in."""
    stream = StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    parser = Frame.parse(stream.read_exact, mask=True)
    with pytest.raises(StopIteration) as parsed:
        next(parser)
    frame: Frame = parsed.value.value
    return frame


@hypothesis.given(st.binary(max_size=400))
def test_a_server_reads_what_was_masked(payload: bytes) -> None:
    assert bytes(read(frames.masked(payload)).data) == payload
    assert read(frames.masked(payload, frames.PONG)).opcode is Opcode.PONG


@hypothesis.given(st.lists(payloads, max_size=5), st.data())
def test_frames_are_found_wherever_the_network_cuts_them(
    sent: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(map(text, sent))
    cut = data.draw(st.integers(0, len(stream)))
    *first, (_, rest) = frames.split(stream[:cut])
    *second, (_, left) = frames.split(rest + stream[cut:])
    assert [payload for _, payload in (*first, *second)] == sent
    assert left == b""


def test_control_frames_keep_their_opcode() -> None:
    ping = Frame(Opcode.PING, b"here").serialize(mask=False, extensions=NO_EXTENSIONS)
    close = Frame(Opcode.CLOSE, b"\x0f\xa0").serialize(mask=False, extensions=NO_EXTENSIONS)
    assert list(frames.split(ping + close)) == [
        (frames.PING, b"here"),
        (frames.CLOSE, b"\x0f\xa0"),
        (0, b""),
    ]


@pytest.mark.parametrize(
    ("payload", "type_"),
    [(b'{"type":"question","question":0}', b"question"), (b'{"kind":"x"}', b""), (b"", b"")],
)
def test_a_payload_tells_its_type(payload: bytes, type_: bytes) -> None:
    assert frames.type_of(payload) == type_
    assert payload.startswith(frames.beginning(type_.decode())) == bool(type_)
