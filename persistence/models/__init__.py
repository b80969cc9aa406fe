"""Every table; importing this module fills `Base.metadata`."""

from persistence.base import Base
from persistence.models.attempts import (
    AttemptContext,
    PerformanceBand,
    QuestionAttempt,
    QuizAttempt,
)
from persistence.models.audit_events import STRANGERS_KINDS, AuditEvent, AuditKind
from persistence.models.cards import (
    Card,
    CardOrigin,
    CardReview,
    FsrsParameters,
    ReviewDay,
)
from persistence.models.decks import Deck, DeckQuestion, DeckSubscription
from persistence.models.homework import HomeworkName, HomeworkRun
from persistence.models.notes import NOTE_SEARCH, Note
from persistence.models.one_time_links import LinkPurpose, OneTimeLink
from persistence.models.pictures import Picture
from persistence.models.question_sets import QuestionSet, QuestionSetQuestion
from persistence.models.question_statistics import (
    QuestionStatistics,
    SessionQuestionStatistics,
)
from persistence.models.questions import QUESTION_SEARCH, STEM_START, Choice, Question
from persistence.models.quiz_reports import QuizReport
from persistence.models.quiz_sessions import Mode, QuizParticipation, QuizSession
from persistence.models.quiz_shares import QuizShare
from persistence.models.quizzes import QUIZ_SEARCH, Quiz
from persistence.models.review_questions import REVIEW_QUESTION_SEARCH, ReviewQuestion
from persistence.models.session_corrections import (
    HomeworkRunRescore,
    QuestionAttemptRescore,
    QuizAttemptRescore,
    SessionCorrection,
)
from persistence.models.user_preferences import UserPreferences
from persistence.models.users import Role, User

__all__ = [
    "NOTE_SEARCH",
    "QUESTION_SEARCH",
    "QUIZ_SEARCH",
    "REVIEW_QUESTION_SEARCH",
    "STEM_START",
    "STRANGERS_KINDS",
    "AttemptContext",
    "AuditEvent",
    "AuditKind",
    "Base",
    "Card",
    "CardOrigin",
    "CardReview",
    "Choice",
    "Deck",
    "DeckQuestion",
    "DeckSubscription",
    "FsrsParameters",
    "HomeworkName",
    "HomeworkRun",
    "HomeworkRunRescore",
    "LinkPurpose",
    "Mode",
    "Note",
    "OneTimeLink",
    "PerformanceBand",
    "Picture",
    "Question",
    "QuestionAttempt",
    "QuestionAttemptRescore",
    "QuestionSet",
    "QuestionSetQuestion",
    "QuestionStatistics",
    "Quiz",
    "QuizAttempt",
    "QuizAttemptRescore",
    "QuizParticipation",
    "QuizReport",
    "QuizSession",
    "QuizShare",
    "ReviewDay",
    "ReviewQuestion",
    "Role",
    "SessionCorrection",
    "SessionQuestionStatistics",
    "User",
    "UserPreferences",
]
