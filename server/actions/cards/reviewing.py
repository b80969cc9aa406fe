"""Answers to cards, grades, and taking them back."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules import grading
from game.rules.cards import (
    GRADES,
    RATINGS,
    Moment,
    Rating,
    ReviewKind,
    Schedule,
    elapsed_days,
    kind_of,
    review,
    starts_at,
)
from game.rules.questions import Question, Response, is_scored, parse_response
from persistence.models import Card, CardReview
from persistence.repositories.cards import Learner, days, held_back, items, learners, reviews
from persistence.repositories.viewers import Viewer
from server.actions.cards.queue import schedules_of


class Grade(NamedTuple):
    """How well a learner knew a card of this version; `ago` is how long that is past.

    The same `key` is the same grade, however often it is sent. Cramming leaves the card alone.
    """

    key: UUID
    rating: Rating
    version: int
    is_cram: bool = False
    took_ms: int | None = None
    response: object = None
    ago: timedelta = timedelta(0)


class Judged(NamedTuple):
    """How right a response is; `is_correct` is None where nothing is right or wrong."""

    is_correct: bool | None
    share: float
    suggested: Rating


async def judge(db: AsyncSession, viewer: Viewer, card_id: UUID, response: object) -> Judged:
    """Whether a response to a card's question is right. Stores nothing.

    Raises:
        NotFound: `no_such_card`.
        Conflict: `not_a_question`, `card_held_back`.
        Refusal: `bad_response`.
    """
    held = await held_back.cards_of(db, viewer.user_id)
    found = (await items.shown(db, viewer, [card_id], held)).get(card_id)
    if found is None:
        raise NotFound("no_such_card", "There is no such card.")
    if found.is_held_back:
        message = "You are asked this in a game or a homework. The card comes back after it."
        raise Conflict("card_held_back", message)
    question = None if found.question is None else items.question(found.question)
    _, share, is_correct = _judged(question, response)
    return Judged(is_correct, float(share), "again" if is_correct is False else "good")


class Reviewed(NamedTuple):
    """The card that was graded or taken back, and by whom and when."""

    card_id: UUID
    key: UUID
    learner: Learner
    now: Moment


async def grade(
    db: AsyncSession, viewer: Viewer, card_id: UUID, given: Grade, now: datetime
) -> Reviewed:
    """Schedule the card, log the review and count it, or do nothing if it was done before.

    Raises:
        NotFound: `no_such_card`.
        Conflict: `card_changed`: the card has another version by now. `key_used`: the key is of
            another card's grade. `not_a_question`: the card takes no response.
        Refusal: `bad_response`.
    """
    card = await items.get(db, viewer, card_id)
    learner = await learners.get(db, viewer.user_id)
    earlier = await reviews.by_key(db, viewer.user_id, given.key)
    present = await days.began(db, learner, learner.moment(now))
    if earlier is None:
        if card.version != given.version and not given.is_cram:
            raise Conflict("card_changed", "This card was changed meanwhile. Read it again.")
        await _review(db, learner, card, given, present)
    elif earlier.card_id != card_id:
        raise reviews.key_used()
    return Reviewed(card_id, given.key, learner, present)


async def undo(db: AsyncSession, viewer: Viewer, key: UUID | None, now: datetime) -> Reviewed:
    """Take back the review with this key, or else the learner's last one of this day.

    Card, log and counts are as they were before it.

    Raises:
        NotFound: `no_such_review`, `nothing_to_undo`.
        Conflict: `card_changed`: something happened to the card after it.
    """
    learner = await learners.get(db, viewer.user_id)
    present = await days.began(db, learner, learner.moment(now))
    review_ = await reviews.last(db, viewer.user_id, key=key, day=present.day)
    if review_ is None:
        if key is not None:
            raise NotFound("no_such_review", "There is no such review.")
        raise NotFound("nothing_to_undo", "You have reviewed nothing on this day.")
    card = await items.get(db, viewer, review_.card_id)
    await reviews.remove(db, review_)
    before = reviews.restored(review_.before)
    if review_.version is not None:
        await items.reschedule(db, card, before)
    if review_.buried_id is not None:
        await items.unbury(db, review_.buried_id)
    rating = RATINGS[(review_.rating or 1) - 1]
    counted = _counted(review_.kind, before, rating, review_.took_ms)
    await days.count(db, viewer.user_id, review_.reviewed_on, counted, times=-1)
    return Reviewed(card.id, review_.key, learner, present)


async def _review(
    db: AsyncSession, learner: Learner, card: Card, given: Grade, now: Moment
) -> None:
    # A clock that is wrong must not bring a review before the last one.
    at = min(now.at, max(now.at - given.ago, card.reviewed_at or card.created_at))
    moment = now if at == now.at else await days.began(db, learner, learner.moment(at))
    stored = items.schedule(card)
    before = (await schedules_of(db, learner, [card]))[card.id]
    response, is_correct = None, None
    if given.response is not None:
        asked = await items.question_of(db, card)
        response, _, is_correct = _judged(asked, given.response)
    after, kind, buried_id = before, kind_of(before), None
    if given.is_cram:
        kind = "cram"
    else:
        after = review(before, given.rating, card.id, moment, learner.scheduler)
        tomorrow = starts_at(moment.day + timedelta(days=1), learner.zone)
        buried_id = await items.bury_sibling(db, card, tomorrow)
        await items.reschedule(db, card, after)
    algorithm, parameters_id = learner.scheduler.signature
    row = CardReview(
        card_id=card.id,
        user_id=learner.user_id,
        key=given.key,
        kind=kind,
        rating=GRADES[given.rating],
        reviewed_at=moment.at,
        reviewed_on=moment.day,
        elapsed_days=elapsed_days(before, moment),
        took_ms=given.took_ms,
        response=response,
        is_correct=is_correct,
        algorithm=algorithm,
        retention=learner.scheduler.retention,
        parameters_id=parameters_id,
        before=reviews.stored(stored),
        state=after.state,
        stability=after.stability,
        difficulty=after.difficulty,
        interval_days=after.interval_days,
        due_at=after.due_at,
        version=None if given.is_cram else card.version,
        buried_id=buried_id,
    )
    await reviews.add(db, [row])
    counted = _counted(kind, stored, given.rating, given.took_ms)
    await days.count(db, learner.user_id, moment.day, counted)


def _counted(
    kind: ReviewKind, before: Schedule, rating: Rating, took_ms: int | None
) -> days.Graded:
    is_first = kind == "learn" and before.state == "new"
    return days.Graded(kind, rating, is_first, took_ms or 0)


def _judged(question: Question | None, raw: object) -> tuple[Response, Fraction, bool | None]:
    """The response, which is bounded by then, how right it is, and whether it is."""
    if question is None:
        raise Conflict("not_a_question", "This card has a front and a back, and no question.")
    response = parse_response(question, raw)
    share = grading.grade(question, response)
    return response, share, share == grading.RIGHT if is_scored(question) else None
