"""Learning steps come as they are due, then reviews by overdue share, then new cards."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from uuid_utils.compat import uuid7

from persistence.database import SessionFactory
from persistence.models import Card, Deck, Note, ReviewQuestion
from persistence.plans import plan_of
from persistence.repositories.cards import browser, queue
from persistence.repositories.cards.browser import Filters
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import teacher

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
CARDS = 120


async def cards_of_all_kinds(
    session: AsyncSession, learner: UUID, random: Random
) -> tuple[UUID, UUID]:
    """Cards of all kinds in two decks, of which the ids are returned."""
    decks = [Deck(owner_id=learner, kind="hand", title=title) for title in "ab"]
    session.add_all(decks)
    await session.flush()
    notes = [
        Note(deck_id=random.choice(decks).id, position=place, front="?", back="!")
        for place in range(CARDS)
    ]
    session.add_all(notes)
    await session.flush()
    wanted = [NewCard(learner, note_id=note.id, deck_id=note.deck_id) for note in notes]
    await add_cards(session, wanted, "deck")
    for card in await session.scalars(select(Card)):
        card.position = random.randrange(5)
        card.is_suspended = random.random() < 0.1
        card.buried_until = random.choice([None, None, NOW, NOW + timedelta(seconds=1)])
        card.state = random.choice(["new", "learning", "review", "review", "review", "relearning"])
        if card.state != "new":
            # Few intervals and times, so that many cards are as overdue as others.
            card.due_at = NOW - timedelta(days=random.randrange(-2, 6) * random.choice([1, 3]))
        if card.state == "review":
            card.interval_days = random.choice([1, 2, 3, 6, 30, 300])
    await session.flush()
    return decks[0].id, decks[1].id


def order(card: Card) -> tuple[int, float, UUID]:
    if card.due_at is None:
        return 2, card.position, card.id
    due_for = NOW - card.due_at
    if card.state == "review":
        return 1, -(due_for / timedelta(days=card.interval_days)), card.id
    return 0, -due_for.total_seconds(), card.id


@pytest.mark.parametrize("seed", range(2))
async def test_the_queue_has_this_order_however_much_is_due(
    session_factory: SessionFactory, seed: int
) -> None:
    random = Random(seed)
    async with session_factory() as session:
        learner = (await teacher(session)).user_id
        decks = await cards_of_all_kinds(session, learner, random)
        due = [
            card
            for card in await session.scalars(select(Card))
            if not card.is_suspended
            and (card.buried_until is None or card.buried_until <= NOW)
            and (card.due_at is None or card.due_at <= NOW)
        ]
        due.sort(key=order)
        for deck_id in (None, *decks):
            tomorrow = NOW + timedelta(days=1)
            asked = queue.Asked(learner, deck_id, NOW, until=NOW, tomorrow=tomorrow)
            of_deck = [card for card in due if deck_id in (None, card.deck_id)]
            for most, reviews, new_cards in ((200, 200, 200), (7, 200, 200), (60, 5, 3)):
                left = {"review": reviews, "new": new_cards}
                expected = []
                for card in of_deck:
                    left[card.state] = left.get(card.state, CARDS) - 1
                    if left[card.state] >= 0:
                        expected.append(card.id)
                found = await queue.first_ids(session, asked, most, reviews, new_cards)
                assert found == expected[:most]
            counts = await queue.standing(session, asked, NOW.date(), 5, 100)
            states = [card.state for card in of_deck]
            assert counts.review == min(5, states.count("review"))
            assert counts.new == states.count("new")
            assert counts.learning >= states.count("learning") + states.count("relearning")


async def test_cards_of_a_topic_are_found_by_their_questions(
    database: AsyncEngine, session_factory: SessionFactory
) -> None:
    """Else a list of them would look at the question of each card."""
    async with session_factory.begin() as session:
        learner = await teacher(session)
        questions = [
            ReviewQuestion(
                origin_id=uuid7(),
                content={"stem": "?"},
                played_at=NOW,
                topic=None if number else "Rivers",
            )
            for number in range(2_000)
        ]
        session.add_all(questions)
        await session.flush()
        wanted = [NewCard(learner.user_id, review_question_id=each.id) for each in questions]
        await add_cards(session, wanted, "answer")
    async with database.connect() as connection:
        own = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await own.execute(text("VACUUM ANALYZE srs_cards, review_questions"))
    async with session_factory() as session:
        ids = browser.matching(learner, Filters(topic="Rivers"), NOW)
        plan = await plan_of(session, ids.order_by(Card.id.desc()).limit(50))
        found = await browser.page(session, learner, Filters(topic="Rivers"), NOW, 1, 50)
        planned = await session.scalar(text("SHOW plan_cache_mode"))
    assert "using ix_review_questions_topic_id" in plan, plan
    assert "using uq_srs_cards_question" in plan, plan
    assert planned == "force_custom_plan", "another topic may have half of all cards"
    assert (found.total, len(found.items)) == (1, 1)


async def test_due_cards_are_counted_in_their_index(
    database: AsyncEngine, session_factory: SessionFactory
) -> None:
    """Else a list of them would visit each, and there may be 100,000."""
    async with session_factory.begin() as session:
        learner = await teacher(session)
        await cards_of_all_kinds(session, learner.user_id, Random(1))
    async with database.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE srs_cards"))  # else it knows no sizes
    async with session_factory() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        await session.execute(text("SET LOCAL enable_bitmapscan = off"))
        ids = browser.matching(learner, Filters(state="due"), NOW)
        plan = await plan_of(session, select(func.count()).select_from(ids.subquery()))
    assert "Index Only Scan using ix_srs_cards_due" in plan, plan
