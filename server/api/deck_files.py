"""Downloads of decks as files."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

import anyio.to_process
import msgspec
from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from persistence.repositories import decks
from server.actions.deck_files import read_deck
from server.actions.question_files import packable, read_pictures
from server.api.dependencies import Exports, Files, SessionFactory, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.question_files import DownloadOperation
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id
from server.auth.request_identity import signed_in
from server.auth.sign_ins import SignedIn
from server.exports.files import attachment
from server.formats.decks.deck_files import (
    KINDS,
    DeckFormat,
    WrittenDeck,
    deck_file,
    deck_losses,
    pictures_of,
)
from server.limits import DECK_DOWNLOADS

FileFormat = Annotated[DeckFormat, QueryParameter(name="format")]
FILE_TYPE: Final = "application/octet-stream"


class NoteLosses(Struct, frozen=True):
    """The fields that a note loses, or only `note`. `index` is its place in the deck, from 0."""

    index: int
    front: str
    lost: list[str]


class DeckLosses(Struct, frozen=True):
    """What a file leaves out of a deck; `has_reviews` says whether it can carry reviews."""

    has_reviews: bool
    notes: list[NoteLosses]


class DeckFilesController(Controller):
    path = "/decks/{deck_id:uuid}/file"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get(
        "/",
        operation_id="downloadDeck",
        operation_class=DownloadOperation,
        guards=[limited_by_account(DECK_DOWNLOADS)],
        media_type=FILE_TYPE,
        responses=problems(401, 404, 409, 422, 429),
    )
    async def download(  # noqa: PLR0913  # Litestar gives each by its name
        self,
        *,
        deck_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        files: Files,
        exports: Exports,
        with_reviews: FromQuery[bool] = False,
    ) -> Response[bytes]:
        """Download a deck that is the own or learned: for Anki, as a table, or as our JSON.

        Questions become notes. Only JSON has reviews, those of the own cards. Anki packages and
        JSON hold up to 25 MB of the pictures. `deck_file_too_large`.
        """
        kind = KINDS[file_format]
        async with exports.of(viewer.user_id):
            deck, media = await _read(
                session_factory, viewer, deck_id, with_reviews=with_reviews and kind.has_reviews
            )
            pictures = await read_pictures(files, media) if kind.has_pictures else {}
            body = await anyio.to_process.run_sync(
                deck_file, file_format, msgspec.msgpack.encode(deck), pictures, cancellable=True
            )
        headers = {"Content-Disposition": attachment(deck.title, kind.extension)}
        return Response(body, headers=headers, media_type=kind.media_type)

    @get(
        "/losses",
        operation_id="getDeckLosses",
        guards=[limited_by_account(DECK_DOWNLOADS)],  # it writes the file, too
        responses=problems(401, 404, 409, 422, 429),
    )
    async def show_losses(
        self,
        deck_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
    ) -> DeckLosses:
        """List what the notes of a deck would lose in a download of this format.

        `deck_file_too_large`.
        """
        async with exports.of(viewer.user_id):
            deck, media = await _read(session_factory, viewer, deck_id, with_reviews=False)
            found = await anyio.to_process.run_sync(
                deck_losses, file_format, msgspec.msgpack.encode(deck), media, cancellable=True
            )
        notes = [
            NoteLosses(at, deck.notes[at].draft.front, lost)
            for at, lost in enumerate(found)
            if lost
        ]
        return DeckLosses(KINDS[file_format].has_reviews, notes)


async def _read(
    session_factory: SessionFactory, viewer: SignedIn, deck_id: UUID, *, with_reviews: bool
) -> tuple[WrittenDeck, list[str]]:
    """The deck, and which pictures a file may hold; the connection is given back."""
    async with session_factory() as db:
        deck = await decks.get(db, viewer, deck_id)
        now = datetime.now(UTC)
        written = await read_deck(db, deck, viewer.user_id, now, with_reviews=with_reviews)
        return written, await packable(db, pictures_of(written.notes))
