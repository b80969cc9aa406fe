"""The table of notes."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.notes import HINT_MAX, SIDE_MAX, SOURCE_KEY_MAX
from game.rules.questions.fields import URL_MAX
from persistence.base import Base, UpdatedAtMixin, length
from persistence.models.questions import TAGS_FORMAT
from persistence.models.search_vectors import add_search_vector


class Note(UpdatedAtMixin, Base):
    """A front and a back; `game.rules.notes.NoteDraft` documents the fields.

    `source_key` names the note in the file that it was imported from.
    """

    __tablename__ = "notes"

    deck_id: Mapped[UUID] = mapped_column(ForeignKey("decks.id", ondelete="CASCADE"))
    position: Mapped[int]
    front: Mapped[str]
    back: Mapped[str]
    hint: Mapped[str | None]
    front_media: Mapped[str | None]
    back_media: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    is_reversed: Mapped[bool] = mapped_column(server_default=false())
    source_key: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("position >= 0", name="position"),
        length("front", 0, SIDE_MAX),
        length("back", 0, SIDE_MAX),
        length("hint", 1, HINT_MAX),
        length("front_media", 1, URL_MAX),
        length("back_media", 1, URL_MAX),
        length("source_key", 1, SOURCE_KEY_MAX),
        CheckConstraint(TAGS_FORMAT, name="tags"),
        UniqueConstraint("deck_id", "source_key"),
        Index(None, "deck_id", "position", "id"),
    )


NOTE_SEARCH = add_search_vector(Note, language="NULL", title="front", keywords="tags", body="back")
