"""The picture finder: reads one file from stdin, and writes some of its pictures to stdout.

Its arguments are their addresses in a preview. Like the previewer it runs as a separate process.
"""

import os
import sys
from collections.abc import Collection
from itertools import islice

import msgspec
from msgspec import Struct

from game.errors import Invalid
from server.bounded_programs import NO_MEMORY, limit_itself
from server.formats.all import read
from server.formats.pictures import Picture
from server.formats.previewer import MEMORY_MAX_BYTES, PREVIEWED_MAX, PROCESSOR_SECONDS, Refused


class Found(Struct, frozen=True, tag=True):
    """Each picture that was found, once."""

    pictures: list[Picture]


def find(content: bytes, addresses: Collection[str]) -> Found | Refused:
    wanted, found = set(addresses), list[Picture]()
    try:
        for item in islice(read(content), PREVIEWED_MAX):
            new = [picture for picture in item.pictures if picture.address in wanted]
            wanted -= {picture.address for picture in new}
            found += new
            if not wanted:
                break
    except Invalid as error:
        return Refused(error.code, error.message)
    return Found(found)


def main() -> None:
    limit_itself(PROCESSOR_SECONDS, MEMORY_MAX_BYTES)
    try:
        written = msgspec.msgpack.encode(find(sys.stdin.buffer.read(), sys.argv[1:]))
    except MemoryError:
        os._exit(NO_MEMORY)  # anything else would need memory
    sys.stdout.buffer.write(written)


if __name__ == "__main__":
    main()
