"""Guests who keep what they did, because they have an account now."""

from datetime import timedelta
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, update

from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation, QuizSession
from persistence.repositories import seat_claims
from server.actions import seat_claims as actions
from server.jobs.job import name_of
from server.jobs.seat_claims import KeepSeatTokens
from server.limits import Limit
from tests.persistence.played import PlayedGame, open_game
from tests.persistence.recorders import record_all
from tests.server.api.conftest import Person, SignUp, problem
from tests.server.api.homework.conftest import Guest, end, give, guest
from tests.server.jobs.running import resources_on

__all__ = ["guest"]


def test_the_repository_names_the_job() -> None:
    assert name_of(KeepSeatTokens) == seat_claims.JOB


@pytest.fixture
async def played(redis: Redis, session_factory: SessionFactory) -> PlayedGame:
    """A game of guests that is over; `seats` has their tokens, also that of the kicked Fitri."""
    game = await open_game(redis, session_factory, "teacher@kuis.example")
    await game.play()
    await record_all(redis, session_factory)
    await KeepSeatTokens(UUID(game.session)).run(resources_on(session_factory, redis), 1)
    assert game.kicked is not None
    game.seats["Fitri"] = game.kicked
    return game


async def claim(person: Person, token: str) -> tuple[int, str]:
    """The status, and the code of a refusal or the name that was claimed."""
    answer = await person.client.post("/api/me/claims", json={"token": token})
    if answer.status_code == 200:
        return 200, str(answer.json()["nickname"])
    return problem(answer)


async def test_a_guest_of_a_game_keeps_answers_and_place(
    played: PlayedGame, student: Person, sign_up: SignUp, session_factory: SessionFactory
) -> None:
    seat = played.seats["Budi"]
    assert (await student.client.get("/api/me/history")).json()["items"] == []
    assert await claim(student, seat.token) == (200, "Budi")
    [past] = (await student.client.get("/api/me/history")).json()["items"]
    assert (past["nickname"], past["session"], past["of"]) == ("Budi", played.session, 6)
    own = (await student.client.get(f"/api/sessions/{played.session}/results")).json()
    assert [each["nickname"] for each in own["players"]] == ["Budi"]
    async with session_factory() as db:
        for table, rows in ((QuestionAttempt, 7), (QuizAttempt, 1), (QuizParticipation, 1)):
            query = select(func.count()).select_from(table).where(table.user_id == student.id)
            assert await db.scalar(query) == rows
    other = await sign_up("student")
    assert await claim(other, seat.token) == (404, "no_such_seat"), "one claim once"
    assert await claim(student, seat.token) == (404, "no_such_seat")
    assert await claim(student, played.seats["Ani"].token) == (409, "already_took_part")
    assert await claim(other, played.seats["Ani"].token) == (200, "Ani")


async def test_only_the_token_proves_whose_seat_it_was(
    played: PlayedGame, student: Person, teacher: Person
) -> None:
    ani, budi = played.seats["Ani"], played.seats["Budi"]
    secret = budi.token.partition(".")[2]
    for wrong in (
        *("Budi", budi.player, f"{budi.player}.", f"{budi.player}.{'0' * 64}"),
        *(f"{ani.player}.{secret}", f"x.{secret}", played.seats["Fitri"].token),
    ):
        assert await claim(student, wrong) == (404, "no_such_seat")
    assert await claim(teacher, budi.token) == (403, "students_only")
    assert problem(await student.client.post("/api/me/claims", json={"token": ""}))[0] == 422
    assert await claim(student, budi.token) == (200, "Budi")


async def test_a_day_later_nothing_can_be_claimed(
    played: PlayedGame, student: Person, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as db:
        late = func.now() - seat_claims.CLAIMED_WITHIN - timedelta(seconds=1)
        await db.execute(update(QuizSession).values(started_at=None, ended_at=late))
    assert await claim(student, played.seats["Budi"].token) == (404, "no_such_seat")


async def test_claims_are_counted(student: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CLAIMS_OF_ACCOUNT", Limit("claims-account", 2, 3600))
    outcomes = [await claim(student, "made up") for _ in range(3)]
    assert outcomes == [(404, "no_such_seat")] * 2 + [(429, "rate_limited")]


async def test_a_guest_goes_on_with_a_homework_as_an_account(
    teacher: Person, student: Person, guest: Guest, sign_up: SignUp, session_factory: SessionFactory
) -> None:
    given = await give(teacher)
    budi, citra = await guest(given["code"], "Budi"), await guest(given["code"], "Citra")
    for worker in (budi, citra):
        await worker.start()
        await worker.answer_right()
    token = budi.client.headers["Homework-Token"]
    assert await claim(student, token) == (200, "Budi")
    assert problem(await budi.leave(0)) == (404, "no_such_attempt"), "it is the account's now"
    budi.client = student.client
    await budi.go_on()
    await budi.answer_right()
    async with session_factory() as db:
        accounts = [*await db.scalars(select(QuestionAttempt.user_id))]
    assert sorted(accounts, key=str) == sorted([student.id, student.id, None], key=str)
    removed = (await teacher.client.get(f"/api/homework/{given['id']}")).json()["students"][1]
    await teacher.client.delete(f"/api/homework/{given['id']}/students/{removed['player']}")
    other = await sign_up("student")
    citras = citra.client.headers["Homework-Token"]
    assert await claim(other, citras) == (404, "no_such_seat"), "she was removed"
    await end(teacher, given)
    [past] = (await student.client.get("/api/me/history")).json()["items"]
    assert (past["nickname"], past["rank"]) == ("Budi", 1)
