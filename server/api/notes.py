"""Notes of decks over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import UNSET, Meta, Struct, UnsetType

from game.errors import Detail
from game.rules.notes import Hint, NoteDraft, Picture, Side
from game.rules.notes import problems as note_problems
from game.rules.questions.fields import Tags
from game.rules.quizzes import TITLE_MAX
from persistence.models import Note
from persistence.repositories import deck_learners, decks, notes
from server.actions import storing
from server.actions.decks import require_notes
from server.api.deck_turns import IN_TURN
from server.api.dependencies import Db, Limits, Paging, Searching, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.request_bodies import Id, changes_in
from server.auth.request_identity import signed_in
from server.problems import invalid

NOTES_AT_ONCE: Final = 200

Search = Annotated[str, QueryParameter(name="q", max_length=TITLE_MAX)]


class NoteInput(NoteDraft, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A front and a back: each a text or a picture. A reversed note is asked both ways."""


class NewNotes(Struct, frozen=True, forbid_unknown_fields=True):
    notes: Annotated[list[NoteInput], Meta(min_length=1, max_length=NOTES_AT_ONCE)]


class NoteChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields that are left out stay."""

    front: Side | UnsetType = UNSET
    back: Side | UnsetType = UNSET
    hint: Hint | UnsetType | None = UNSET
    front_media: Picture | UnsetType | None = UNSET
    back_media: Picture | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    is_reversed: bool | UnsetType = UNSET


class NoteOutput(NoteDraft, frozen=True, kw_only=True):
    id: UUID
    deck_id: UUID


class NoteList(PagedOutput[NoteOutput], frozen=True):
    pass


class AddedNotes(Struct, frozen=True):
    notes: list[NoteOutput]


class DeckNotesController(Controller):
    path = "/decks/{deck_id:uuid}/notes"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listNotes", responses=problems(401, 404, 422, 429))
    async def list_notes(  # noqa: PLR0913, PLR0917  # the parameters of the query
        self,
        deck_id: Id,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        searching: Searching,
        search: Search = "",
    ) -> NoteList:
        """List the notes of a deck that is the own or learned. `search_too_slow`, `still_busy`."""
        async with searching:  # before the first query, which takes a connection
            deck = await decks.get(db, viewer, deck_id)
            page = await notes.page(db, deck, search, paging.page, paging.page_size)
        return paged_output(NoteList, page, paging, _output)

    @post(
        "/",
        operation_id="addNotes",
        dependencies=IN_TURN,
        responses=problems(401, 404, 409, 422, 429),
    )
    async def add(
        self, deck_id: Id, data: JSONBody[NewNotes], viewer: Viewer, db: Db, limits: Limits
    ) -> AddedNotes:
        """Add notes at the end of an own deck. All who learn it get their cards.

        `deck_full`; `too_much_at_once` for so many learners; `deck_from_bank`: it has the questions
        of a topic or a set, and no notes.
        """
        _require_good(data.notes, "notes[{}].")
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        require_notes(deck)
        learners = await deck_learners.count(db, deck.id)
        size = storing.size_of_notes(data.notes, learners)
        async with storing.counted(limits, viewer.user_id, size):
            return AddedNotes([_output(note) for note in await notes.add(db, deck, data.notes)])


class NotesController(Controller):
    path = "/notes/{note_id:uuid}"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN
    dependencies = IN_TURN

    @patch("/", operation_id="changeNote", responses=problems(401, 404, 422, 429))
    async def change(
        self, note_id: Id, data: JSONBody[NoteChange], viewer: Viewer, db: Db, limits: Limits
    ) -> NoteOutput:
        """Change a note of an own deck. Its cards keep their schedules.

        A note that is no longer asked both ways keeps its second card, suspended.
        """
        note = await notes.get(db, viewer, note_id)
        changes = changes_in(data)
        changed = msgspec.structs.replace(_draft(note), **changes)
        _require_good([changed], "")
        is_new_card = changed.is_reversed and not note.is_reversed  # one for each learner
        learners = await deck_learners.count(db, note.deck_id) if is_new_card else 0
        size = storing.size_of_notes([changed], learners)
        async with storing.counted(limits, viewer.user_id, size):
            await notes.change(db, note, changes)
        return _output(note)

    @delete(
        "/",
        operation_id="deleteNote",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404),
    )
    async def remove(self, note_id: Id, viewer: Viewer, db: Db) -> None:
        """Delete a note of an own deck, with the cards and reviews of all who learn it."""
        await notes.remove(db, await notes.get(db, viewer, note_id))


def _require_good(drafts: Sequence[NoteDraft], path: str) -> None:
    wrong = [
        Detail(f"{path.format(place)}{detail.path}", detail.code, detail.message)
        for place, draft in enumerate(drafts)
        for detail in note_problems(draft)
    ]
    if wrong:
        raise invalid(wrong)


def _draft(note: Note) -> NoteDraft:
    return msgspec.convert(note, NoteDraft, from_attributes=True)


def _output(note: Note) -> NoteOutput:
    return msgspec.convert(note, NoteOutput, from_attributes=True)
