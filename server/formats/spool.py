"""Keeps the items of a long file on disk between two passes, so that it is read only once."""

from collections.abc import Iterator
from tempfile import TemporaryFile

import msgspec
from msgspec.msgpack import Decoder, Encoder

from server.formats.items import ImportedItem

SIZE_BYTES = 8


class Spool:
    """Items in their order. The bytes of a picture that several items have are kept once."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # `close` closes it
        self._addresses = set[str]()
        self._encoder = Encoder()
        self._decoder = Decoder(ImportedItem)

    def close(self) -> None:
        self._file.close()

    @property
    def has_pictures(self) -> bool:
        return bool(self._addresses)

    def add(self, item: ImportedItem) -> None:
        new = tuple(each for each in item.pictures if each.address not in self._addresses)
        self._addresses |= {each.address for each in new}
        written = self._encoder.encode(msgspec.structs.replace(item, pictures=new))
        self._file.write(len(written).to_bytes(SIZE_BYTES))
        self._file.write(written)

    def __iter__(self) -> Iterator[ImportedItem]:
        self._file.seek(0)
        while size := self._file.read(SIZE_BYTES):
            yield self._decoder.decode(self._file.read(int.from_bytes(size)))
