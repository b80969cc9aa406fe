"""The results of the converter. A separate module, so that web processes load no image decoders."""

from msgspec import Struct


class Converted(Struct, frozen=True, tag=True):
    """The picture as WebP without metadata, in two sizes. Width and height are of the large one."""

    width: int
    height: int
    large: bytes
    small: bytes


class Rejected(Struct, frozen=True, tag=True):
    code: str
