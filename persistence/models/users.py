"""The table of users."""

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from game.rules.levels import Level
from game.rules.questions.fields import LANGUAGE_MAX
from game.rules.users import EMAIL_MAX, EMAIL_MIN, FULL_NAME_MAX, GOALS_MAX
from persistence.base import Base, UpdatedAtMixin, length, one_of
from persistence.models.user_preferences import UserPreferences

Role = Literal["student", "teacher", "super_admin"]


class User(UpdatedAtMixin, Base):
    """A person with an account: signed in by e-mail and password, by Telegram, or by both."""

    __tablename__ = "users"

    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    full_name: Mapped[str]
    role: Mapped[Role] = mapped_column(Text, server_default="student")
    current_level: Mapped[str | None]
    learning_goals: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    language_code: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=true())
    is_verified: Mapped[bool] = mapped_column(server_default=false())
    last_login_at: Mapped[datetime | None]

    preferences: Mapped[UserPreferences | None] = relationship(lazy="raise", passive_deletes=True)

    __table_args__ = (
        CheckConstraint("email IS NOT NULL OR telegram_id IS NOT NULL", name="reachable"),
        CheckConstraint("email IS NULL OR password_hash IS NOT NULL", name="can_sign_in"),
        length("email", EMAIL_MIN, EMAIL_MAX),
        length("full_name", 1, FULL_NAME_MAX),
        length("language_code", 2, LANGUAGE_MAX),
        one_of("role", get_args(Role)),
        one_of("current_level", get_args(Level)),
        CheckConstraint(f"cardinality(learning_goals) <= {GOALS_MAX}", name="learning_goals"),
        Index("uq_users_lower_email", text("lower(email)"), unique=True),
    )
