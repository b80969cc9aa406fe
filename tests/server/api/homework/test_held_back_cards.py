"""Older cards of what an open homework asks tell no key, anywhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import select, update

from game.rules.cards import moment
from persistence.database import SessionFactory
from persistence.models import Card, Deck, DeckQuestion
from persistence.repositories.cards import learners
from persistence.repositories.review_reminders import due_cards
from server.jobs.missed_questions import MakeCards
from tests.server.api.cards.conftest import Learner
from tests.server.api.conftest import Person, problem
from tests.server.api.homework.conftest import Worker, end, give, give_quiz
from tests.server.api.quiz_samples import CAPITAL
from tests.server.jobs.running import resources_on

EXPLAINED = CAPITAL | {"explanation": "Since independence."}


async def older_card(
    teacher: Person, student: Person, session_factory: SessionFactory, redis: Redis
) -> str:
    """A card of a homework that is over, in a deck of the teacher. Returns the quiz's id."""
    earlier = await give(teacher, [EXPLAINED])
    ani = Worker(student.client, earlier["code"])
    await ani.start()
    await ani.answer_all(right=0)
    await end(teacher, earlier)
    await MakeCards(UUID(earlier["id"])).run(resources_on(session_factory, redis), 1)
    async with session_factory.begin() as db:
        [card] = await db.scalars(select(Card))
        deck = Deck(owner_id=student.id, kind="hand", title="Capitals")
        db.add(deck)
        await db.flush()
        db.add(
            DeckQuestion(
                deck_id=deck.id, review_question_id=card.review_question_id or card.id, position=0
            )
        )
        card.deck_id = deck.id
    return str(earlier["quiz_id"])


async def test_a_card_waits_for_the_homework_that_asks_the_same(
    teacher: Person, student: Person, session_factory: SessionFactory, redis: Redis
) -> None:
    quiz = await older_card(teacher, student, session_factory, redis)
    learner = Learner(student)
    [card] = (await learner.queue())["cards"]
    assert card["answer"]["explanation"] == "Since independence."
    closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    given = await give_quiz(teacher, quiz, closes_at=closes_at)
    ani = Worker(student.client, given["code"])
    await ani.start()
    await ani.answer_all(right=0)

    # A device that had read its queue before may still send what was graded.
    graded = (await learner.grade(card, "again", response="a"))["card"]
    path = f"/api/cards/{card['id']}"
    changed = await student.client.patch(path, json={"version": 2, "flag": 1})
    undone = await learner.undo()
    shown = await student.client.get(path)
    for told in (graded, changed.json(), undone.json()["card"], shown.json()):
        assert (told["answer"], told["is_held_back"]) == (None, True)
        assert told["question"]["stem"] == EXPLAINED["stem"]
    answered = await student.client.post(f"{path}/answers", json={"response": "a"})
    assert problem(answered) == (409, "card_held_back")

    assert await asked(learner) == (0, 0, 1)
    assert await listed(student) == [True]
    assert await listed(student, q="independence") == []
    async with session_factory.begin() as db:
        due = {"state": "review", "interval_days": 1, "due_at": datetime.now(UTC)}
        await db.execute(update(Card).values(due))
    deck = (await student.client.get("/api/decks")).json()["items"][0]
    assert (deck["due_count"], deck["new_count"]) == (0, 0)
    assert await asked(learner) == (0, 0, 1)
    assert await asked(learner, ahead_days=7) == (0, 0, 1)
    assert await asked(learner, cram=True, deck=deck["id"]) == (0, 0, 1)
    assert await listed(student, state="due") == []
    assert await reminded(session_factory, student) == 0
    file = f"/api/decks/{deck['id']}/file?format=json"
    assert (await student.client.get(file)).json()["notes"] == []

    await end(teacher, given)
    assert await asked(learner) == (1, 1, 0)
    assert await listed(student, state="due", q="independence") == [False]
    assert await reminded(session_factory, student) == 1
    assert len((await student.client.get(file)).json()["notes"]) == 1
    answered = await student.client.post(f"{path}/answers", json={"response": "a"})
    assert answered.status_code == 200


async def asked(learner: Learner, **params: object) -> tuple[int, int, int]:
    """How many cards are asked, are left, and are held back."""
    queue = await learner.queue(**params)
    return len(queue["cards"]), sum(queue["counts"].values()), len(queue["held_back"])


async def listed(student: Person, **params: str) -> list[bool]:
    items = (await student.client.get("/api/cards", params=params)).json()["items"]
    return [each["is_held_back"] for each in items]


async def reminded(session_factory: SessionFactory, student: Person) -> int:
    async with session_factory() as db:
        learner = await learners.get(db, student.id)
        return await due_cards(db, learner, moment(datetime.now(UTC), learner.zone))
