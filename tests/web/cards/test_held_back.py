"""On the page of reviews, a card waits for the game that asks the same."""

from playwright.async_api import expect
from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.models import QuizSession, ReviewQuestion, User
from tests.conftest import RunningServer
from tests.persistence.samples import Someone, add_quiz, add_session, add_user, participation
from tests.web.accessibility import violations
from tests.web.cards.learners import APPLE, PERU, SITI, give, register
from tests.web.conftest import PHONE, People


async def test_a_card_leaves_when_its_learner_joins_a_game_and_comes_back_after_it(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    learner = await register(server)
    await give(session_factory, learner, [PERU, APPLE])
    page = await people.open("/sign-in", PHONE)
    await people.sign_in(page.context, SITI)
    await page.goto("/reviews")
    await expect(page.get_by_role("heading", name=PERU.stem)).to_be_visible()
    async with session_factory.begin() as db:
        host = Someone((await add_user(db, "host@school.example")).id)
        quiz = await add_quiz(db, host, 1)
        [copy] = await db.scalars(select(ReviewQuestion))
        copy.origin_id = quiz.questions[0].id
        game = await add_session(db, host, quiz)
        db.add(participation(game, await db.get_one(User, learner.id)))
    await page.get_by_label("Your answer").fill(" lima.")  # only the server knows whether
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(APPLE.front)).to_be_visible()
    await page.keyboard.press("Space")
    await page.keyboard.press("4")
    held = page.get_by_text("1 card comes back when your game or homework is over")
    await expect(held).to_be_visible()
    assert await violations(page) == []
    async with session_factory.begin() as db:
        ended = await db.get_one(QuizSession, game.id)
        ended.started_at = ended.ended_at = ended.created_at
    await page.reload()
    await expect(page.get_by_role("heading", name=PERU.stem)).to_be_visible()
