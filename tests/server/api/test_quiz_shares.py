"""Sharing quizzes with colleagues, and what they may do then."""

from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import user_preferences
from server.jobs.quiz_shares import SendShareNote
from server.limits import SHARES_OF_TEACHER
from server.providers.mail import Mail
from tests.persistence.samples import Someone
from tests.server.api.conftest import Person, SignUp, problem
from tests.server.api.quiz_samples import Json, write
from tests.server.jobs.running import in_queue, resources_on


async def share(owner: Person, quiz: Json, colleague: Person, *, may_edit: bool = False) -> Json:
    path = f"/api/quizzes/{quiz['id']}/shares"
    given = {"email": colleague.email.upper(), "may_edit": may_edit}
    response = await owner.client.post(path, json=given)
    assert response.status_code == 200, response.text
    shared: Json = response.json()
    return shared


async def shared_with(person: Person) -> list[Json]:
    items: list[Json] = (await person.client.get("/api/quizzes?shared=true")).json()["items"]
    return items


async def test_a_colleague_sees_a_shared_quiz_until_the_share_ends(
    teacher: Person, other_teacher: Person
) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    shared = await share(teacher, quiz, other_teacher)
    assert shared == {
        "user_id": str(other_teacher.id),
        "full_name": "Some Body",
        "email": other_teacher.email,
        "is_verified": False,
        "may_edit": False,
    }
    [listed] = await shared_with(other_teacher)
    assert (listed["access"], listed["access_code"], listed["share_count"]) == ("view", None, 1)
    assert (await other_teacher.client.get("/api/quizzes")).json()["total"] == 0
    refused = await other_teacher.client.patch(path, json={"title": "Mine"})
    assert problem(refused) == (403, "quiz_read_only")

    await share(teacher, quiz, other_teacher, may_edit=True)
    listed_shares = (await teacher.client.get(f"{path}/shares")).json()
    assert listed_shares["items"] == [shared | {"may_edit": True}]
    theirs = (await other_teacher.client.get(path)).json()
    assert (theirs["access"], theirs["access_code"]) == ("edit", None)
    changed = await other_teacher.client.patch(path, json={"updated_at": theirs["updated_at"]})
    assert changed.status_code == 200
    late = {"title": "Old", "updated_at": quiz["updated_at"]}
    assert problem(await teacher.client.patch(path, json=late)) == (409, "changed_elsewhere")
    assert problem(await other_teacher.client.delete(path)) == (403, "quiz_not_own")

    own_share = f"{path}/shares/{other_teacher.id}"
    assert (await other_teacher.client.delete(own_share)).status_code == 204
    assert await shared_with(other_teacher) == []
    assert problem(await other_teacher.client.get(path)) == (404, "no_such_quiz")
    assert problem(await teacher.client.delete(own_share)) == (404, "no_such_share")


async def test_all_who_are_no_teachers_get_the_same_answer(
    app: Litestar, teacher: Person, student: Person
) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}/shares"
    bodies = []
    for email in (student.email, "nobody@kuis.example"):
        refused = await teacher.client.post(path, json={"email": email})
        assert problem(refused) == (422, "no_such_colleague")
        bodies.append(refused.json() | {"instance": None})
    assert bodies[0] == bodies[1]
    own = await teacher.client.post(path, json={"email": teacher.email})
    assert problem(own) == (409, "shared_with_owner")
    limits, limit = app.state.limits, SHARES_OF_TEACHER
    await limits.hit(limit, str(teacher.id), cost=limit.times * limits.scale - 3)
    refused = await teacher.client.post(path, json={"email": student.email})
    assert problem(refused) == (429, "rate_limited")


async def test_a_room_of_a_shared_quiz_is_the_colleagues(
    teacher: Person, other_teacher: Person, sign_up: SignUp, session_factory: SessionFactory
) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    await share(teacher, quiz, other_teacher)
    theirs = (await other_teacher.client.post(f"{path}/sessions")).json()
    assert theirs["code"] != quiz["access_code"]
    own = (await teacher.client.post(f"{path}/sessions")).json()
    assert own["code"] == quiz["access_code"]
    [seen_by_owner] = (await teacher.client.get("/api/quizzes")).json()["items"]
    [seen_by_colleague] = await shared_with(other_teacher)
    for seen, room in ((seen_by_owner, own), (seen_by_colleague, theirs)):
        assert seen["sessions_count"] == 1
        assert seen["open_session"] == {"id": room["id"], "code": room["code"]}
    hidden = await teacher.client.get(f"/api/sessions/{theirs['id']}/results")
    assert problem(hidden) == (404, "no_such_session")

    purge = f"{path}?purge=true"
    assert problem(await teacher.client.delete(purge)) == (409, "played_by_others")
    admin = await sign_up("super_admin")
    async with session_factory.begin() as db:
        await db.execute(update(QuizSession).values(ended_at=QuizSession.created_at))
    assert (await admin.client.delete(purge)).status_code == 204


async def test_a_copy_of_a_shared_quiz_is_the_colleagues(
    teacher: Person, other_teacher: Person
) -> None:
    quiz = await write(teacher)
    await share(teacher, quiz, other_teacher)
    copied = (await other_teacher.client.post(f"/api/quizzes/{quiz['id']}/copy")).json()
    assert (copied["title"], copied["access"]) == ("Geography", "own")
    source = {"title": "Geography", "author": "Some Body", "quiz_id": None}
    assert copied["source"] == source


class Outbox:
    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


async def test_a_new_share_is_told_by_mail_to_those_who_want_it(  # noqa: PLR0913, PLR0917  # fixtures
    teacher: Person,
    other_teacher: Person,
    sign_up: SignUp,
    database: AsyncEngine,
    session_factory: SessionFactory,
    redis: Redis,
) -> None:
    unwilling = await sign_up("teacher")
    async with session_factory.begin() as db:
        await user_preferences.save(db, Someone(unwilling.id), {"email_shares": False})
    quiz = await write(teacher, title="Rivers {n}")
    for colleague in (other_teacher, other_teacher, unwilling):
        await share(teacher, quiz, colleague)
    assert [job.name for job in await in_queue(database)] == ["send_share_note"] * 2
    outbox = Outbox()
    resources = resources_on(session_factory, redis, outbox)
    for colleague in (other_teacher, other_teacher, unwilling):
        await SendShareNote(quiz["id"], colleague.id, "id").run(resources, 1)
    first, second = outbox.mails
    assert first == second, "a mail that is sent twice is the same mail"
    assert first.to == other_teacher.email
    assert "Some Body membagikan kuis “Rivers {n}”" in first.text
    assert "https://kuis.example/dashboard?view=shared" in first.text
    assert first.unsubscribe is not None
    assert first.unsubscribe in first.text
    unsubscribing = first.unsubscribe.removeprefix("https://kuis.example")
    ended = (await unwilling.client.post(unsubscribing)).json()
    await SendShareNote(quiz["id"], other_teacher.id, "id").run(resources, 1)
    assert len(outbox.mails) == 2, "they want none any more"
    await unwilling.client.post(unsubscribing, params=ended)
    await teacher.client.delete(f"/api/quizzes/{quiz['id']}/shares/{other_teacher.id}")
    await SendShareNote(quiz["id"], other_teacher.id, "id").run(resources, 1)
    assert len(outbox.mails) == 2
