"""The constraints of decks, notes, cards and their log that the database itself enforces."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from persistence.database import SessionFactory
from persistence.models import (
    CardReview,
    Deck,
    DeckQuestion,
    DeckSubscription,
    FsrsParameters,
    Note,
    QuestionSet,
    ReviewDay,
    ReviewQuestion,
)
from persistence.violations import violated_constraint
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import teacher

CHANGES = {
    "UPDATE decks SET kind = 'pile'": "ck_decks_kind",
    "UPDATE decks SET title = ''": "ck_decks_title",
    "UPDATE decks SET description = repeat('x', 2001)": "ck_decks_description",
    "UPDATE decks SET kind = 'topic'": "ck_decks_has_topic",
    "UPDATE decks SET set_id = (SELECT id FROM question_sets)": "ck_decks_has_set",
    "UPDATE decks SET kind = 'topic', topic = ' '": "ck_decks_topic_format",
    "UPDATE decks SET kind = 'topic', topic = repeat('x', 101)": "ck_decks_topic",
    "UPDATE decks SET share_code = ''": "ck_decks_share_code",
    "UPDATE decks SET share_code = 'x'": "uq_decks_share_code",
    "UPDATE deck_questions SET position = -1": "ck_deck_questions_position",
    "UPDATE deck_questions SET deck_id = (SELECT id FROM decks LIMIT 1)": (
        "uq_deck_questions_deck_id_review_question_id"
    ),
    "UPDATE deck_subscriptions SET deck_id = (SELECT id FROM decks LIMIT 1)": (
        "uq_deck_subscriptions_deck_id_user_id"
    ),
    "UPDATE notes SET position = -1": "ck_notes_position",
    "UPDATE notes SET front = repeat('x', 5001)": "ck_notes_front",
    "UPDATE notes SET back = repeat('x', 5001)": "ck_notes_back",
    "UPDATE notes SET hint = ''": "ck_notes_hint",
    "UPDATE notes SET front_media = ''": "ck_notes_front_media",
    "UPDATE notes SET back_media = ''": "ck_notes_back_media",
    "UPDATE notes SET tags = '{\" \"}'": "ck_notes_tags",
    "UPDATE notes SET source_key = ''": "ck_notes_source_key",
    "UPDATE notes SET source_key = 'x', deck_id = (SELECT id FROM decks LIMIT 1)": (
        "uq_notes_deck_id_source_key"
    ),
    "UPDATE review_questions SET content = '{}'": "ck_review_questions_content",
    "UPDATE review_questions SET level = 'D1'": "ck_review_questions_level",
    "UPDATE review_questions SET language = 'e'": "ck_review_questions_language",
    "UPDATE review_questions SET language = 'en-1'": "ck_review_questions_language_format",
    "UPDATE review_questions SET topic = ' '": "ck_review_questions_topic_format",
    "UPDATE review_questions SET topic = repeat('x', 101)": "ck_review_questions_topic",
    "UPDATE review_questions SET tags = '{\" \"}'": "ck_review_questions_tags",
    "UPDATE review_questions SET origin_id = owner_id": ("uq_review_questions_origin_id_owner_id"),
    "UPDATE srs_cards SET note_id = NULL": "ck_srs_cards_one_item",
    "UPDATE srs_cards SET is_reversed = true": "ck_srs_cards_is_reversed",
    "UPDATE srs_cards SET made_from = 'thin air'": "ck_srs_cards_made_from",
    "UPDATE srs_cards SET version = 0": "ck_srs_cards_version",
    "UPDATE srs_cards SET flag = 8": "ck_srs_cards_flag",
    "UPDATE srs_cards SET state = 'known', due_at = now()": "ck_srs_cards_state",
    "UPDATE srs_cards SET due_at = now()": "ck_srs_cards_due_at",
    "UPDATE srs_cards SET state = 'review', interval_days = 1": "ck_srs_cards_due_at",
    "UPDATE srs_cards SET state = 'review', due_at = now()": "ck_srs_cards_interval_days",
    "UPDATE srs_cards SET interval_days = 36501": "ck_srs_cards_interval_days",
    "UPDATE srs_cards SET step = -1": "ck_srs_cards_step",
    "UPDATE srs_cards SET stability = 0": "ck_srs_cards_stability",
    "UPDATE srs_cards SET difficulty = 10.1": "ck_srs_cards_difficulty",
    "UPDATE srs_cards SET ease_factor = 1.29": "ck_srs_cards_ease_factor",
    "UPDATE srs_cards SET repetitions = -1": "ck_srs_cards_repetitions",
    "UPDATE srs_cards SET lapses = -1": "ck_srs_cards_lapses",
    "UPDATE srs_cards SET reviews = -1": "ck_srs_cards_reviews",
    "UPDATE srs_cards SET note_id = (SELECT id FROM notes LIMIT 1)"
    " WHERE note_id IS NOT NULL": "uq_srs_cards_note",
    "UPDATE srs_cards SET review_question_id = (SELECT id FROM review_questions LIMIT 1)"
    " WHERE review_question_id IS NOT NULL": "uq_srs_cards_question",
    "UPDATE srs_reviews SET kind = 'glance'": "ck_srs_reviews_kind",
    "UPDATE srs_reviews SET state = 'known'": "ck_srs_reviews_state",
    "UPDATE srs_reviews SET rating = 5": "ck_srs_reviews_rating",
    "UPDATE srs_reviews SET rating = NULL": "ck_srs_reviews_rating",
    "UPDATE srs_reviews SET kind = 'lapse'": "ck_srs_reviews_rating",
    "UPDATE srs_reviews SET kind = 'cram'": "ck_srs_reviews_version",
    "UPDATE srs_reviews SET version = NULL": "ck_srs_reviews_version",
    "UPDATE srs_reviews SET elapsed_days = -1": "ck_srs_reviews_elapsed_days",
    "UPDATE srs_reviews SET took_ms = -1": "ck_srs_reviews_took_ms",
    "UPDATE srs_reviews SET interval_days = -1": "ck_srs_reviews_interval_days",
    "UPDATE srs_reviews SET key = user_id": "uq_srs_reviews_user_id_key",
    "UPDATE srs_reviews SET version = 2": "uq_srs_reviews_card_id_version",
    "UPDATE srs_days SET reviews = 2, passed = 2": "ck_srs_days_grades",
    "UPDATE srs_days SET reviews = 2, good = 2": "ck_srs_days_passed",
    "UPDATE srs_days SET took_ms = -1": "ck_srs_days_grades",
    "UPDATE srs_days SET day = '2026-01-01'": "uq_srs_days_user_id_day",
    "UPDATE srs_parameters SET status = 'best'": "ck_srs_parameters_status",
    "UPDATE srs_parameters SET status = 'fitted'": "ck_srs_parameters_fitted",
    "UPDATE srs_parameters SET weights = '{1}'": "ck_srs_parameters_weights",
    "UPDATE srs_parameters SET reviews = -1": "ck_srs_parameters_reviews",
    "UPDATE srs_parameters SET status = 'waiting'": "uq_srs_parameters_waiting",
}


async def test_rows_that_break_a_rule_are_refused(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        learner = await teacher(session)
        await _add_cards(session, learner.user_id)
    broken = {}
    for change in CHANGES:
        async with session_factory() as session:
            with pytest.raises(IntegrityError) as caught:
                await session.execute(text(change))
        broken[change] = violated_constraint(caught.value)
    assert broken == CHANGES


async def _add_cards(session: AsyncSession, user_id: UUID) -> None:
    """Two of each, and two grades of one of the cards."""
    session.add(QuestionSet(teacher_id=user_id, title="Capitals"))
    decks = [Deck(owner_id=user_id, kind="hand", title=title) for title in "ab"]
    session.add_all(decks)
    await session.flush()
    notes = [Note(deck_id=each.id, position=0, front="1", back="2") for each in decks]
    questions = [
        ReviewQuestion(
            origin_id=deck.id, owner_id=user_id, content={"stem": "?"}, played_at=deck.created_at
        )
        for deck in decks
    ]
    session.add_all([*notes, *questions])
    await session.flush()
    for deck in decks:
        session.add(DeckSubscription(deck_id=deck.id, user_id=user_id))
        session.add(DeckQuestion(deck_id=deck.id, review_question_id=questions[0].id, position=0))
    wanted = [NewCard(user_id, note_id=note.id) for note in notes]
    wanted += [NewCard(user_id, review_question_id=each.id) for each in questions]
    [first, *_] = await add_cards(session, wanted)
    for place in (1, 2):
        day = date(2026, 1, place)
        session.add(
            CardReview(
                card_id=first,
                user_id=user_id,
                key=uuid7(),
                kind="learn",
                rating=1,
                reviewed_at=datetime(2026, 1, place, tzinfo=UTC),
                reviewed_on=day,
                elapsed_days=0,
                algorithm="fsrs",
                before={},
                state="learning",
                interval_days=0,
                version=place,
            )
        )
        session.add(ReviewDay(user_id=user_id, day=day))
        session.add(FsrsParameters(user_id=user_id, status="no_better"))
