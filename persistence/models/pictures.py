"""The table of pictures that teachers upload; the files are elsewhere."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.pictures import EDGE
from persistence.base import Base, matches

SHA256_PATTERN = "^[0-9a-f]{64}$"


class Picture(Base):
    """Everybody who knows the id sees the picture, so the id is random and tells no order.

    `sha256` is of the file as it was uploaded; the other columns are about the converted one.
    `unused_since` is when a job first found that no question, note or session shows it.
    """

    __tablename__ = "pictures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    unused_since: Mapped[datetime | None] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("owner_id", "sha256"),
        matches("sha256", SHA256_PATTERN),
        CheckConstraint(f"width BETWEEN 1 AND {EDGE}", name="width"),
        CheckConstraint(f"height BETWEEN 1 AND {EDGE}", name="height"),
        CheckConstraint("size_bytes > 0", name="size_bytes"),
    )
