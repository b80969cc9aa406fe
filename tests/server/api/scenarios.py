"""Prepares what each kind of viewer finds: an owner with one of each thing, and a client."""

import itertools
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from uuid import UUID, uuid4

import httpx
import msgspec
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules import codes
from game.rules.homework import HomeworkSettings, Run
from game.rules.notes import NoteDraft
from game.rules.questions import freeze
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from persistence.models import (
    Deck,
    Note,
    Question,
    QuestionSet,
    Quiz,
    QuizParticipation,
    QuizSession,
    ReviewQuestion,
    Role,
    User,
)
from persistence.repositories import (
    deck_learners,
    decks,
    notes,
    question_sets,
    questions,
    quiz_reports,
    quiz_sessions,
    quiz_shares,
    quizzes,
    users,
)
from persistence.repositories.homework import assignments, runs
from persistence.repositories.questions import bank
from persistence.repositories.viewers import OPERATOR
from server.actions.audit_events import record_in
from server.actions.cards.reviewing import Grade, grade
from server.actions.users.manage import UserManager
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords, nobodys_hash
from server.auth.sign_ins import SignIns
from server.live.service import LiveService
from tests.conftest import SECRET_KEY
from tests.persistence.new_cards import NewCard, add_cards
from tests.persistence.samples import Someone, add_session, capital, participation
from tests.server import permissions

ABROAD = ("203.0.113.9", 50_000)
"""From where the metrics may not be read."""
PICTURE_ID = str(uuid4())
NUMBERS = itertools.count(1)
ACCOUNTS: dict[str, Role] = {
    "student": "student",
    "player": "student",
    "other": "teacher",
    "owner": "teacher",
    "admin": "super_admin",
    "demoted": "teacher",
    "lowered": "super_admin",
    "closed": "teacher",
    "reader": "teacher",
    "editor": "teacher",
}
"""The role with which the account of each kind of viewer begins."""
COLLEAGUES = {"reader", "editor"}
OWNERS = {"owner", "demoted", "closed"}


class Scenario(msgspec.Struct, frozen=True):
    """A viewer, and an owner with one of each thing. For most kinds these are two accounts."""

    client: httpx.AsyncClient
    owner: User
    values: dict[str, str]
    """What stands in the places of an address or a body."""
    signs: tuple[str, ...]
    """An answer that contains one of them shows something of the owner's."""

    async def ask(self, route: str) -> httpx.Response:
        (method, path), body = route.split(), permissions.BODIES.get(route, "{}")
        for name, value in self.values.items():
            path, body = (text.replace(f"{{{name}}}", value) for text in (path, body))
        if method == "GET":
            return await self.client.get(path)
        headers = {"Content-Type": "application/json"}
        return await self.client.request(method, path, content=body, headers=headers)

    def outcome(self, response: httpx.Response) -> str:
        shown = response.text + response.headers.get("content-disposition", "")
        return f"{response.status_code}{'+' if any(sign in shown for sign in self.signs) else ''}"


class Scenarios:
    """Prepares a scenario for a kind of viewer."""

    def __init__(self, app: Litestar, sessions: SessionFactory, clients: AsyncExitStack) -> None:
        self._app = app
        self._sessions = sessions
        self._clients = clients
        self._sign_ins: SignIns = app.state.sign_ins
        self._live: LiveService = app.state.live
        links = OneTimeLinks(SECRET_KEY)
        self._manager = UserManager(sessions, self._sign_ins, Passwords(), links)

    async def prepare(self, viewer: str) -> Scenario:
        role = ACCOUNTS.get(viewer)
        title = uuid4().hex
        async with self._sessions.begin() as db:
            owner = await _add_user(db, "teacher")
            await _add_user(db, "super_admin")  # one always stays
            user = await _add_user(db, role) if role and viewer not in OWNERS else owner
            quiz, session = await _add_played_quiz(db, owner, title)
            question, question_set = await _add_to_bank(db, owner, title)
            published = await quizzes.create(db, owner.id, title=title, questions=[capital()])
            await quizzes.publish(db, published)
            colleague = user if viewer in COLLEAGUES else await _add_user(db, "teacher")
            await quiz_shares.save(db, quiz, colleague.id, may_edit=viewer == "editor")
            await quiz_reports.add(db, published.id, colleague.id, reason="other", comment="")
            report = (await quiz_reports.page(db, OPERATOR, 1, 1)).items[0]
            if viewer == "player":
                db.add(participation(session, user))
            worker = user if viewer == "player" else await _add_user(db, "student")
            homework, seat, attempt_id = await _add_homework(db, owner, title, worker)
            deck, note = await _add_deck(db, owner, title)
            card_id = await _add_card(db, owner, title)
            await record_in(db, "account_created", account_id=owner.id, quiz=title)
        await self._sign_in(owner)
        [other_sign_in] = await self._sign_ins.of_user(owner.id)
        token = await self._sign_in(user) if role else None
        await self._change(viewer, user)
        values = {
            "quiz_id": str(quiz.id),
            "quiz": str(quiz.id),
            "published_id": str(published.id),
            "title": title,
            "user_id": str(colleague.id),
            "colleague": str(colleague.email),
            "report_id": str(report.id),
            "quiz_question_id": str(quiz.questions[0].id),
            "question_id": str(question.id),
            "set_id": str(question_set.id),
            "card_id": str(card_id),
            "new_key": str(uuid4()),
            "session_id": str(session.id),
            "session": str(session.id),
            "sign_in_id": other_sign_in.id,
            "code": await self._open_room(owner, session),
            "homework_id": str(homework.id),
            "attempt_id": str(attempt_id),
            "question": "0",
            "player": str(seat.player),
            "tomorrow": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "version": "now",
            "path": "sessions/join.js",
            "picture_id": PICTURE_ID,
            "deck_id": str(deck.id),
            "deck": str(deck.id),
            "share_code": str(deck.share_code),
            "note_id": str(note.id),
        }
        signs = (
            title,
            str(owner.email),
            other_sign_in.id,
            *map(str, (question.id, question_set.id, quiz.id)),
        )
        return Scenario(await self._connect(token), owner, values, signs)

    async def sign_ins_of(self, user: User) -> list[str]:
        return [sign_in.id for sign_in in await self._sign_ins.of_user(user.id)]

    async def _sign_in(self, user: User) -> str:
        return await self._sign_ins.create(user.id, user.role, user.full_name)

    async def _change(self, viewer: str, user: User) -> None:
        """What happened to the account just now."""
        email = str(user.email)
        if viewer == "demoted":
            await self._manager.set_role(email, "student")
        elif viewer == "lowered":
            await self._manager.set_role(email, "teacher")
        elif viewer == "closed":
            await self._manager.set_active(email, is_active=False)

    async def _open_room(self, owner: User, session: QuizSession) -> str:
        code = codes.session_code(SystemRandom())
        await self._live.rooms.open(
            session=str(uuid7()),
            code=code,
            title=session.title,
            host=str(owner.id),
            questions=quiz_sessions.frozen_questions(session),
            settings=RoomSettings(),
        )
        return code

    async def _connect(self, token: str | None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app, client=ABROAD)  # type: ignore[arg-type]  # the same
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=headers
        )
        return await self._clients.enter_async_context(client)


async def _add_user(db: AsyncSession, role: Role) -> User:
    email = f"viewer{next(NUMBERS)}@kuis.example"
    return await users.create(
        db, email=email, password_hash=nobodys_hash(), full_name="Some Body", role=role
    )


async def _add_to_bank(db: AsyncSession, owner: User, title: str) -> tuple[Question, QuestionSet]:
    """A question of the bank, in a set."""
    [question] = await bank.add(db, owner.id, [capital(title)])
    question_set = await question_sets.create(db, owner.id, title)
    await question_sets.write_order(db, question_set, [question.id])
    return question, question_set


async def _add_deck(db: AsyncSession, owner: User, title: str) -> tuple[Deck, Note]:
    """A shared deck with a note, which its owner learns."""
    values = {"title": title, "kind": "hand", "share_code": uuid4().hex}
    deck = await decks.create(db, owner.id, values, most=1)
    await deck_learners.subscribe(db, deck, owner.id, most=1)
    [note] = await notes.add(db, deck, [NoteDraft(front=title, back="house")])
    return deck, note


async def _add_card(db: AsyncSession, owner: User, title: str) -> UUID:
    """A card of a question, which was reviewed."""
    content = msgspec.to_builtins(freeze(capital(title), Random(1)))
    copy = ReviewQuestion(origin_id=uuid4(), content=content, played_at=datetime.now(UTC))
    db.add(copy)
    await db.flush()
    [card_id] = await add_cards(db, [NewCard(owner.id, review_question_id=copy.id)])
    given = Grade(uuid4(), "good", version=1)
    await grade(db, Someone(owner.id), card_id, given, datetime.now(UTC))
    return card_id


async def _add_played_quiz(db: AsyncSession, owner: User, title: str) -> tuple[Quiz, QuizSession]:
    """A quiz, and a session of it that is over."""
    quiz = await quizzes.create(db, owner.id, title=title, questions=[capital()])
    session = await add_session(db, Someone(owner.id), quiz)
    session.started_at = session.ended_at = datetime.now(UTC)
    session.revealed_questions = 1
    await db.flush()
    return quiz, session


async def _add_homework(
    db: AsyncSession, owner: User, title: str, worker: User
) -> tuple[QuizSession, QuizParticipation, UUID]:
    """An open homework of another quiz, with a student and an attempt."""
    quiz = await quizzes.create(db, owner.id, title=title, questions=[capital()])
    now = datetime.now(UTC)
    homework = await assignments.create(
        db,
        quiz,
        host_id=owner.id,
        questions=[freeze(questions.draft(quiz.questions[0]), Random(1))],
        settings=HomeworkSettings(),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
    )
    seat = participation(homework, worker)
    db.add(seat)
    await db.flush()
    run = Run(number=1, seed=1, position=0, shown_at=assignments.milliseconds(now))
    return homework, seat, await runs.add_run(db, homework.id, seat.id, run)
