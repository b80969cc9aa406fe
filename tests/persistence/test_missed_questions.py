"""Cards from what learners missed in games."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis
from sqlalchemy import cast, delete, func, literal, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Scheduler
from game.rules.questions import is_scored
from game.rules.rescoring import RecordedAnswer, RecordedGame, RecordedParticipant, rescore
from persistence.database import SessionFactory
from persistence.models import (
    Card,
    CardReview,
    Question,
    QuestionAttempt,
    QuizParticipation,
    QuizSession,
    ReviewQuestion,
    Role,
)
from persistence.repositories import user_preferences
from persistence.repositories.missed_questions import lapses as adding_lapses
from persistence.repositories.missed_questions import making
from server.jobs.missed_questions import MakeCards
from tests.persistence.inserted import LIMIT_MS, answered, asked, insert
from tests.persistence.locks import require_order, reverse_cards, until_it_waits
from tests.persistence.samples import GAME_BEGAN, Someone, add_user, moment, teacher
from tests.server.jobs.running import resources_on

DAY_MS: Final = 24 * 3600 * 1000
Missed = set[tuple[UUID, int]]


@pytest.fixture
async def host(session_factory: SessionFactory) -> Someone:
    async with session_factory.begin() as db:
        return await teacher(db)


async def learners(db: AsyncSession, count: int, role: Role = "student") -> list[UUID]:
    return [
        (await add_user(db, f"{role}{number}@kuis.example", role)).id for number in range(count)
    ]


async def make(db: AsyncSession, session: QuizSession) -> None:
    played = await making.read(db, session.id)
    assert played is not None
    some = await making.seats(db, session.id)
    await making.make(db, played, some)
    await making.take_back(db, played, some)


async def cards(db: AsyncSession, session: QuizSession) -> Missed:
    """Whose cards there are, with the index of their question in the session."""
    indexes = {question["source"]: index for index, question in enumerate(session.questions)}
    query = select(Card.user_id, ReviewQuestion.content).join(
        ReviewQuestion, ReviewQuestion.id == Card.review_question_id
    )
    return {(user, indexes[content["source"]]) for user, content in await db.execute(query)}


def missed(game: RecordedGame, users: dict[str, UUID]) -> Missed:
    """What was missed, from the rules alone."""
    graded = rescore(game).graded
    return {
        (users[each.player], index)
        for each in game.participants
        for index, revealed in enumerate(game.revealed)
        if each.player in users and is_scored(revealed.question)
        if (
            not grade.correct or grade.elapsed_ms > LIMIT_MS * 0.8
            if (grade := graded.get((each.player, index)))
            else each.joined_at <= revealed.opened_at
            and index < max(answer.question for answer in each.answers)
        )
    }


def seats(game: RecordedGame, users: Iterable[UUID]) -> dict[str, UUID]:
    """The first players have these accounts; the others are guests."""
    return {each.player: user for each, user in zip(game.participants, users, strict=False)}


def early_and_late(game: RecordedGame, each: RecordedParticipant) -> RecordedParticipant:
    """Some leave after five questions, others come when four are over."""
    match int(each.nickname.split()[-1]) % 4:
        case 0:
            return replace(each, answers=[given for given in each.answers if given.question < 5])
        case 1:
            since = game.revealed[4].opened_at
            later = [given for given in each.answers if given.question > 3]
            return replace(each, joined_at=since, answers=later)
        case _:
            return each


async def test_what_was_wrong_slow_or_left_out_becomes_a_card_of_those_who_want_them(
    session_factory: SessionFactory, host: Someone
) -> None:
    game = answered(40, asked(10))
    game = replace(game, participants=[early_and_late(game, each) for each in game.participants])
    async with session_factory.begin() as db:
        users = await learners(db, 20)
        [colleague] = await learners(db, 1, "teacher")
        by_player = seats(game, [*users, colleague])
        session = await insert(db, host, game, by_player)
        removed, unwilling = users[3], users[4]
        await user_preferences.save(
            db, Someone(unwilling, "student"), {"cards_from_answers": False}
        )
        await db.execute(
            update(QuizParticipation)
            .where(QuizParticipation.user_id == removed)
            .values(kicked_at=QuizParticipation.joined_at)
        )
        await make(db, session)
        expected = {
            each
            for each in missed(game, by_player)
            if each[0] not in {removed, unwilling, colleague}
        }
        assert len(expected) > 60
        assert await cards(db, session) == expected
        before = (await db.execute(select(Card.id, Card.version, Card.updated_at))).all()
        await make(db, session)
        assert (await db.execute(select(Card.id, Card.version, Card.updated_at))).all() == before


async def play_again(
    db: AsyncSession, host: Someone, first: QuizSession, game: RecordedGame, users: dict[str, UUID]
) -> QuizSession:
    """Another game with the same questions, a day after the first."""
    later = [replace(each, opened_at=each.opened_at + DAY_MS) for each in game.revealed]
    again = await insert(db, host, replace(game, revealed=later), users)
    again.questions = [
        {**question, "source": played["source"]}
        for question, played in zip(again.questions, first.questions, strict=True)
    ]
    await db.flush()
    return again


async def review_all(db: AsyncSession, at: datetime, version: int = 2) -> None:
    """As if each card had been learned well until `at`."""
    learned = {
        "state": "review",
        "stability": 10,
        "difficulty": 5,
        "interval_days": 10,
        "due_at": at + timedelta(days=10),
        "reviewed_at": at,
        "reviewed_on": at.date(),
        "reviews": 1,
        "algorithm": Scheduler().version,
        "version": version,
    }
    await db.execute(update(Card).values(learned))
    log = select(
        *(func.gen_random_uuid(), Card.id, Card.user_id, func.gen_random_uuid(), literal("learn")),
        *(literal(3), Card.reviewed_at, Card.reviewed_on, literal(0), Card.algorithm),
        *(cast(literal("{}"), JSONB), Card.state, Card.interval_days, Card.due_at, Card.version),
    )
    columns = "id card_id user_id key kind rating reviewed_at reviewed_on elapsed_days algorithm"
    more = "before state interval_days due_at version"
    await db.execute(insert_into(CardReview).from_select(f"{columns} {more}".split(), log))


async def test_a_later_wrong_answer_is_a_lapse_and_a_later_right_one_nothing(
    session_factory: SessionFactory, host: Someone
) -> None:
    game, again = answered(20, asked(10)), answered(20, asked(10), seed=2)
    async with session_factory.begin() as db:
        users = await learners(db, 20)
        first = await insert(db, host, game, seats(game, users))
        await make(db, first)
        had = await cards(db, first)
        by_player = seats(again, users)
        second = await play_again(db, host, first, again, by_player)
        await review_all(db, moment(GAME_BEGAN + DAY_MS // 2))
        before = {row.id: row.due_at for row in await db.execute(select(Card.id, Card.due_at))}
        for _ in range(2):
            await make(db, second)
        slow = {
            (by_player[player], index)
            for (player, index), grade in rescore(again).graded.items()
            if grade.correct
        }
        wrong = missed(again, by_player) - slow
        assert await cards(db, first) == had | missed(again, by_player)
        logged = await db.execute(
            select(CardReview, Card)
            .join(Card, Card.id == CardReview.card_id)
            .where(CardReview.kind == "lapse")
        )
        lapsed = {}
        for entry, card in logged:
            lapsed[card.id] = entry
            assert (entry.elapsed_days, entry.rating, entry.before["lapses"]) == (1, None, 0)
            assert (card.state, card.lapses, card.reviews, card.version) == ("relearning", 1, 1, 3)
            assert card.due_at == entry.due_at < before[card.id]
        assert len(lapsed) == len(had & wrong) > 20
        kept = await db.scalars(select(Card).where(Card.id.in_(before.keys() - lapsed.keys())))
        assert {card.due_at == before[card.id] for card in kept} == {True}


def all_wrong(players: int, day: int) -> RecordedGame:
    """One question, which everybody answers wrong on this day."""
    game = answered(players, asked(1))
    [revealed] = game.revealed
    wrong = RecordedAnswer(0, "b", correct=None, points=0, elapsed_ms=1000)
    return replace(
        game,
        revealed=[replace(revealed, opened_at=GAME_BEGAN + day * DAY_MS)],
        participants=[replace(each, answers=[wrong]) for each in game.participants],
    )


async def lapses(db: AsyncSession) -> dict[UUID, list[int | None]]:
    """The versions of cards after their lapses."""
    query = select(CardReview.card_id, CardReview.version).where(CardReview.kind == "lapse")
    found: dict[UUID, list[int | None]] = {}
    for card, version in await db.execute(query.order_by(CardReview.version)):
        found.setdefault(card, []).append(version)
    return found


async def test_an_answer_before_the_last_review_is_no_news_and_no_later_one_is_lost(
    session_factory: SessionFactory, host: Someone
) -> None:
    """The later of two games may be recorded before the other."""
    games = [all_wrong(3, day) for day in range(4)]
    async with session_factory.begin() as db:
        users = await learners(db, 3)
        first = await insert(db, host, games[0], seats(games[0], users))
        await make(db, first)
        await review_all(db, moment(GAME_BEGAN + 2 * DAY_MS))
        for day, versions in ((1, []), (3, [3]), (2, [3, 4])):
            again = await insert(db, host, games[day], seats(games[day], users))
            again.questions = first.questions
            await db.flush()
            await make(db, again)
            assert [*(await lapses(db)).values()] == [versions] * (3 if versions else 0)
        assert {card.lapses for card in await db.scalars(select(Card))} == {1}


async def test_a_grade_that_is_being_stored_is_later_than_the_answers_of_before(
    session_factory: SessionFactory, host: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins when the cards of the answers have been made already."""
    games = [all_wrong(3, day) for day in (0, 1)]
    async with session_factory.begin() as db:
        users = await learners(db, 3)
        first, again = [await insert(db, host, game, seats(game, users)) for game in games]
        again.questions = first.questions
        await db.flush()
        await make(db, first)
        await review_all(db, moment(GAME_BEGAN + DAY_MS // 2))

    add = adding_lapses.add

    async def add_meanwhile(session: AsyncSession, given: dict[str, object]) -> None:
        async with session_factory.begin() as db:
            await review_all(db, moment(GAME_BEGAN + 2 * DAY_MS), version=3)
            adding = asyncio.create_task(add(session, given))
            await until_it_waits(db)
        await adding

    monkeypatch.setattr(adding_lapses, "add", add_meanwhile)
    async with session_factory.begin() as db:
        await make(db, again)
        assert await lapses(db) == {}


async def test_cards_that_are_not_deserved_any_more_are_locked_in_one_order(
    session_factory: SessionFactory, host: Someone
) -> None:
    game = all_wrong(3, 0)
    async with session_factory.begin() as db:
        session = await insert(db, host, game, seats(game, await learners(db, 3)))
        await make(db, session)
        played = await making.read(db, session.id)
        assert played is not None
        some = await making.seats(db, session.id)
        await db.execute(update(QuestionAttempt).values(is_correct=True))
        await reverse_cards(db)

    async def take_back() -> None:
        async with session_factory.begin() as db:
            await making.take_back(db, replace(played, was_corrected=True), some)

    await require_order(session_factory, Card, select(Card.id), take_back())
    async with session_factory() as db:
        assert await db.scalar(select(func.count(Card.id))) == 0


async def test_a_question_and_its_copies_are_one_card_with_the_wording_played_last(
    session_factory: SessionFactory, host: Someone
) -> None:
    games = [all_wrong(2, day) for day in range(3)]
    async with session_factory.begin() as db:
        users = await learners(db, 2)
        sessions = [await insert(db, host, game, seats(game, users)) for game in games]
        for number, session in enumerate(sessions):
            session.started_at = moment(GAME_BEGAN + number)
        first, copied, last = sessions
        origin, copy = (UUID(str(each.questions[0]["source"])) for each in (first, copied))
        await db.execute(update(Question).where(Question.id == copy).values(source_id=origin))
        copied.questions = [{**copied.questions[0], "stem": "In better words?"}]
        last.questions = copied.questions
        await db.flush()
        for session in (first, copied, first):
            await make(db, session)
            assert await db.scalar(select(func.count()).select_from(Card)) == 2
        asked_now = select(ReviewQuestion.content["stem"].astext)
        assert [*await db.scalars(asked_now)] == ["In better words?"]
        await db.execute(delete(Question).where(Question.id == origin))
        await make(db, last)
        assert await db.scalar(select(func.count()).select_from(Card)) == 2


async def test_a_job_that_runs_several_times_at_once_does_its_work_once(
    session_factory: SessionFactory, host: Someone, redis: Redis
) -> None:
    games = [all_wrong(20, day) for day in range(3)]
    async with session_factory.begin() as db:
        users = await learners(db, 20)
        first, *others = [await insert(db, host, game, seats(game, users)) for game in games]
        for other in others:
            other.questions = first.questions
        await db.flush()
        await make(db, first)
        await review_all(db, moment(GAME_BEGAN + DAY_MS // 2))
    resources = resources_on(session_factory, redis)
    jobs = [MakeCards(other.id) for other in others for _ in range(3)]
    await asyncio.gather(*(job.run(resources, 1) for job in jobs))
    async with session_factory() as db:
        assert [*(await lapses(db)).values()] == [[3, 4]] * 20
        states = await db.execute(select(Card.version, Card.lapses, Card.state).distinct())
        assert [tuple(row) for row in states] == [(4, 1, "relearning")]
