"""Statistics of questions, computed in PostgreSQL from what was recorded."""

import asyncio
from collections.abc import Sequence
from statistics import correlation, median
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import TextClause, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.question_statistics import Figures, wording
from game.rules.questions import Choice, MultipleChoice, Question
from game.rules.rescoring import RecordedAnswer, RecordedGame, rescore
from persistence.database import SessionFactory
from persistence.models import Question as QuestionRow
from persistence.models import QuestionStatistics, QuizParticipation, QuizSession
from persistence.repositories import question_statistics, session_question_statistics
from persistence.repositories.questions import bank, draft
from server.actions.session_corrections import SessionCorrector, Wanted
from server.auth.sign_ins import SignedIn
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.recorders import until
from tests.persistence.samples import Someone, teacher

NOTHING = Figures(0, 0, None, None, None, None, {})


@pytest.fixture
async def host(session_factory: SessionFactory) -> Someone:
    async with session_factory.begin() as db:
        return await teacher(db)


def expected(games: Sequence[RecordedGame], index: int) -> tuple[object, ...]:
    """Asked, answers, right ones, discrimination, median, from the rules alone."""
    right, rest, times = [], [], []
    for game in games:
        scored = rescore(game)
        standings = {each.player: each for each in scored.standings}
        for each in game.participants:
            grade = scored.graded.get((each.player, index))
            if grade is None or each.kicked:
                continue
            times.append(grade.elapsed_ms)
            right.append(int(grade.correct is True))
            others = standings[each.player].correct - (grade.correct is True)
            rest.append(others / (scored.of - 1))
    found = correlation(right, rest)
    return (
        len(games),
        len(right),
        sum(right),
        pytest.approx(found),
        pytest.approx(median(times), rel=0.0051),
    )


async def compute(db: AsyncSession, session: QuizSession) -> list[Figures]:
    """The figures of the session's questions, in their order."""
    await session_question_statistics.compute(db, session.id)
    ids = [UUID(str(question["source"])) for question in session.questions]
    await question_statistics.merge(db, ids)
    rows = {
        row.question_id: row
        for row in await db.scalars(
            select(QuestionStatistics).execution_options(populate_existing=True)
        )
    }
    return [question_statistics.figures_of(rows[id_]) for id_ in ids]


def told(figures: Figures) -> tuple[object, ...]:
    return (
        figures.asked,
        figures.answers,
        figures.correct,
        figures.discrimination,
        figures.median_ms,
    )


async def test_the_figures_are_those_of_all_games_without_kicked_players(
    session_factory: SessionFactory, host: Someone
) -> None:
    questions = asked(5)
    first, second = answered(60, questions), answered(30, questions, seed=2)
    async with session_factory.begin() as db:
        played = await insert(db, host, first)
        again = await insert(db, host, second)
        # The second game was played with the same quiz.
        for index, question in enumerate(again.questions):
            source = UUID(str(played.questions[index]["source"]))
            statement = text(
                "UPDATE question_attempts SET question_id = :to WHERE question_id = :id"
            )
            await db.execute(statement, {"to": source, "id": UUID(str(question["source"]))})
        await session_question_statistics.compute(db, again.id)
        figures = await compute(db, played)
        for index in (0, 1, 2, 4):
            assert told(figures[index]) == expected([first, second], index)
        poll = figures[3]
        assert (poll.correct, poll.discrimination, poll.wrong) == (None, None, None)
        assert poll.answers > 80

        bad = first.participants[3]
        await db.execute(
            update(QuizParticipation)
            .where(QuizParticipation.player == UUID(bad.player))
            .values(kicked_at=QuizParticipation.joined_at)
        )
        [after, *_] = await compute(db, played)
        assert after.answers == figures[0].answers - any(a.question == 0 for a in bad.answers)


def letters(texts: str, key: str) -> Question:
    choices = tuple(Choice(id_, text) for id_, text in zip("abcd", texts, strict=True))
    return MultipleChoice(stem="?", choices=choices, key=key)


async def test_the_wrong_choice_is_named_by_its_text_and_wordings_are_told_apart(
    session_factory: SessionFactory, host: Someone
) -> None:
    plain, mixed = letters("WXYZ", "a"), letters("ZYXW", "d")
    other = replace(plain, stem="Else?")
    async with session_factory.begin() as db:
        sessions = [
            await insert(db, host, everybody(question, response, players))
            for question, response, players in (
                (plain, "c", 3),  # Y
                (mixed, "b", 4),  # Y
                (mixed, "c", 5),  # X
                (other, "a", 2),
            )
        ]
        source = UUID(str(sessions[0].questions[0]["source"]))
        await db.execute(text("UPDATE question_attempts SET question_id = :to"), {"to": source})
        for session in sessions:
            await session_question_statistics.compute(db, session.id)
        [figures] = await compute(db, sessions[0])
        assert figures.wrong is not None
        assert (figures.wrong.text, figures.wrong.times, figures.wrong.right_times) == ("Y", 7, 2)
        assert figures.by_wording == {wording(plain): 12, wording(other): 2}


async def test_rounding_makes_no_correlation_and_none_above_one(
    session_factory: SessionFactory, host: Someone
) -> None:
    """The third player alone is right, in 8 of 11; then the others' shares are all equal."""
    strong = rights(["b" * 11, "b" * 11, "a" * 8 + "b" * 3])
    equal = rights(["baaaaaab" + "b" * 3] * 3 + ["aaaaaaab" + "b" * 3] * 4)
    async with session_factory.begin() as db:
        alone = await compute(db, await insert(db, host, strong))
        assert [each.discrimination for each in alone] == [pytest.approx(1)] * 8 + [None] * 3
        assert all(-1 <= (each.discrimination or 0) <= 1 for each in alone)
        [first, *_] = await compute(db, await insert(db, host, equal))
        assert (first.correct, first.answers, first.discrimination) == (4, 7, None)


def rights(responses: Sequence[str]) -> RecordedGame:
    """A game in which "a" is right, with the letters that each player chose."""
    game = answered(len(responses), [letters("WXYZ", "a")] * len(responses[0]))
    participants = [
        replace(
            each,
            answers=[
                RecordedAnswer(index, response, correct=None, points=0, elapsed_ms=100)
                for index, response in enumerate(of_player)
            ],
        )
        for each, of_player in zip(game.participants, responses, strict=True)
    ]
    return replace(game, participants=participants)


def everybody(question: Question, response: str, players: int) -> RecordedGame:
    game = answered(players, [question])
    answers = [RecordedAnswer(0, response, correct=None, points=0, elapsed_ms=100)]
    participants = [replace(each, answers=answers) for each in game.participants]
    return replace(game, participants=participants)


async def test_corrections_count(
    session_factory: SessionFactory, database_url: str, host: Someone
) -> None:
    game = answered(40, asked(3))
    async with session_factory.begin() as db:
        session = await insert(db, host, game)
        before = await compute(db, session)
    viewer = SignedIn(host.user_id, "teacher", "Somebody", "0")
    corrector = SessionCorrector(database_url)
    await corrector.correct(viewer, session.id, Wanted(0, "void"), address=None)
    await corrector.correct(viewer, session.id, Wanted(1, "key", "c"), address=None)
    async with session_factory.begin() as db:
        voided, keyed, _ = await compute(db, session)
        assert voided == NOTHING
        given = [a.response for each in game.participants for a in each.answers if a.question == 1]
        assert keyed.correct == given.count("c") != before[1].correct
        assert keyed.wrong is not None
        assert keyed.wrong.text == "Choice B"
    await corrector.correct(viewer, session.id, Wanted(0, "undo"), address=None)
    await corrector.correct(viewer, session.id, Wanted(1, "undo"), address=None)
    async with session_factory.begin() as db:
        assert await compute(db, session) == before


async def test_two_jobs_at_once_compute_one_after_the_other(
    session_factory: SessionFactory, host: Someone
) -> None:
    async with session_factory.begin() as db:
        session = await insert(db, host, answered(3, asked(1)))
    async with session_factory() as first, session_factory() as second:
        await compute(first, session)
        later = asyncio.create_task(compute(second, session))
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        try:
            async with session_factory() as db:
                await until(lambda: _is_one(db, waiting))
            assert not later.done()
        finally:
            await first.commit()
            await later


async def _is_one(db: AsyncSession, query: TextClause) -> bool:
    return bool(await db.scalar(query) == 1)


async def test_a_question_and_its_copies_share_their_statistics_with_one_teacher(
    session_factory: SessionFactory, host: Someone
) -> None:
    async with session_factory.begin() as db:
        session = await insert(db, host, answered(10, asked(2)))
        source = UUID(str(session.questions[0]["source"]))
        row = await db.get_one(QuestionRow, source)
        await db.refresh(row, ["choices"])
        [mine] = await bank.add(db, host.user_id, [draft(row)])
        stranger = await teacher(db, "other@kuis.example")
        [theirs] = await bank.add(db, stranger.user_id, [draft(row)])
        mine.source_id = theirs.source_id = source
        await db.flush()
        [first, _] = await compute(db, session)
        rows = await db.scalars(select(QuestionStatistics))
        stored = {each.question_id: each.answers for each in rows}
        assert stored[mine.id] == stored[source] == first.answers > 0
        assert theirs.id not in stored
        await question_statistics.merge(db, [theirs.id])
        row_of_theirs = await db.scalar(
            select(QuestionStatistics).where(QuestionStatistics.question_id == theirs.id)
        )
        assert question_statistics.figures_of(row_of_theirs) == NOTHING
