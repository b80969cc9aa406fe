"""Queries of a learner's own cards: a list with filters, and many at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import CardState
from persistence.models import NOTE_SEARCH, REVIEW_QUESTION_SEARCH, Card, Note, ReviewQuestion
from persistence.repositories import pagination, search
from persistence.repositories.cards import held_back, items
from persistence.repositories.cards.items import ShownCard
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import CARDS, Viewer

CardFilter = Literal[CardState, "due", "suspended", "buried", "leech"]
FOUND_MAX = 3_000
"""Cards that a search finds: the newest ones that match."""
OF_TOPIC_MAX = 1_000
"""Cards of a topic that are counted. Each is counted by a look at its question."""
# How cards of a topic are found best depends on how many there are.
CUSTOM_PLANS = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")


class Filters(NamedTuple):
    """Which cards are listed; those that are None let all through."""

    typed: str = ""
    deck_id: UUID | None = None
    state: CardFilter | None = None
    flag: int | None = None
    topic: str | None = None


async def page(  # noqa: PLR0913, PLR0917  # whose, which and when
    session: AsyncSession,
    viewer: Viewer,
    filters: Filters,
    now: datetime,
    page: int,
    page_size: int,
) -> Page[ShownCard]:
    """Cards with these words, the newest first.

    Those that are held back are not due, and not found, because the words of explanations are.
    """
    ids = matching(viewer, filters, now)
    held = await held_back.cards_of(session, viewer.user_id)
    is_cut = False
    if filters.typed.strip():
        words = await _found(session, ids, filters.typed)
        is_cut = len(words) == FOUND_MAX
        ids = ids.where(Card.id == any_(literal([*set(words).difference(held)], ARRAY(Uuid))))
    elif filters.state == "due" and held:
        ids = ids.where(Card.id.not_in(held))
    ids = ids.order_by(Card.id.desc())
    if filters.topic is not None:
        await session.execute(CUSTOM_PLANS)
    on_page = (await session.scalars(pagination.paginate(ids, page, page_size))).all()
    shown = await items.shown(session, viewer, on_page, held)
    most = None if filters.topic is None else OF_TOPIC_MAX
    count = await pagination.count(session, ids, page, page_size, len(on_page), most=most)
    listed = [shown[each] for each in on_page if each in shown]
    return Page(listed, count.total, count.is_capped or is_cut)


def matching(viewer: Viewer, filters: Filters, now: datetime) -> Select[UUID]:
    """The ids of the viewer's cards that the filters let through, whatever their words."""
    return select(Card.id).where(CARDS.visible_to(viewer), *_conditions(filters, now))


async def lock_all(session: AsyncSession, viewer: Viewer, ids: Collection[UUID]) -> Sequence[Card]:
    """Those of these cards that are the viewer's, locked in one order."""
    query = select(Card).where(Card.id.in_(ids), CARDS.editable_by(viewer)).order_by(Card.id)
    return (await session.scalars(query.with_for_update())).all()


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.deck_id is not None:
        conditions.append(Card.deck_id == filters.deck_id)
    if filters.flag is not None:
        conditions.append(Card.flag == filters.flag)
    if filters.topic is not None:
        of_topic = select(ReviewQuestion.id).where(ReviewQuestion.topic == filters.topic)
        conditions.append(Card.review_question_id.in_(of_topic))
    if filters.state is not None:
        conditions.append(_has_state(filters.state, now))
    return conditions


def _has_state(state: CardFilter, now: datetime) -> ColumnElement[bool]:
    buried = Card.buried_until > now
    match state:
        case "due":
            shown = or_(Card.buried_until.is_(None), Card.buried_until <= now)
            # Not as IS FALSE, with which PostgreSQL does not use the partial index.
            return and_(Card.due_at <= now, ~Card.is_suspended, shown)
        case "suspended":
            return Card.is_suspended.is_(True)
        case "buried":
            return buried
        case "leech":
            return Card.is_leech.is_(True)
        case _:
            return Card.state == state


async def _found(session: AsyncSession, wanted: Select[UUID], typed: str) -> Sequence[UUID]:
    asked = await search.prepare(session, typed)
    if asked is None:
        return []
    notes = wanted.join(Note, Note.id == Card.note_id).where(asked.matches(NOTE_SEARCH))
    questions = wanted.join(ReviewQuestion, ReviewQuestion.id == Card.review_question_id).where(
        asked.matches(REVIEW_QUESTION_SEARCH)
    )
    both = union_all(notes, questions).subquery()
    newest = select(both.c.id).order_by(both.c.id.desc()).limit(FOUND_MAX)
    return (await session.scalars(newest)).all()
