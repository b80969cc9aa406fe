"""The demo's homework: one that is over, with results, and one at which students still work."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from secrets import token_bytes

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules import nicknames
from game.rules.homework import HomeworkSettings, Repeated, Run, answer, go_on
from game.rules.homework.runs import question_index
from game.rules.questions import (
    MultipleChoice,
    MultipleSelect,
    Numeric,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
)
from game.rules.rooms import RoomSettings, prepare_questions
from persistence import homework_deadlines
from persistence.models import Quiz, QuizSession, User
from persistence.repositories import questions
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.runs import AnswerKey, GradedAnswer

WEEK, HOURS = timedelta(days=7), timedelta(hours=2)
THINKING_MS = (4_000, 40_000)


class Student(Struct, frozen=True):
    """`knows` is the share of questions with a right answer, `does` how many are worked on."""

    name: str
    knows: float
    does: int = 100
    user: User | None = None


CLASSMATES = (
    Student("Ayu", 0.95),
    Student("Rangga", 0.8),
    Student("Dewi", 0.85),
    Student("Made", 0.6),
    Student("Putri", 0.7, does=9),
    Student("Joko", 0.4),
    Student("Siti", 0.55),
)
AT_WORK = (Student("Ayu", 0.9, does=7), Student("Joko", 0.5, does=2), Student("Putri", 0.7))


async def add_homework(
    db: AsyncSession, teacher: User, student: User, over: Quiz, present: Quiz
) -> None:
    """Give `over` as homework that closed yesterday, and `present` for the week to come."""
    random, now = Random(7), datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # noqa: S311  # a demo
    ended = now - timedelta(days=1)
    closed = await _give(db, teacher, over, (ended - WEEK, ended), random)
    everybody = (*CLASSMATES, Student(student.full_name, 0.75, user=student))
    await _work(db, closed, everybody, random)
    await homework_deadlines.close(db, closed, ended)
    given = await _give(db, teacher, present, (now - HOURS, now + WEEK), random)
    await _work(db, given, AT_WORK, random)


async def _give(
    db: AsyncSession,
    teacher: User,
    quiz: Quiz,
    period: tuple[datetime, datetime],
    random: Random,
) -> QuizSession:
    drafts = [questions.draft(question) for question in quiz.questions]
    frozen, _ = prepare_questions(drafts, RoomSettings(), random)
    return await assignments.create(
        db,
        quiz,
        host_id=teacher.id,
        questions=frozen,
        settings=HomeworkSettings(attempts=2),
        opens_at=period[0],
        closes_at=period[1],
    )


async def _work(
    db: AsyncSession, homework: QuizSession, students: Sequence[Student], random: Random
) -> None:
    assignment = runs.assignment_of(homework)
    answers: list[GradedAnswer] = []
    moved = {}
    for number, student in enumerate(students):
        at = assignment.opens_at + (number + 1) * 600_000
        await runs.take_name(db, homework.id, nicknames.fold(student.name))
        seat = await runs.add_seat(
            db,
            homework.id,
            nickname=student.name,
            user_id=student.user.id if student.user else None,
            token_hash=None if student.user else token_bytes(32),
            at=at,
        )
        run = Run(number=1, seed=number, position=0, shown_at=at)
        id_ = await runs.add_run(db, homework.id, seat.id, run)
        for _ in assignment.questions[: student.does]:
            at += random.randint(*THINKING_MS)
            asked = assignment.questions[question_index(assignment, run, run.position)]
            given = _answer(asked, random, is_right=random.random() < student.knows)
            decided = answer(assignment, run, run.position, given, at)
            if isinstance(decided, Repeated):
                break
            run = go_on(assignment, decided[0], run.position, at + 2_000)
            key = AnswerKey(seat.id, run.number, decided[1].question)
            answers.append(GradedAnswer(key, asked.source, decided[1], at))
        moved[id_] = run
    await runs.store(db, answers, moved)


def _answer(  # noqa: PLR0911  # one for each kind
    question: Question, random: Random, *, is_right: bool
) -> object:
    """A response as a page sends it."""
    match question:
        case ShortAnswer(key=key):
            return key.accepted[0] if is_right else "?"
        case Numeric(key=key):
            return key.value if is_right else key.value + 1 + 9 * key.tolerance
        case Poll(choices=choices):
            return [random.choice(choices).id]
        case MultipleChoice(choices=choices, key=key):
            others = [choice.id for choice in choices if choice.id != key]
            return key if is_right else random.choice(others)
        case MultipleSelect(choices=choices, key=key):
            return [*key] if is_right else [random.choice(choices).id]
        case Ordering(key=key):
            return [*key] if is_right else [*reversed(key)]
    return question.key if is_right else not question.key
