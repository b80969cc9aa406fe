"""Queries of decks, and of what is in them. Who learns them: deck_learners.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from game.errors import Conflict, NotFound
from game.rules.decks import LEARNERS_MIN
from persistence.models import (
    Card,
    Deck,
    DeckQuestion,
    DeckSubscription,
    Note,
    ReviewQuestion,
    User,
)
from persistence.repositories import pagination
from persistence.repositories.cards import held_back, items
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import DECKS, Viewer

DIFFICULT_LEARNERS: Final = 200
"""So many of a deck's learners say what is forgotten: the first who review at all."""

# How often learners did not know an item: the mean of their shares, so that each counts the same
# however much they review, and in tenths, so that one more learner seldom changes it.
DIFFICULTIES: Final = text("""
    WITH counted AS (
        SELECT s.user_id
          FROM deck_subscriptions s
          JOIN decks d ON d.id = s.deck_id AND d.owner_id <> s.user_id
         WHERE s.deck_id = :deck
           AND EXISTS (SELECT FROM srs_days y WHERE y.user_id = s.user_id AND y.reviews > 0)
         ORDER BY s.id
         LIMIT :learners),
    learners AS (
        SELECT c.note_id, c.is_reversed, c.review_question_id,
               avg(CASE WHEN r.rating = 1 THEN 1 ELSE 0 END) AS forgotten
          FROM counted u
          JOIN srs_cards c ON c.deck_id = :deck AND c.user_id = u.user_id
          JOIN srs_reviews r ON r.card_id = c.id AND r.kind = 'review'
         GROUP BY c.id)
    SELECT l.note_id, l.is_reversed, l.review_question_id,
           COALESCE(n.front, q.content ->> 'stem') AS front,
           CAST(round(avg(l.forgotten), 1) AS float) AS forgotten
      FROM learners l
      LEFT JOIN notes n ON n.id = l.note_id
      LEFT JOIN review_questions q ON q.id = l.review_question_id
     GROUP BY l.note_id, l.is_reversed, l.review_question_id, n.front, q.content ->> 'stem'
    HAVING count(*) >= :least
     ORDER BY forgotten DESC, front
     LIMIT :most
""")


class ListedDeck(NamedTuple):
    """A deck, and what it is for the viewer. Its owner is no learner."""

    deck: Deck
    owner: str
    is_learned: bool
    notes: int
    questions: int
    learners: int
    due: int
    new: int


class SharedDeck(NamedTuple):
    """What somebody with the link of a deck sees before they subscribe."""

    deck: Deck
    owner: str
    notes: int
    questions: int


class Difficulty(NamedTuple):
    """How often learners did not know an item of a deck, in tenths of their reviews."""

    note_id: UUID | None
    is_reversed: bool
    review_question_id: UUID | None
    front: str
    forgotten: float


async def page(  # noqa: PLR0913, PLR0917  # whose, which and when
    session: AsyncSession, viewer: Viewer, typed: str, now: datetime, page: int, page_size: int
) -> Page[ListedDeck]:
    """The viewer's decks and those that they learn, with this in their titles, by title.

    Numbers in titles are in their order: "Bab 2" comes before "Bab 10".
    """
    held = await held_back.cards_of(session, viewer.user_id)
    query = _listed(viewer, now, held).order_by(_in_order(Deck.title), Deck.id)
    if typed.strip():
        query = query.where(Deck.title.icontains(typed.strip(), autoescape=True))
    return await pagination.page(session, query, page, page_size, ListedDeck)


async def listed(session: AsyncSession, viewer: Viewer, deck_id: UUID, now: datetime) -> ListedDeck:
    """A deck that the viewer learns or owns; else NotFound `no_such_deck`."""
    held = await held_back.cards_of(session, viewer.user_id)
    query = _listed(viewer, now, held).where(Deck.id == deck_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise no_such_deck()
    return ListedDeck(*row)


def _listed(viewer: Viewer, now: datetime, held: Sequence[UUID]) -> Select[Any]:
    is_shown = ~Card.is_suspended, func.coalesce(Card.buried_until, now) <= now
    cards = [Card.user_id == viewer.user_id, Card.deck_id == Deck.id, *is_shown]
    if held:
        cards.append(Card.id.not_in(held))
    is_learned = select(DeckSubscription.id).where(
        DeckSubscription.deck_id == Deck.id, DeckSubscription.user_id == viewer.user_id
    )
    learners = select(func.count(DeckSubscription.id)).where(
        DeckSubscription.deck_id == Deck.id, DeckSubscription.user_id != Deck.owner_id
    )
    due = select(func.count(Card.id)).where(*cards, Card.due_at <= now)
    new = select(func.count(Card.id)).where(*cards, Card.state == "new")
    return (
        select(
            Deck,
            User.full_name,
            is_learned.exists(),
            _count(Note.deck_id),
            _count(DeckQuestion.deck_id),
            learners.scalar_subquery(),
            due.scalar_subquery(),
            new.scalar_subquery(),
        )
        .join(User, User.id == Deck.owner_id)
        .where(DECKS.visible_to(viewer))
    )


async def get(
    session: AsyncSession, viewer: Viewer, deck_id: UUID, *, to_edit: bool = False
) -> Deck:
    """A deck that the viewer learns or owns, or only one to change; else NotFound `no_such_deck`.

    One to change is locked until the transaction ends.
    """
    allowed = DECKS.editable_by(viewer) if to_edit else DECKS.visible_to(viewer)
    query = select(Deck).where(Deck.id == deck_id, allowed)
    return _found(await session.scalar(query.with_for_update() if to_edit else query))


async def own(session: AsyncSession, viewer: Viewer, deck_id: UUID) -> Deck:
    """An own deck to read, which is not locked; else NotFound `no_such_deck`."""
    query = select(Deck).where(Deck.id == deck_id, DECKS.editable_by(viewer))
    return _found(await session.scalar(query))


async def by_share_code(session: AsyncSession, share_code: str) -> Deck:
    """The deck that is shared by this code, locked; else NotFound `no_such_deck`.

    Nobody else begins to learn a deck of a closed account.
    """
    owners = select(User.id).where(User.is_active)
    query = select(Deck).where(Deck.share_code == share_code, Deck.owner_id.in_(owners))
    return _found(await session.scalar(query.with_for_update()))


def _found(deck: Deck | None) -> Deck:
    if deck is None:
        raise no_such_deck()
    return deck


def no_such_deck() -> NotFound:
    return NotFound("no_such_deck", "There is no such deck.")


async def shared(session: AsyncSession, share_code: str) -> SharedDeck:
    """What is in the deck that is shared by this code; else NotFound `no_such_deck`."""
    query = (
        select(Deck, User.full_name, _count(Note.deck_id), _count(DeckQuestion.deck_id))
        .join(User, User.id == Deck.owner_id)
        .where(Deck.share_code == share_code, User.is_active)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise no_such_deck()
    return SharedDeck(*row)


async def create(
    session: AsyncSession, owner_id: UUID, values: Mapping[str, object], *, most: int
) -> Deck:
    """Make an empty deck of these values, which nobody learns yet. At most so many are one's own.

    Raises:
        Conflict: `too_many_decks`.
    """
    owned = select(func.count(Deck.id)).where(Deck.owner_id == owner_id)
    if (await session.scalar(owned) or 0) >= most:
        raise Conflict("too_many_decks", f"An account has at most {most} decks.")
    deck = Deck(owner_id=owner_id, **values)
    session.add(deck)
    await session.flush()
    return deck


async def change(session: AsyncSession, deck: Deck, changes: Mapping[str, object]) -> None:
    """Change these columns."""
    for name, value in changes.items():
        setattr(deck, name, value)
    deck.touch()
    await session.flush()


async def remove(session: AsyncSession, deck: Deck) -> None:
    """Remove a deck with its notes, all cards of them, and new cards of its questions.

    Raises:
        Conflict: `deck_is_learned`, by others, who would lose their cards.
    """
    others = select(DeckSubscription.id).where(
        DeckSubscription.deck_id == deck.id, DeckSubscription.user_id != deck.owner_id
    )
    if await session.scalar(select(others.exists())):
        raise Conflict(
            "deck_is_learned", "Others learn this deck and would lose their cards. Stop sharing it."
        )
    # Foreign keys would do the same in one statement, which takes too long after many learners.
    gone = or_(Card.note_id.is_not(None), Card.reviews == 0)
    async for piece in items.locked_pieces(session, Card.deck_id == deck.id):
        await session.execute(delete(Card).where(piece, gone))
        await session.execute(update(Card).where(piece).values(deck_id=None))
    await session.execute(delete(Deck).where(Deck.id == deck.id))


async def add_questions(session: AsyncSession, deck: Deck, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Add questions at the end, and return those; others keep the places that they have."""
    last = select(func.max(DeckQuestion.position)).where(DeckQuestion.deck_id == deck.id)
    first = (await session.scalar(last) or 0) + 1
    rows = [
        {"deck_id": deck.id, "review_question_id": id_, "position": first + place}
        for place, id_ in enumerate(dict.fromkeys(ids))
    ]
    if not rows:
        return ()
    added = insert(DeckQuestion).on_conflict_do_nothing().returning(DeckQuestion.review_question_id)
    return (await session.scalars(added, rows)).all()


async def questions(
    session: AsyncSession, deck: Deck, page: int, page_size: int
) -> Page[ReviewQuestion]:
    """The questions of a deck, in its order."""
    query = (
        select(ReviewQuestion)
        .join(DeckQuestion, DeckQuestion.review_question_id == ReviewQuestion.id)
        .where(DeckQuestion.deck_id == deck.id)
        .order_by(DeckQuestion.position, DeckQuestion.id)
    )
    return await pagination.page(session, query, page, page_size, lambda row: row)


async def remove_question(session: AsyncSession, deck: Deck, question_id: UUID) -> None:
    """Take a question out of a deck, with the cards that nobody has reviewed yet."""
    place = delete(DeckQuestion).where(
        DeckQuestion.deck_id == deck.id, DeckQuestion.review_question_id == question_id
    )
    if await session.scalar(place.returning(DeckQuestion.id)) is None:
        raise NotFound("no_such_question", "This question is not in the deck.")
    unlearned = (
        Card.review_question_id == question_id,
        Card.deck_id == deck.id,
        Card.made_from == "deck",
        Card.reviews == 0,
    )
    await items.lock_many(session, *unlearned)
    await session.execute(delete(Card).where(*unlearned))


async def difficulties(session: AsyncSession, deck: Deck, most: int) -> Sequence[Difficulty]:
    """What the learners of a deck knew least, without what only a few have reviewed."""
    given = {
        "deck": deck.id,
        "learners": DIFFICULT_LEARNERS,
        "least": LEARNERS_MIN,
        "most": most,
    }
    return [Difficulty(*row) for row in await session.execute(DIFFICULTIES, given)]


def _in_order(title: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The title in small letters, and with zeros before each number, up to 20 digits."""
    longer = func.regexp_replace(func.lower(title), "([0-9]+)", "0" * 20 + r"\1", "g")
    return func.regexp_replace(longer, "0*([0-9]{20})", r"\1", "g")


def _count(of_deck: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """How many rows of a table belong to a deck."""
    return select(func.count()).where(of_deck == Deck.id).correlate(Deck).scalar_subquery()
