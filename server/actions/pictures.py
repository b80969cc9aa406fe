"""Uploads a picture: converts it, and stores its row in PostgreSQL and its files."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from game.errors import Conflict, Unavailable
from game.rules.pictures import SPACE_MAX_BYTES, file_names
from persistence.database import SessionFactory
from persistence.models import Picture
from persistence.repositories import pictures
from server.images import conversion
from server.images.outcomes import Converted
from server.limits import Limits
from server.providers.files import Files

CONVERTED_AT_ONCE: Final = 1  # each takes a core, and up to some hundred MB
WAITING_MAX: Final = 9
"""Uploads in a process, with the one that is converted. The server stays below the bound for the
bodies of all its requests, so others can still save their quizzes."""
WAITING_OF_ACCOUNT: Final = 3
BUSY_RETRY_MS: Final = 3_000


class PictureUploader:
    def __init__(self, session_factory: SessionFactory, files: Files, limits: Limits) -> None:
        self._session_factory = session_factory
        self._files = files
        self._scale = limits.scale
        self._space_max_bytes = SPACE_MAX_BYTES * limits.scale
        self._waiting: Counter[UUID] = Counter()
        self._converting = asyncio.Semaphore(CONVERTED_AT_ONCE)

    async def add(self, owner_id: UUID, upload: bytes) -> Picture:
        """Store an uploaded picture. If its owner uploads it again, it stays the same picture.

        Raises:
            Refusal: `unsupported_picture`, `broken_picture`, `too_many_pixels`,
                `picture_space_full`, `too_many_uploads`.
            FilesError: it cannot be stored now.
        """
        with self._place(owner_id):
            async with self._converting:
                converted = await conversion.convert(upload)
        picture = await self._write_down(owner_id, upload, converted)
        # After the commit: a job removes a row without files, because it is unused, but nothing
        # would find files without a row.
        large, small = file_names(picture.id)
        await self._files.put(small, converted.small)
        await self._files.put(large, converted.large)
        return picture

    @contextmanager
    def _place(self, owner_id: UUID) -> Iterator[None]:
        """A place among those who wait. No account has many, so that the others have some."""
        of_account, in_all = self._waiting[owner_id], self._waiting.total()
        if of_account >= WAITING_OF_ACCOUNT * self._scale or in_all >= WAITING_MAX * self._scale:
            message = "Many pictures are being uploaded just now. Try again in a few seconds."
            raise Unavailable("too_many_uploads", message, BUSY_RETRY_MS)
        self._waiting[owner_id] += 1
        try:
            yield
        finally:
            self._waiting -= Counter([owner_id])  # and forget accounts that have no upload

    async def _write_down(self, owner_id: UUID, upload: bytes, converted: Converted) -> Picture:
        size_bytes = len(converted.large) + len(converted.small)
        async with self._session_factory.begin() as db:
            total = await pictures.total_bytes(db, owner_id)
            if total + size_bytes > self._space_max_bytes:
                raise Conflict(
                    "picture_space_full",
                    "Your pictures use all of your space. Remove quizzes"
                    " and notes that you do not need, and try again in two days.",
                )
            return await pictures.add(
                db,
                owner_id,
                sha256=hashlib.sha256(upload).hexdigest(),
                width=converted.width,
                height=converted.height,
                size_bytes=size_bytes,
            )
