"""Decides who may see and who may change the rows of each noun.

Each noun has a pair of conditions for a query, `visible_to(viewer)` and `editable_by(viewer)`. A
repository uses one of them in every query that a person's id or list leads to. A row that somebody
may not see is treated as if it did not exist.
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, case, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from persistence.models import (
    Card,
    Deck,
    DeckSubscription,
    Question,
    QuestionSet,
    Quiz,
    QuizParticipation,
    QuizReport,
    QuizSession,
    QuizShare,
    Role,
    User,
    UserPreferences,
)

STUDENT: Final[Role] = "student"
TEACHER: Final[Role] = "teacher"
SUPER_ADMIN: Final[Role] = "super_admin"
TEACHERS: Final[tuple[Role, ...]] = (TEACHER, SUPER_ADMIN)

QuizAccess = Literal["own", "edit", "view"]


class Viewer(Protocol):
    @property
    def user_id(self) -> UUID: ...

    @property
    def role(self) -> str: ...


class Account(NamedTuple):
    """A viewer without a sign-in, on whose behalf a command acts."""

    user_id: UUID
    role: str


OPERATOR: Final = Account(UUID(int=0), SUPER_ADMIN)
"""Whoever runs commands on the server itself."""

Condition: TypeAlias = Callable[[Viewer], ColumnElement[bool]]
OwnerColumn: TypeAlias = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


class Permission(NamedTuple):
    """The two conditions of a noun."""

    visible_to: Condition
    editable_by: Condition


def owns(viewer: Viewer, owner: str) -> bool:
    """Whether a viewer may host a room that is in Redis, where its owner's id is text.

    A teacher owns what is theirs, a super_admin everything, anybody else nothing.
    """
    return viewer.role == SUPER_ADMIN or (viewer.role == TEACHER and owner == str(viewer.user_id))


def _owned(owner: OwnerColumn) -> Condition:
    """The same as `owns`, for rows with this column."""

    def condition(viewer: Viewer) -> ColumnElement[bool]:
        if viewer.role == SUPER_ADMIN:
            return true()
        return owner == viewer.user_id if viewer.role == TEACHER else false()

    return condition


def _in_own_bank(viewer: Viewer) -> ColumnElement[bool]:
    return Question.teacher_id.is_not(None) & _owned(Question.teacher_id)(viewer)


def shared_with(viewer: Viewer, *, to_edit: bool = False) -> ColumnElement[bool]:
    """The quizzes that colleagues share with a teacher, or only those that may be edited."""
    if viewer.role not in TEACHERS:
        return false()
    shared = select(QuizShare.quiz_id).where(QuizShare.user_id == viewer.user_id)
    return Quiz.id.in_(shared.where(QuizShare.may_edit) if to_edit else shared)


def quiz_access(viewer: Viewer) -> ColumnElement[QuizAccess]:
    """What a viewer may do with a quiz that they see."""
    return case(
        (OWN_QUIZZES.editable_by(viewer), "own"),
        (QUIZZES.editable_by(viewer), "edit"),
        else_="view",
    )


def _visible_quiz(viewer: Viewer) -> ColumnElement[bool]:
    return or_(OWN_QUIZZES.visible_to(viewer), shared_with(viewer))


def _editable_quiz(viewer: Viewer) -> ColumnElement[bool]:
    return or_(OWN_QUIZZES.editable_by(viewer), shared_with(viewer, to_edit=True))


def _share_of_own_quiz(viewer: Viewer) -> ColumnElement[bool]:
    own = select(Quiz.id).where(OWN_QUIZZES.editable_by(viewer))
    return QuizShare.quiz_id.in_(own.correlate(None))


def _visible_share(viewer: Viewer) -> ColumnElement[bool]:
    """Those of own quizzes, and those with the viewer, who may leave them."""
    with_viewer = QuizShare.user_id == viewer.user_id if viewer.role in TEACHERS else false()
    return or_(_share_of_own_quiz(viewer), with_viewer)


def _in_library(viewer: Viewer) -> ColumnElement[bool]:
    """Published quizzes of teachers whose account is open, for every teacher."""
    if viewer.role not in TEACHERS:
        return false()
    authors = select(User.id).where(User.is_active, User.role.in_(TEACHERS)).correlate(None)
    return (
        Quiz.published_at.is_not(None) & Quiz.archived_at.is_(None) & Quiz.teacher_id.in_(authors)
    )


def _visible_report(viewer: Viewer) -> ColumnElement[bool]:
    own = QuizReport.user_id == viewer.user_id if viewer.role in TEACHERS else false()
    return or_(_super_admin(viewer), own)


def _super_admin(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.role == SUPER_ADMIN else false()


def _nobody(_: Viewer) -> ColumnElement[bool]:
    return false()


def _own_account(viewer: Viewer) -> ColumnElement[bool]:
    return User.id == viewer.user_id


def _own_preferences(viewer: Viewer) -> ColumnElement[bool]:
    return UserPreferences.user_id == viewer.user_id


def _own_card(viewer: Viewer) -> ColumnElement[bool]:
    return Card.user_id == viewer.user_id


def _own_deck(viewer: Viewer) -> ColumnElement[bool]:
    return Deck.owner_id == viewer.user_id


def _learned_deck(viewer: Viewer) -> ColumnElement[bool]:
    """Own ones, and those that the viewer has subscribed to."""
    subscribed = select(DeckSubscription.deck_id).where(DeckSubscription.user_id == viewer.user_id)
    return or_(_own_deck(viewer), Deck.id.in_(subscribed))


def took_part(viewer: Viewer) -> ColumnElement[bool]:
    """The viewer's own participations, without those that ended with a kick."""
    return (QuizParticipation.user_id == viewer.user_id) & QuizParticipation.kicked_at.is_(None)


def _recorded(viewer: Viewer) -> ColumnElement[bool]:
    """All participations in sessions of the viewer, and the viewer's own in other sessions."""
    if viewer.role == SUPER_ADMIN:
        return true()
    hosted = select(QuizSession.id).where(SESSIONS.visible_to(viewer))
    return or_(QuizParticipation.session_id.in_(hosted), took_part(viewer))


USERS: Final = Permission(visible_to=_own_account, editable_by=_own_account)
USER_PREFERENCES: Final = Permission(visible_to=_own_preferences, editable_by=_own_preferences)
OWN_QUIZZES: Final = Permission(
    visible_to=_owned(Quiz.teacher_id), editable_by=_owned(Quiz.teacher_id)
)
"""What only the owner may do: publish, share, archive, purge."""
QUIZZES: Final = Permission(visible_to=_visible_quiz, editable_by=_editable_quiz)
"""Own and shared ones. Their questions are read and written through them."""
LIBRARY: Final = Permission(visible_to=_in_library, editable_by=_nobody)
"""Published quizzes. Their owners change them through the other pairs."""
QUIZ_SHARES: Final = Permission(visible_to=_visible_share, editable_by=_share_of_own_quiz)
QUESTIONS: Final = Permission(visible_to=_in_own_bank, editable_by=_in_own_bank)
"""Questions of the bank."""
QUESTION_SETS: Final = Permission(
    visible_to=_owned(QuestionSet.teacher_id), editable_by=_owned(QuestionSet.teacher_id)
)
QUIZ_REPORTS: Final = Permission(visible_to=_visible_report, editable_by=_super_admin)
SESSIONS: Final = Permission(
    visible_to=_owned(QuizSession.host_id), editable_by=_owned(QuizSession.host_id)
)
RESULTS: Final = Permission(visible_to=_recorded, editable_by=_nobody)
"""Participations. Answers and attempts are read through them; only the recorder writes them."""
CARDS: Final = Permission(visible_to=_own_card, editable_by=_own_card)
"""The log of reviews and what is counted of it are read through them. Nobody sees another's."""
DECKS: Final = Permission(visible_to=_learned_deck, editable_by=_own_deck)
"""Notes and questions of decks are read and written through them."""
AUDIT_EVENTS: Final = Permission(visible_to=_super_admin, editable_by=_nobody)
