"""Questions of a quiz: written with stable ids, read as they were written, put in order."""

import msgspec
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from game.errors import Invalid
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from persistence.database import SessionFactory
from persistence.models import Choice, Question
from persistence.plans import plan_of
from persistence.repositories import pagination, questions, quizzes
from persistence.repositories.questions import bank, bulk
from persistence.repositories.questions.filters import QuestionFilter, Sort, matching
from persistence.repositories.questions.search import Searched, hits_statement
from persistence.repositories.viewers import TEACHER, Account
from tests.persistence.samples import add_quiz, capital, teacher


@pytest.mark.parametrize("sort", ["title", "difficulty"])
async def test_an_index_has_the_bank_in_each_order(
    session_factory: SessionFactory, sort: Sort
) -> None:
    """Long banks are neither sorted nor read as a whole for a page of them."""
    async with session_factory() as session:
        for way in ("seqscan", "sort", "bitmapscan"):
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        wanted = QuestionFilter(level=("A1",))
        query = matching(Account(uuid7(), TEACHER), wanted, sort).with_only_columns(Question.id)
        plan = await plan_of(session, pagination.paginate(query, 1, 50))
    name = {"title": "stem_start"}.get(sort, sort)
    assert f"Index Only Scan using ix_questions_bank_{name}" in plan
    assert "Sort" not in plan


async def test_searches_in_quizzes_read_no_bank(session_factory: SessionFactory) -> None:
    """Of a teacher with so many quizzes that a search does not list them."""
    async with session_factory() as session:
        for way in ("seqscan", "sort", "bitmapscan"):
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        searched = Searched(Account(uuid7(), TEACHER), None, "quizzes", QuestionFilter())
        plan = await plan_of(session, hits_statement(searched))
    assert "Index Scan Backward using ix_questions_in_quizzes" in plan


@pytest.mark.parametrize("table", ["quizzes", "quiz_sessions"])
async def test_an_index_has_what_administrators_list(
    session_factory: SessionFactory, table: str
) -> None:
    async with session_factory() as session:
        for way in ("seqscan", "sort"):
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        query = f"SELECT id FROM {table} ORDER BY created_at DESC, id DESC LIMIT 50"  # noqa: S608  # one of two
        plan = "\n".join(await session.scalars(text(f"EXPLAIN {query}")))
    assert f"using ix_{table}_created_at_id" in plan
    assert "Sort" not in plan


async def test_a_draft_comes_back_as_it_was_written(session_factory: SessionFactory) -> None:
    written = [
        QuestionDraft(
            type=Kind.ORDERING,
            stem="Order these",
            points=500,
            time_limit=60,
            explanation="Because.",
            media="https://example.org/image.png",
            language="en",
            level="A2",
            skill="reading",
            topic="Daily life",
            difficulty=3,
            tags=["order", "time"],
            choices=(
                ChoiceDraft(text="first", media="https://example.org/1.png"),
                ChoiceDraft(text="second"),
            ),
        ),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="Name it",
            options={"ignore_case": False},
            answer_key={"accepted": ["C#", "C sharp"]},
        ),
        capital(),
    ]
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = await quizzes.create(session, host.user_id, title="Kinds", questions=written)
    async with session_factory() as session:
        quiz = await quizzes.get(session, host, made.id)

    read = [questions.draft(question) for question in quiz.questions]
    assert [draft.id for draft in read] == [question.id for question in made.questions]
    expected = [
        msgspec.structs.replace(draft, id=read[place].id) for place, draft in enumerate(written)
    ]
    assert read == expected
    assert quiz.questions[2].answer_key is None


async def test_replacing_questions_keeps_the_ids_that_are_named(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = await add_quiz(session, host, questions=3)
    first, second, third = (question.id for question in made.questions)
    choices = [choice.id for choice in made.questions[2].choices]
    async with session_factory.begin() as session:
        quiz = await quizzes.get(session, host, made.id, for_update=True)
        seen = quiz.updated_at
        await questions.replace(
            session,
            quiz,
            [
                capital("third, now first", third),
                capital("new"),
                capital("first", first),
                capital("named twice", first),
                capital("of nobody", uuid7()),
            ],
        )
        assert quiz.updated_at > seen
    async with session_factory() as session:
        quiz = await quizzes.get(session, host, made.id)
        remaining = await session.scalar(select(func.count(Choice.id)))
    ids = [question.id for question in quiz.questions]
    assert [question.position for question in quiz.questions] == [0, 1, 2, 3, 4]
    assert (ids[0], ids[2]) == (third, first)
    assert len(set(ids)) == 5
    assert second not in ids
    assert [choice.id for choice in quiz.questions[0].choices] == choices
    assert remaining == 10


async def test_a_new_order(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = await add_quiz(session, host, questions=3)
    wanted = [made.questions[place].id for place in (2, 0, 1)]
    async with session_factory.begin() as session:
        quiz = await quizzes.get(session, host, made.id)
        await questions.reorder(session, quiz, wanted)
        assert [question.id for question in quiz.questions] == wanted
        for wrong in (wanted[:2], [*wanted, wanted[0]], [*wanted[:2], uuid7()], []):
            with pytest.raises(Invalid):
                await questions.reorder(session, quiz, wrong)
    async with session_factory() as session:
        quiz = await quizzes.get(session, host, made.id)
        assert [question.id for question in quiz.questions] == wanted


async def test_hundreds_of_questions_are_made_ready_a_few_at_a_time(
    session_factory: SessionFactory,
) -> None:
    """All at once would keep the event loop, and so the rooms of the process, from going on."""
    drafts = [capital(stem=f"{n}") for n in range(5 * questions.WRITTEN_AT_ONCE)]
    made_ready: list[int] = []

    def note(session: Session, *_: object) -> None:
        changed = {*session.new, *session.dirty}
        made_ready.append(sum(isinstance(item, Question) for item in changed))

    async with session_factory.begin() as session:
        host = await teacher(session)
        event.listen(session.sync_session, "before_flush", note)
        quiz = await quizzes.create(session, host.user_id, title="Long", questions=drafts)
        kept = [questions.draft(question) for question in reversed(quiz.questions[5:])]
        await questions.replace(session, quiz, [*drafts, *kept])
        await quizzes.copy(session, quiz, host.user_id, title="Copy")
    assert max(made_ready) == questions.WRITTEN_AT_ONCE
    async with session_factory() as session:
        stored = await quizzes.get(session, host, quiz.id)
        stems = [question.stem for question in stored.questions]
        assert stems == [draft.stem for draft in (*drafts, *kept)]
        assert [question.position for question in stored.questions] == list(range(len(stems)))


async def test_many_questions_are_written_as_single_ones_are(
    session_factory: SessionFactory,
) -> None:
    """Quickly, by COPY: they read the same, are found, and go with their transaction."""
    written = [
        msgspec.structs.replace(capital(), tags=["Java"], language="id", explanation="Lihat peta"),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="Name it",
            options={"ignore_case": False},
            answer_key={"accepted": ["C#", 'a "quoted" \\ one']},
        ),
        QuestionDraft(
            type=Kind.POLL, stem="", choices=(ChoiceDraft(text="", media="https://x.y"),)
        ),
    ]
    ignored = (Question.id, Question.quiz_id, Question.teacher_id, Question.position)
    columns = [each for each in Question.__table__.c if each.name not in {c.key for c in ignored}]
    async with session_factory.begin() as session:
        host = await teacher(session)
        single = await quizzes.create(session, host.user_id, title="Single", questions=written)
        many = await quizzes.create(session, host.user_id, title="Many")
        await bulk.add_to_quiz(session, many, written)
        rows = [
            (
                await session.execute(
                    select(*columns).where(Question.quiz_id == quiz.id).order_by(Question.position)
                )
            ).all()
            for quiz in (single, many)
        ]
        assert rows[0] == rows[1]
        await bank.add(session, host.user_id, written)
        await bulk.add_to_bank(session, host.user_id, written)
        in_bank = await session.execute(
            select(*columns).where(Question.teacher_id == host.user_id).order_by(Question.id)
        )
        assert len(found := in_bank.all()) == 6
        assert found[:3] == found[3:]
    async with session_factory() as session:
        read = await quizzes.get(session, host, many.id)
    drafts = [questions.draft(question) for question in read.questions]
    assert [msgspec.structs.replace(draft, id=None) for draft in drafts] == written


async def test_many_questions_go_with_their_transaction(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
    async with session_factory() as session:
        await bulk.add_to_bank(session, host.user_id, [capital()])
        await session.rollback()
    async with session_factory() as session:
        assert await session.scalar(select(func.count(Question.id))) == 0
