"""Fills decks with questions of their owner's bank."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules.question_sets import SET_QUESTIONS_MAX
from game.rules.questions import Question, freeze, is_scored, problems
from persistence.models import Deck
from persistence.models import Question as StoredQuestion
from persistence.repositories import deck_learners, decks, review_questions
from persistence.repositories.questions import bank, draft
from persistence.repositories.questions.filters import QuestionFilter
from persistence.repositories.viewers import TEACHER, Account
from server.actions import storing
from server.limits import Limits


class Filled(NamedTuple):
    """How many questions were found, and how many of them no card can be made of."""

    found: int
    left_out: int


def require_notes(deck: Deck) -> None:
    """Refuse to add notes to a deck that has questions of the bank, with `deck_from_bank`."""
    if deck.kind != "hand":
        message = "This deck has the questions of a topic or a set. Make another one for notes."
        raise Conflict("deck_from_bank", message)


async def fill(db: AsyncSession, limits: Limits, deck: Deck) -> Filled:
    """Add what the deck's topic or question set has now, and make cards for its learners.

    Polls have no answer to learn, and questions that cannot be played none to grade: they are left
    out. What is in the deck already gets the wording that it has now. Of a topic the newest 500
    questions are taken.

    Raises:
        RateLimited: the owner has stored too much.
    """
    wanted = QuestionFilter(topic=(deck.topic,) if deck.topic else (), set_id=deck.set_id)
    owner = Account(deck.owner_id, TEACHER)  # an administrator sees the banks of all others, too
    found = await bank.first(db, owner, wanted, SET_QUESTIONS_MAX)
    kept = _playable(found if deck.set_id else found[::-1])
    async with storing.counted(limits, deck.owner_id, len(msgspec.json.encode(kept))):
        ids = await review_questions.store(db, deck.owner_id, kept, datetime.now(UTC))
    added = await decks.add_questions(db, deck, ids)
    size = storing.CARD_BYTES * len(added) * await deck_learners.count(db, deck.id)
    async with storing.counted(limits, deck.owner_id, size):
        await deck_learners.make_cards(db, deck.id, question_ids=added)
    return Filled(len(found), len(found) - len(kept))


def _playable(found: Sequence[StoredQuestion]) -> list[Question]:
    drafts = [draft(question) for question in found]
    frozen = [freeze(each, Random(str(each.id))) for each in drafts if not problems(each)]  # noqa: S311  # an order, no secret
    return [each for each in frozen if is_scored(each)]
