"""Stores uploaded files in a directory, or in a bucket of any S3-compatible store.

Both are accessed with obstore, whose writes are atomic, so one class is enough. Errors of a store
may quote secrets, so only their code is logged.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import obstore
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

SECONDS: Final = timedelta(seconds=10)
"""The time for a request to a store, with all its retries."""
TRIES_AGAIN: Final = 2
DELETED_AT_ONCE: Final = 20
NO_BUCKET: Final = "NoSuchBucket"
_CODE: Final = re.compile(r"<Code>(\w{1,60})</Code>")


class FilesError(Exception):
    """The store cannot be used now; a retry may help."""


class Bucket(Struct, frozen=True):
    """The place of files in an S3-compatible store. Fields that are None come from `AWS_…`."""

    name: str
    prefix: str
    endpoint: str | None
    region: str | None


def parse_files_url(text: str) -> Bucket:
    """`s3://bucket/prefix?endpoint=https://…&region=…`; else a ValueError that quotes nothing."""
    wrong = ValueError(
        "is not an address like s3://bucket/prefix?endpoint=https://s3.example&region=eu-1"
    )
    try:
        url = urlsplit(text)
        given = parse_qsl(url.query, strict_parsing=True) if url.query else []
        query = dict(given)
        endpoint = urlsplit(query.get("endpoint", "https://s3.example"))
    except ValueError:
        raise wrong from None
    is_odd = url.fragment or len(query) < len(given) or query.keys() - {"endpoint", "region"}
    if url.scheme != "s3" or url.netloc != url.hostname or is_odd:
        raise wrong
    if endpoint.scheme not in {"http", "https"} or not endpoint.hostname or endpoint.username:
        raise wrong
    return Bucket(url.netloc, url.path.strip("/"), query.get("endpoint"), query.get("region"))


class Files:
    """Stores files by name. Names are made by the server, never by a client."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open_store()

    async def put(self, name: str, content: bytes) -> None:
        """Raises FilesError."""
        with _failures():
            await obstore.put_async(self._store, name, content)

    async def get(self, name: str) -> bytes | None:
        """None if there is no such file. Raises FilesError."""
        with _failures():
            try:
                found = await obstore.get_async(self._store, name)
            except FileNotFoundError as error:
                if NO_BUCKET in str(error):
                    raise
                return None
            return bytes(await found.bytes_async())

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files, also if some do not exist. Raises FilesError."""
        for start in range(0, len(names), DELETED_AT_ONCE):
            await asyncio.gather(*map(self._delete, names[start : start + DELETED_AT_ONCE]))

    async def _delete(self, name: str) -> None:
        with _failures():
            try:
                await obstore.delete_async(self._store, name)
            except FileNotFoundError as error:
                if NO_BUCKET in str(error):
                    raise


def open_files(files_url: str, directory: Path) -> Files:
    """Open the store. Nothing is connected or written before the first file."""
    if not files_url:
        return Files(lambda: _open_directory(directory))
    bucket = parse_files_url(files_url)
    return Files(lambda: _open_bucket(bucket))


def _open_directory(directory: Path) -> LocalStore:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(directory)


def _open_bucket(bucket: Bucket) -> S3Store:
    given = {"endpoint": bucket.endpoint, "region": bucket.region}
    config: Any = {name: value for name, value in given.items() if value}  # Any: of obstore's
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config=config,
        client_options={
            "allow_http": (bucket.endpoint or "").startswith("http://"),
            "timeout": SECONDS,
        },
        retry_config={"max_retries": TRIES_AGAIN, "retry_timeout": SECONDS},
    )


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        code = _CODE.search(str(error))
        raise FilesError(code[1] if code else type(error).__name__) from None
