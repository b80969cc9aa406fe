"""Quizzes: nested writing with stable ids, visibility, codes, lists without N + 1."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from uuid_utils.compat import uuid7

from game.errors import NotFound
from persistence.database import SessionFactory
from persistence.models import Card, Choice, Question, Quiz
from persistence.repositories import questions, quiz_lists, quizzes
from persistence.repositories.questions import in_quizzes
from persistence.repositories.quizzes import QuizFacts
from tests.persistence import samples
from tests.persistence.locks import require_order, until_it_waits
from tests.persistence.reviewed_cards import new_cards
from tests.persistence.samples import Someone, add_quiz, add_session, teacher


@contextmanager
def counted_statements(database: AsyncEngine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(database.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.sync_engine, "before_cursor_execute", note)


async def test_a_copy_shares_nothing(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = await add_quiz(session, host)
        made.questions[0].level = "B1"
        made.questions[0].tags = ["rivers"]
        copied = await quizzes.copy(session, made, made.teacher_id, title="Copy")
    assert copied.access_code != made.access_code
    assert [question.stem for question in copied.questions] == ["Question 0?", "Question 1?"]
    assert (copied.questions[0].level, copied.questions[0].tags) == ("B1", ["rivers"])
    ids = {question.id for quiz in (made, copied) for question in quiz.questions}
    assert len(ids) == 4


async def test_only_its_teacher_and_a_super_admin_see_a_quiz(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        owner, other = [await teacher(session, f"{n}@kuis.example") for n in "ab"]
        quiz = await add_quiz(session, owner)
    strangers = [other, Someone(owner.user_id, "student"), Someone(uuid7(), "student")]
    async with session_factory() as session:
        for viewer in strangers:
            with pytest.raises(NotFound) as caught:
                await quizzes.get(session, viewer, quiz.id)
            assert caught.value.code == "no_such_quiz"
            assert await quiz_lists.page(session, viewer, 1, 20) == ([], 0, False)
        for viewer in (owner, Someone(uuid7(), "super_admin")):
            assert (await quizzes.get(session, viewer, quiz.id)).id == quiz.id
            assert (await quiz_lists.page(session, viewer, 1, 20)).total == 1


async def test_a_list_says_what_was_played_in_as_many_statements_for_any_length(
    database: AsyncEngine, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = [await add_quiz(session, host, questions=n) for n in range(12)]
        played = await add_session(session, host, made[3])
        played.started_at = played.ended_at = played.created_at
        running = await add_session(session, host, made[3])
        made[4].archived_at = made[4].created_at
    async with session_factory() as session:
        with counted_statements(database) as for_two:
            await quiz_lists.page(session, host, 1, 2)
        with counted_statements(database) as for_all:
            items, total, _ = await quiz_lists.page(session, host, 1, 20)
            assert sum(item.question_count for item in items) == sum(range(12)) - 4
    assert len(for_all) <= len(for_two) <= 4
    assert (len(items), total) == (11, 11)
    about = {item.quiz.id: item[1:] for item in items}
    facts = QuizFacts("own", "teacher@kuis.example", 0, 0)
    assert about[made[3].id][:3] == (3, 2, played.started_at)
    assert about[made[3].id][3:] == (running.id, running.access_code, facts)
    assert about[made[5].id] == (5, 0, None, None, None, facts)
    assert items[0].quiz.id == made[11].id
    async with session_factory() as session:
        archived = await quiz_lists.page(session, host, 1, 20, archived=True)
        assert [item.quiz.id for item in archived.items] == [made[4].id]
        beyond = await quiz_lists.page(session, host, 3, 10)
        assert beyond == ([], 11, False)


async def test_a_list_of_long_quizzes_is_loaded_some_at_a_time(
    database: AsyncEngine, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_quizzes, "LOADED_AT_ONCE", 4)
    counts = [0, 3, 5, 0, 4, 1, 2]
    async with session_factory.begin() as session:
        host = await teacher(session)
        for count in counts:
            await add_quiz(session, host, questions=count)
        await session.execute(update(Quiz).values(is_playable=None))
        changed_at = select(Quiz.updated_at).order_by(Quiz.id.desc())
        before = (await session.scalars(changed_at)).all()
    for portions in ([[2, 1], [4, 0], [5], [3, 0]], []):  # the second time it is known
        async with session_factory.begin() as session:
            with counted_statements(database) as statements:
                items, *_ = await quiz_lists.page(session, host, 1, 20)
            assert [item.question_count for item in items] == counts[::-1]
            assert [item.quiz.is_playable for item in items] == [each > 0 for each in counts[::-1]]
            assert [item.quiz.updated_at for item in items] == before, "a look is no change"
        loads = [each for each in statements if "FROM questions" in each]
        assert len(loads) - 1 == len(portions)


async def test_quizzes_are_judged_in_one_order(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        made = [await add_quiz(session, host, questions=number % 2) for number in range(4)]
        for quiz in reversed(made):  # the table has them in this order then
            unknown = update(Quiz).where(Quiz.id == quiz.id).values(is_playable=None)
            await session.execute(unknown)

    async def list_them() -> None:
        async with session_factory.begin() as session:
            await quiz_lists.page(session, host, 1, 20)

    await require_order(session_factory, Quiz, select(Quiz.id), list_them())


async def test_what_is_written_meanwhile_decides_whether_a_quiz_can_be_played(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host, questions=3)
        quiz.is_playable = None

    async def list_them() -> None:
        async with session_factory.begin() as session:
            await quiz_lists.page(session, host, 1, 20)

    async with session_factory.begin() as session:
        changed = await quizzes.get(session, host, quiz.id, for_update=True)
        listing = asyncio.create_task(list_them())
        await until_it_waits(session)
        await questions.replace(session, changed, [])
    await listing
    async with session_factory() as session:
        assert (await quizzes.get(session, host, quiz.id)).is_playable is False


async def test_codes_stay_unique_when_many_are_made_at_once(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)

    async def make(seed: int) -> str:
        async with session_factory.begin() as session:
            await asyncio.sleep(0)
            made = await quizzes.create(
                session,
                host.user_id,
                title="One of many",
                questions=samples.drafts(1),
                random=Random(seed // 4),
            )
        return made.access_code

    made = await asyncio.gather(*(make(seed) for seed in range(20)))

    assert len(set(made)) == 20
    async with session_factory() as session:
        assert await session.scalar(select(func.count(Question.id))) == 20


async def test_somebody_elses_change_in_between_shows(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host)

    async def change(title: str) -> tuple[str, object]:
        async with session_factory.begin() as session:
            mine = await quizzes.get(session, host, quiz.id, for_update=True)
            before = (mine.title, mine.updated_at)
            mine.title = title
            await quizzes.touch(session, mine)
        return before

    first, second = await asyncio.gather(change("one"), change("two"))

    assert {first[0], second[0]} in ({"Geography", "one"}, {"Geography", "two"})
    assert first[1] != second[1]


async def test_purging_takes_all_that_was_played(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host)
        await add_session(session, host, quiz)
        await quizzes.purge(session, quiz)
    async with session_factory() as session:
        for table in (Quiz, Question, Choice):
            assert await session.scalar(select(func.count(table.id))) == 0


@pytest.mark.parametrize("table", [Card, Question, Quiz])
async def test_a_purge_locks_what_forgets_the_quiz_in_the_order_of_ids(
    session_factory: SessionFactory, table: type[Card | Question | Quiz]
) -> None:
    """So do changes of many, and neither waits for the other in a circle."""
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host, questions=1)
        played = await add_session(session, host, quiz)
        copies = [await add_quiz(session, host, questions=1) for _ in range(2)]
        cards = await new_cards(session, host.user_id, 2)
        source: dict[str, object] = {
            "source_id": quiz.id,
            "source_title": "A",
            "source_author": "B",
        }
        of_question: dict[str, object] = {"source_id": quiz.questions[0].id}
        values: dict[str, object]
        if table is Card:
            (first, second), values = cards, {"session_id": played.id}
        elif table is Quiz:
            (first, second), values = (each.id for each in copies), source
        else:
            (first, second), values = (each.questions[0].id for each in copies), of_question
        for id_ in (second, first):  # the table has them in this order then
            await session.execute(update(table).where(table.id == id_).values(values))

    async def purge() -> None:
        async with session_factory.begin() as session:
            await quizzes.purge(session, quiz)

    both = select(table.id).where(table.id.in_([first, second]))
    await require_order(session_factory, table, both, purge())
    async with session_factory() as session:
        assert await session.get(Quiz, quiz.id) is None
        assert await session.get(table, first) is not None
