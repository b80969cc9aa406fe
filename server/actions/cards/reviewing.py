"""Answers to cards, grades, and taking them back."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules import grading
from game.rules.cards import (
    Moment,
    Rating,
    elapsed_days,
    kind_of,
    review,
    starts_at,
)
from game.rules.questions import Question, Response, is_scored, parse_response
from persistence.models import Card
from persistence.repositories.cards import (
    Learner,
    days,
    grades,
    held_back,
    items,
    learners,
    reviews,
)
from persistence.repositories.cards.items import LockedCard, ShownCard
from persistence.repositories.viewers import Viewer
from server.actions.cards.queue import schedules_before, schedules_of


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
        raise items.no_such_card()
    if found.is_held_back:
        message = "You are asked this in a game or a homework. The card comes back after it."
        raise Conflict("card_held_back", message)
    _, share, is_correct = _judged(found.asked, response)
    return Judged(is_correct, float(share), "again" if is_correct is False else "good")


class Reviewed(NamedTuple):
    """The card that was graded or taken back, as it is then, and by whom and when."""

    shown: ShownCard
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
    locked = await items.lock(db, viewer, card_id)
    # What is read after the lock is as it was left by whoever had the card before.
    learner = await learners.get(db, viewer.user_id)
    present = await days.began(db, learner, learner.moment(now))
    is_present = given.is_cram or locked.shown.card.version == given.version
    if not is_present or not await _review(db, learner, locked, given, present):
        await _require_same(db, viewer, card_id, given.key)
    return Reviewed(locked.shown, given.key, learner, present)


async def undo(db: AsyncSession, viewer: Viewer, key: UUID | None, now: datetime) -> Reviewed:
    """Take back the review with this key, or else the learner's last one of this day.

    Log and counts are as they were before it. So is the card, by its log if another scheduler had
    made it.

    Raises:
        NotFound: `no_such_review`, `nothing_to_undo`.
        Conflict: `card_changed`: something happened to the card after it.
    """
    last = await reviews.last(db, viewer.user_id, key)
    if last is None:
        raise _nothing_to_undo() if key is None else reviews.no_such_review()
    locked = await items.lock(db, viewer, last.card_id)
    learner = await learners.get(db, viewer.user_id)
    present = await days.began(db, learner, learner.moment(now))
    if key is None and last.reviewed_on != present.day:
        raise _nothing_to_undo()
    befores = await schedules_before(db, learner, [last])
    await grades.take_back(db, locked.shown.card, last, befores[last.card_id])
    return Reviewed(locked.shown, last.key, learner, present)


async def _review(
    db: AsyncSession, learner: Learner, locked: LockedCard, given: Grade, now: Moment
) -> bool:
    """Returns False, and does nothing, if there is a review with the key."""
    card = locked.shown.card
    # A clock that is wrong must not bring a review before the last one.
    at = min(now.at, max(now.at - given.ago, card.reviewed_at or card.created_at))
    moment = now if at == now.at else await days.began(db, learner, learner.moment(at))
    before = (await schedules_of(db, learner, [card]))[card.id]
    response, is_correct = None, None
    if given.response is not None:
        response, _, is_correct = _judged(locked.shown.asked, given.response)
    after, kind, sibling = before, kind_of(before), None
    tomorrow = starts_at(moment.day + timedelta(days=1), learner.zone)
    if given.is_cram:
        kind = "cram"
    else:
        after = review(before, given.rating, card.id, moment, learner.scheduler)
        sibling = _to_bury(locked.sibling, tomorrow)
    return await grades.store(
        db,
        grades.Grade(
            card=card,
            key=given.key,
            kind=kind,
            rating=given.rating,
            now=moment,
            scheduler=learner.scheduler,
            elapsed_days=elapsed_days(before, moment),
            before=items.schedule(card),
            after=after,
            took_ms=given.took_ms,
            response=response,
            is_correct=is_correct,
            sibling=sibling,
            bury_until=tomorrow,
        ),
    )


async def _require_same(db: AsyncSession, viewer: Viewer, card_id: UUID, key: UUID) -> None:
    """Refuse a grade that was not stored, unless it is there already."""
    graded = await reviews.card_of(db, viewer.user_id, key)
    if graded is None:
        raise Conflict("card_changed", "This card was changed meanwhile. Read it again.")
    if graded != card_id:
        message = "Another card was graded with this key. Make a new one."
        raise Conflict("key_used", message)


def _to_bury(sibling: Card | None, until: datetime) -> UUID | None:
    """The other card of a note, unless it is in its learning steps or was hidden before."""
    if sibling is None or sibling.state not in ("new", "review"):
        return None
    is_buried = sibling.buried_until is not None and sibling.buried_until >= until
    return None if is_buried else sibling.id


def _nothing_to_undo() -> NotFound:
    return NotFound("nothing_to_undo", "You have reviewed nothing on this day.")


def _judged(question: Question | None, raw: object) -> tuple[Response, Fraction, bool | None]:
    """The response, which is bounded by then, how right it is, and whether it is."""
    if question is None:
        raise Conflict("not_a_question", "This card has a front and a back, and no question.")
    response = parse_response(question, raw)
    share = grading.grade(question, response)
    return response, share, share == grading.RIGHT if is_scored(question) else None
