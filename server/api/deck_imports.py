"""Imports of decks from files: previews, what they store, and pictures inside of files."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec
from litestar import Controller, MediaType, Response, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Reference, Schema
from litestar.params import FromQuery, RawBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.decks import DECKS_MAX, DESCRIPTION_MAX, SUBSCRIBERS_MAX, DeckTitle
from game.rules.quizzes import TITLE_MAX
from persistence.models import Deck
from persistence.repositories import deck_learners, decks
from server.actions.deck_imports import (
    find_deck_pictures,
    find_new_pictures,
    known_pictures,
    preview_deck,
    read_deck,
    store_new_pictures,
    store_notes,
    with_addresses,
)
from server.actions.decks import require_notes
from server.actions.imported_reviews import Past, StoredReviews, store_reviews
from server.api.dependencies import (
    DeckTurns,
    Imports,
    Limits,
    PictureUploader,
    SessionFactory,
    Viewer,
)
from server.api.imports import (
    FileFormOperation,
    FileOperation,
    StandIns,
    StoredPictures,
    as_title,
    form_of,
    store_found,
    title_of,
)
from server.api.openapi import SIGNED_IN, problems
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import KuisRequest, decode
from server.auth.request_identity import signed_in
from server.auth.sign_ins import SignedIn
from server.formats.decks.items import DeckFile
from server.formats.decks.reader import DeckPreview
from server.limits import DECK_IMPORTS, DECK_PICTURE_IMPORTS

DECK_MAX_BYTES: Final = 20 * 1024 * 1024
FORM_MAX_BYTES: Final = DECK_MAX_BYTES + 16 * 1024


class DeckTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """The own deck with this id, or a new one with this title.

    Without a title it is called as in the file, or like the file.
    """

    deck: UUID | None = None
    title: DeckTitle | None = None


class ImportedDeck(Struct, frozen=True):
    """Where the notes are. `lost_pictures` could not be stored.

    So many `reviews_left` were too many for this hour: import the file into the deck again later.
    `reviews_skipped` are of cards that have reviews here already or are not learned, of notes that
    were nothing without a lost picture, or from days to come.
    """

    deck_id: UUID
    added: int
    changed: int
    refused: int
    lost_pictures: int
    reviews: int
    reviews_left: int
    reviews_skipped: int


class DeckImportOperation(FileFormOperation):
    FIELDS: ClassVar[Mapping[str, Reference | Schema]] = {
        "deck": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
        "title": Schema(type=OpenAPIType.STRING, max_length=TITLE_MAX),
    }


class DeckImportsController(Controller):
    path = "/decks/imports"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/preview",
        operation_id="previewDeckImport",
        operation_class=FileOperation,
        guards=[limited_by_account(DECK_IMPORTS)],
        request_max_body_size=DECK_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 422, 429)
        | {200: ResponseSpec(DeckPreview, description="All notes.", generate_examples=False)},
    )
    async def preview(self, body: RawBody, viewer: Viewer, imports: Imports) -> Response[bytes]:
        """List the notes of a file of at most 20 MB, with what happens to each; nothing is stored.

        Anki packages, CSV, text files of Anki and others, and our JSON are told by their content.
        Codes of files that cannot be read begin with `import_`.
        """
        async with imports.of(viewer.user_id):
            return Response(await preview_deck(bytes(body)), media_type=MediaType.JSON)

    @post(
        "/",
        operation_id="importDeck",
        operation_class=DeckImportOperation,
        guards=[limited_by_account(DECK_IMPORTS)],
        request_max_body_size=FORM_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 404, 409, 422, 429),
    )
    async def import_deck(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        body: RawBody,
        viewer: Viewer,
        imports: Imports,
        picture_uploader: PictureUploader,
        session_factory: SessionFactory,
        deck_turns: DeckTurns,
        limits: Limits,
        with_reviews: FromQuery[bool] = False,
    ) -> ImportedDeck:
        """Store the notes of a file of at most 20 MB in a new deck to learn, or in an own one.

        A note that was imported into this deck before is changed, not added again. With
        `with_reviews=true` schedules and reviews become those of the own cards that were never
        reviewed here. Up to 25 pictures are stored; store more with `storeDeckPictures` before.
        `deck_full`, `too_many_decks`; `deck_from_bank`: the own one is of a topic or a set.
        """
        form = form_of(request, bytes(body))
        target = decode(msgspec.json.encode(form.fields), DeckTarget)
        user_id = viewer.user_id
        async with imports.of(user_id):
            found = await read_deck(form.file)
            known = await known_pictures(session_factory, user_id, found.digests)
            new = await find_new_pictures(form.file, found.digests, known)
        # Others may read their files meanwhile: each picture takes some tenths of a second.
        addresses = {**known, **await store_new_pictures(picture_uploader, user_id, new)}
        items = list(with_addresses(found.deck.items, addresses))
        async with deck_turns.of(user_id), session_factory.begin() as db:
            deck = await _deck(db, limits, viewer, target, found.deck, form.name)
            stored = await store_notes(db, limits, deck, items)
        reviews = StoredReviews(0, 0, 0)
        if with_reviews:
            past = Past(found.deck, stored.ids, datetime.now(UTC))
            reviews = await store_reviews(session_factory, limits, deck_turns, user_id, past)
        return ImportedDeck(
            deck.id,
            stored.added,
            stored.changed,
            refused=len(found.deck.items) - len(items),
            lost_pictures=len(found.digests) - sum(map(bool, addresses.values())),
            reviews=reviews.stored,
            reviews_left=reviews.left,
            reviews_skipped=reviews.skipped,
        )

    @post(
        "/pictures",
        operation_id="storeDeckPictures",
        operation_class=FileOperation,
        guards=[limited_by_account(DECK_PICTURE_IMPORTS)],
        request_max_body_size=DECK_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 409, 422, 429),
    )
    async def store_pictures(
        self,
        addresses: StandIns,
        body: RawBody,
        viewer: Viewer,
        imports: Imports,
        picture_uploader: PictureUploader,
    ) -> StoredPictures:
        """Store pictures of a file that was previewed: send it again, with up to 5 addresses.

        An import of the file finds them. Each is answered as by `storeImportedPictures`.
        """
        async with imports.of(viewer.user_id):
            found = await find_deck_pictures(bytes(body), addresses)
        return await store_found(picture_uploader, viewer.user_id, found, addresses)


async def _deck(  # noqa: PLR0913, PLR0917  # whose, which and from what
    db: AsyncSession,
    limits: Limits,
    viewer: SignedIn,
    target: DeckTarget,
    file: DeckFile,
    name: str,
) -> Deck:
    """The deck that gets the notes, locked."""
    if target.deck is not None:
        deck = await decks.get(db, viewer, target.deck, to_edit=True)
        require_notes(deck)
        return deck
    title = target.title or (as_title(file.title) if file.title else title_of(name))
    description = (file.description or "")[:DESCRIPTION_MAX].strip() or None
    values = {"title": title, "description": description, "kind": "hand"}
    deck = await decks.create(db, viewer.user_id, values, most=DECKS_MAX * limits.scale)
    await deck_learners.subscribe(db, deck, viewer.user_id, most=SUBSCRIBERS_MAX * limits.scale)
    return deck
