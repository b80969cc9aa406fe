"""Starts an attempt at a homework, or finds the one that is not finished."""

from random import SystemRandom
from uuid import UUID

from msgspec import Struct
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Forbidden, RateLimited, Refusal, room_refusal
from game.rules import nicknames
from game.rules.homework import Run, may_start
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.runs import Seat
from server.actions.homework.batch import Caller
from server.actions.homework.work import Homework
from server.limits import HOMEWORK_LAST_GUESTS, HOMEWORK_STARTS_FROM_ADDRESS, Limits

MAX_STUDENTS = 5_000
"""Participants of one homework, without those who were removed."""
MAX_GUESTS = 4_000
"""The other places are for accounts, so that nobody can keep a class out with made-up names."""
TRIES = 3
NAMES_TRIED = 200
SEED_BITS = 48


class Starter(Struct, frozen=True):
    """Who starts. The nickname of an account is its own name."""

    caller: Caller
    nickname: str


class AttemptStarter:
    def __init__(self, session_factory: SessionFactory, homework: Homework, limits: Limits) -> None:
        self._session_factory = session_factory
        self._homework = homework
        self._limits = limits

    async def start(self, session_id: UUID, starter: Starter) -> UUID:
        """The run that the student goes on with, a new one if all others are finished.

        Raises:
            NotFound: `no_such_homework`, also for somebody who was removed.
            Refusal: `homework_not_open`, `homework_closed`, `no_attempts_left`, `nickname_invalid`,
                `nickname_taken`, `sign_in_required` or `homework_full`.
            RateLimited: too many starts from this address.
        """
        await self._limits.hit(HOMEWORK_STARTS_FROM_ADDRESS, starter.caller.address)
        for _ in range(TRIES):
            try:
                async with self._session_factory.begin() as db:
                    run_id = await self._start(db, session_id, starter)
            except IntegrityError:
                continue  # another device of the same student was faster
            self._homework.remember(run_id, starter.caller)
            return run_id
        raise Conflict("unavailable", "This homework is being started elsewhere; try again.")

    async def _start(self, db: AsyncSession, session_id: UUID, starter: Starter) -> UUID:
        homework = await runs.get_unchanging(db, session_id)
        if homework is None or homework.ended_at is not None:
            raise assignments.no_such_homework() if homework is None else closed()
        assignment = await self._homework.assignment_of(db, homework)
        now = await self._homework.now_ms(db)
        caller = starter.caller
        seat = await runs.seat_of(
            db, session_id, user_id=caller.user_id, token_hash=caller.token_hash
        )
        if seat is None:
            may_start(assignment, 0, now)
            if caller.user_id is None and not assignment.settings.guests:
                raise Forbidden("sign_in_required", "Sign in to work on this homework.")
            seat = await self._sit_once(db, homework, starter, now)
        if seat.kicked:
            raise assignments.no_such_homework()
        if seat.runs and seat.runs[-1][1].finished_at is None:
            return seat.runs[-1][0]
        may_start(assignment, len(seat.runs), now)
        seed = SystemRandom().getrandbits(SEED_BITS)
        run = Run(number=len(seat.runs) + 1, seed=seed, position=0, shown_at=now)
        return await runs.add_run(db, session_id, seat.id, run)

    async def _sit_once(
        self, db: AsyncSession, homework: QuizSession, starter: Starter, now: int
    ) -> Seat:
        try:
            return await self._sit(db, homework, starter, now)
        except Refusal:
            # Taking the name has waited for another device, perhaps for one of the same student.
            caller = starter.caller
            seat = await runs.seat_of(
                db, homework.id, user_id=caller.user_id, token_hash=caller.token_hash
            )
            if seat is None:
                raise
            return seat

    async def _sit(
        self, db: AsyncSession, homework: QuizSession, starter: Starter, now: int
    ) -> Seat:
        nickname = await _take_name(db, homework.id, starter)
        await self._require_place(db, homework.id, starter.caller)
        return await runs.add_seat(
            db,
            homework.id,
            nickname=nickname,
            user_id=starter.caller.user_id,
            token_hash=starter.caller.token_hash,
            at=now,
        )

    async def _require_place(self, db: AsyncSession, session_id: UUID, caller: Caller) -> None:
        students, guests = await assignments.count_students(db, session_id)
        scale = self._limits.scale
        if students >= MAX_STUDENTS * scale:
            raise _full()
        if caller.user_id is not None:
            return
        if guests >= MAX_GUESTS * scale:
            raise _full()
        if guests >= MAX_GUESTS * scale // 2:
            try:
                await self._limits.hit(HOMEWORK_LAST_GUESTS, f"{session_id} {caller.address}")
            except RateLimited:
                raise _full() from None  # waiting does not help


async def _take_name(db: AsyncSession, session_id: UUID, starter: Starter) -> str:
    """The nickname as it is shown. Accounts with the same name get a number."""
    if starter.caller.user_id is None:
        name = nicknames.clean(starter.nickname)
        if nicknames.is_profane(name):
            raise room_refusal("nickname_invalid", "Choose a friendlier nickname.")
        if not await runs.take_name(db, session_id, nicknames.fold(name)):
            raise room_refusal("nickname_taken", "Somebody else has this nickname here.")
        return name
    name = _shown_name(starter.nickname)
    for number in range(1, NAMES_TRIED):
        tried = name if number == 1 else nicknames.numbered(name, number)
        if await runs.take_name(db, session_id, nicknames.fold(tried)):
            return tried
    raise room_refusal("nickname_taken")


def _shown_name(full_name: str) -> str:
    """The name of an account, shortened to a nickname."""
    name = full_name
    while name:
        try:
            return nicknames.clean(name)
        except Refusal:
            name = name[: min(len(name) - 1, 4 * nicknames.NICKNAME_MAX)]
    return "Student"


def _full() -> Conflict:
    return Conflict("homework_full", "Too many have started this homework.")


def closed() -> Conflict:
    return Conflict("homework_closed", "This homework is closed.")
