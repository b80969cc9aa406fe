"""Who may see and who may change a row of each noun."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from persistence.base import Base
from persistence.database import SessionFactory
from persistence.models import (
    AuditEvent,
    Card,
    CardReview,
    Choice,
    Deck,
    DeckQuestion,
    DeckSubscription,
    FsrsParameters,
    HomeworkName,
    HomeworkRun,
    HomeworkRunRescore,
    Note,
    OneTimeLink,
    Picture,
    Question,
    QuestionAttempt,
    QuestionAttemptRescore,
    QuestionSet,
    QuestionSetQuestion,
    QuestionStatistics,
    Quiz,
    QuizAttempt,
    QuizAttemptRescore,
    QuizParticipation,
    QuizReport,
    QuizSession,
    QuizShare,
    ReviewDay,
    ReviewQuestion,
    SessionCorrection,
    SessionQuestionStatistics,
    User,
    UserPreferences,
)
from persistence.repositories import user_preferences, viewers
from persistence.repositories.questions import bank
from persistence.repositories.viewers import Permission, owns
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import (
    Someone,
    add_quiz,
    add_session,
    add_user,
    capital,
    participation,
    teacher,
)
from tests.tables import rows

REPOSITORIES = Path(viewers.__file__).parent
PERMISSIONS: dict[type[Base], Permission] = {
    User: viewers.USERS,
    UserPreferences: viewers.USER_PREFERENCES,
    Quiz: viewers.QUIZZES,
    Question: viewers.QUESTIONS,
    QuestionSet: viewers.QUESTION_SETS,
    QuizShare: viewers.QUIZ_SHARES,
    QuizReport: viewers.QUIZ_REPORTS,
    QuizSession: viewers.SESSIONS,
    QuizParticipation: viewers.RESULTS,
    AuditEvent: viewers.AUDIT_EVENTS,
    Card: viewers.CARDS,
    Deck: viewers.DECKS,
}
OTHERS: dict[str, Permission] = {
    "Quiz, as its owner": viewers.OWN_QUIZZES,
    "Quiz, in the library": viewers.LIBRARY,
    "Quiz, published": viewers.LIBRARY,
}
"""More pairs of the same tables."""
READ_WITH: dict[type[Base], type[Base]] = {
    Choice: Question,
    QuestionStatistics: Question,
    QuestionSetQuestion: QuestionSet,
    QuestionAttempt: QuizParticipation,
    QuizAttempt: QuizParticipation,
    QuestionAttemptRescore: QuizParticipation,
    QuizAttemptRescore: QuizParticipation,
    SessionCorrection: QuizSession,
    HomeworkRun: QuizParticipation,
    HomeworkRunRescore: QuizParticipation,
    Note: Deck,
    DeckQuestion: Deck,
    DeckSubscription: Deck,
    ReviewQuestion: Card,
    CardReview: Card,
    ReviewDay: Card,
    FsrsParameters: Card,
}
"""What is only ever read and written with a row of another table; questions of quizzes, too."""
NOBODYS: set[type[Base]] = {OneTimeLink, Picture, HomeworkName, SessionQuestionStatistics}
"""What the server reads and writes for itself: nobody asks for such a row."""

# The account, quiz, question and session are the owner's, who is a student now in `demoted`.
# The quiz is shared with `reader` and `editor`; share and report are the reader's, who has
# subscribed to the deck.
ALLOWED = rows("""
                           stranger  player  kicked  other  reader  editor  owner  demoted  admin
User                       -         -       -       -      -       -       edit   edit     -
UserPreferences            -         -       -       -      -       -       edit   edit     -
Quiz                       -         -       -       -      see     edit    edit   -        edit
Quiz, as its owner         -         -       -       -      -       -       edit   -        edit
Quiz, in the library       -         -       -       -      -       -       -      -        -
Quiz, published            -         -       -       see    see     see     see    -        see
QuizShare                  -         -       -       -      see     -       edit   -        edit
QuizReport                 -         -       -       -      see     -       -      -        edit
Question                   -         -       -       -      -       -       edit   -        edit
Question, in a quiz        -         -       -       -      -       -       -      -        -
QuestionSet                -         -       -       -      -       -       edit   -        edit
QuizSession                -         -       -       -      -       -       edit   -        edit
QuizParticipation          -         see     -       -      -       -       see    -        see
QuizParticipation, kicked  -         -       -       -      -       -       see    -        see
AuditEvent                 -         -       -       -      -       -       -      -        see
Card                       -         -       -       -      -       -       edit   edit     -
Deck                       -         -       -       -      see     -       edit   edit     -
""")


def test_every_table_has_its_permission() -> None:
    models = {mapper.class_ for mapper in Base.registry.mappers}
    assert models == PERMISSIONS.keys() | READ_WITH.keys() | NOBODYS
    assert set(READ_WITH.values()) <= PERMISSIONS.keys()


def test_every_pair_is_used_by_a_repository() -> None:
    used = {
        node.id
        for path in REPOSITORIES.rglob("*.py")
        if path.name != "viewers.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name)
    }
    pairs = {name for name, value in vars(viewers).items() if isinstance(value, Permission)}
    assert pairs <= used


async def test_what_each_viewer_may_do_with_a_row_of_each_noun(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        preferences = await user_preferences.save(session, owner, {})
        quiz = await add_quiz(session, owner, 1)
        played = await add_session(session, owner, quiz)
        player, kicked = [await add_user(session, f"{n}@kuis.example", "student") for n in "ab"]
        parts = [participation(played, user) for user in (player, kicked)]
        parts[1].kicked_at = datetime.now(UTC)
        reader, editor = [await teacher(session, f"{n}@kuis.example") for n in "re"]
        shares = [
            QuizShare(quiz_id=quiz.id, user_id=reader.user_id, may_edit=False),
            QuizShare(quiz_id=quiz.id, user_id=editor.user_id, may_edit=True),
        ]
        published = await add_quiz(session, owner, 1)
        published.published_at = datetime.now(UTC)
        await session.flush()
        report = QuizReport(
            quiz_id=published.id, user_id=reader.user_id, reason="other", comment=""
        )
        session.add(report)
        event = AuditEvent(kind="account_created", account_id=owner.user_id)
        [question] = await bank.add(session, owner.user_id, [capital()])
        question_set = QuestionSet(teacher_id=owner.user_id, title="Capitals")
        deck = Deck(owner_id=owner.user_id, kind="hand", title="Capitals")
        session.add_all([*parts, *shares, event, question_set, deck])
        await session.flush()
        subscription = DeckSubscription(deck_id=deck.id, user_id=reader.user_id)
        note = Note(deck_id=deck.id, position=0, front="Indonesia", back="Jakarta")
        session.add_all([subscription, note])
        await session.flush()
        [card_id] = await add_cards(session, [NewCard(owner.user_id, note.id)])
    ids = {
        "User": owner.user_id,
        "UserPreferences": preferences.id,
        "Quiz": quiz.id,
        "Question": question.id,
        "Question, in a quiz": quiz.questions[0].id,
        "QuestionSet": question_set.id,
        "Quiz, as its owner": quiz.id,
        "Quiz, in the library": quiz.id,
        "Quiz, published": published.id,
        "QuizShare": shares[0].id,
        "QuizReport": report.id,
        "QuizSession": played.id,
        "QuizParticipation": parts[0].id,
        "QuizParticipation, kicked": parts[1].id,
        "AuditEvent": event.id,
        "Card": card_id,
        "Deck": deck.id,
    }
    who = {
        "stranger": Someone(uuid7(), "student"),
        "player": Someone(player.id, "student"),
        "kicked": Someone(kicked.id, "student"),
        "other": Someone(uuid7(), "teacher"),
        "reader": reader,
        "editor": editor,
        "owner": owner,
        "demoted": Someone(owner.user_id, "student"),
        "admin": Someone(uuid7(), "super_admin"),
    }
    by_name = {model.__name__: model for model in PERMISSIONS}
    pairs = {name: PERMISSIONS[by_name[name.partition(",")[0]]] for name in ids} | OTHERS
    async with session_factory() as session:
        got = {
            name: {
                viewer: await _allowed(
                    session, by_name[name.partition(",")[0]], pairs[name], id_, who[viewer]
                )
                for viewer in ALLOWED[name]
            }
            for name, id_ in ids.items()
        }
    assert got == ALLOWED
    for name, viewer in who.items():
        assert owns(viewer, str(owner.user_id)) is (ALLOWED["QuizSession"][name] == "edit")


async def _allowed(
    session: AsyncSession, model: type[Base], permission: Permission, id_: UUID, viewer: Someone
) -> str:
    async def holds(condition: ColumnElement[bool]) -> bool:
        query = select(func.count()).select_from(model).where(model.id == id_, condition)
        return bool(await session.scalar(query))

    sees, edits = [await holds(condition(viewer)) for condition in permission]
    assert sees or not edits, "nobody edits what they do not see"
    return "edit" if edits else "see" if sees else "-"
