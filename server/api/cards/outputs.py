"""What learners see of their cards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from game.rules.cards import RATINGS, Rating, Schedule
from game.rules.questions import (
    Numeric,
    Poll,
    Question,
    ShortAnswer,
    kind,
    reveal_also,
    reveal_key,
)
from persistence.repositories.cards import items
from persistence.repositories.cards.items import ShownCard
from server.actions.cards.queue import Preview, Today
from server.api.cards.schemas import (
    CardAnswer,
    CardDeck,
    CardListItem,
    CardNote,
    CardOutput,
    CardQuestion,
    CardsDone,
    CardsLeft,
    MissedIn,
    RatingInterval,
    RatingIntervals,
)


def card(shown: Preview) -> CardOutput:
    of = shown.shown
    stored, question = of.card, of.asked
    return CardOutput(
        id=stored.id,
        version=stored.version,
        state=shown.schedule.state,
        item_type="question" if question else "note",
        deck=deck(of),
        due_at=shown.schedule.due_at,
        interval_days=shown.schedule.interval_days,
        reviews=shown.schedule.reviews,
        lapses=shown.schedule.lapses,
        flag=stored.flag,
        is_leech=shown.schedule.is_leech,
        is_suspended=stored.is_suspended,
        is_held_back=of.is_held_back,
        buried_until=stored.buried_until,
        question=_question(question) if question else None,
        answer=_answer(question) if question and not of.is_held_back else None,
        note=_note(of),
        missed_in=missed_in(of),
        intervals=_intervals(shown.ratings),
    )


def listed(shown: ShownCard) -> CardListItem:
    stored, topic, tags = shown.card, None, list[str]()
    if shown.question is not None:
        question = items.question(shown.question)
        text, media = question.stem, question.media
        topic, tags = shown.question.topic, shown.question.tags
    else:
        text, media, tags = _first_side(shown)
    return CardListItem(
        id=stored.id,
        version=stored.version,
        state=stored.state,
        item_type="note" if shown.question is None else "question",
        text=text,
        media=media,
        deck=deck(shown),
        topic=topic,
        tags=tags,
        due_at=stored.due_at,
        interval_days=stored.interval_days,
        stability=stored.stability,
        difficulty=stored.difficulty,
        reviews=stored.reviews,
        lapses=stored.lapses,
        flag=stored.flag,
        is_leech=stored.is_leech,
        is_suspended=stored.is_suspended,
        is_held_back=shown.is_held_back,
        buried_until=stored.buried_until,
        missed_in=missed_in(shown),
    )


def _first_side(shown: ShownCard) -> tuple[str, str | None, list[str]]:
    note = shown.note
    if note is None:
        return "", None, []
    if shown.card.is_reversed:
        return note.back, note.back_media, note.tags
    return note.front, note.front_media, note.tags


def deck(shown: ShownCard) -> CardDeck | None:
    if shown.card.deck_id is None or shown.deck_title is None:
        return None
    return CardDeck(shown.card.deck_id, shown.deck_title)


def missed_in(shown: ShownCard) -> MissedIn | None:
    answered_at = shown.card.answered_at
    return None if answered_at is None else MissedIn(shown.session_title, answered_at)


def day(today: Today, now: datetime) -> dict[str, Any]:
    """The fields of a `DayOutput`."""
    stands = today.stands
    return {
        "now": now,
        "day": today.day,
        "day_ends_at": today.ends_at,
        "counts": CardsLeft(stands.learning, stands.review, stands.new),
        "done": CardsDone(stands.done_new, stands.done_reviews, stands.took_ms),
        "streak": stands.streak,
        "next_learning_at": stands.next_learning_at,
        "next_due_at": stands.next_due_at,
        "held_back": [*today.held_back],
    }


def _question(question: Question) -> CardQuestion:
    return CardQuestion(
        kind=kind(question),
        stem=question.stem,
        choices=[] if isinstance(question, ShortAnswer | Numeric) else list(question.choices),
        multiple=isinstance(question, Poll) and question.multiple,
        media=question.media,
        time_limit=question.time_limit,
    )


def _answer(question: Question) -> CardAnswer:
    key = question.key if isinstance(question, ShortAnswer) else reveal_key(question)
    return CardAnswer(key, reveal_also(question), question.explanation)


def _note(shown: ShownCard) -> CardNote | None:
    note = shown.note
    if note is None:
        return None
    return CardNote(
        front=note.front,
        back=note.back,
        hint=note.hint,
        front_media=note.front_media,
        back_media=note.back_media,
        is_reversed=shown.card.is_reversed,
    )


def _intervals(ratings: Mapping[Rating, Schedule]) -> RatingIntervals:
    return RatingIntervals(*(_interval(ratings[rating]) for rating in RATINGS))


def _interval(after: Schedule) -> RatingInterval:
    if after.due_at is None:
        raise ValueError("a card that was rated is due some time")
    return RatingInterval(after.interval_days, after.due_at)
