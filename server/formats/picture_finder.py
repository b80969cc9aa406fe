"""The picture finder: reads one file from stdin, and writes some of its pictures to stdout.

Its arguments are their addresses in a preview. Like the previewer it runs as a separate process.
"""

import sys
from collections.abc import Collection
from itertools import islice

from msgspec import Struct

from game.errors import Invalid
from server.bounded_programs import serve
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
    addresses = sys.argv[1:]
    serve(lambda content: find(content, addresses), PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
