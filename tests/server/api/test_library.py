"""Publishing quizzes, and what other teachers do with them."""

from typing import Any

from litestar import Litestar
from sqlalchemy import delete, update

from persistence.database import SessionFactory
from persistence.models import Quiz, User
from server.limits import REPORTS_OF_TEACHER
from tests.server.api.conftest import Person, SignUp, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, UNREADY, Json, write

DETAILS = {"language": "id", "level": "B1", "topic": "Islands", "description": "For grade 9"}


async def publish(person: Person, quiz: Json, **changes: object) -> Json:
    path = f"/api/quizzes/{quiz['id']}/publication"
    response = await person.client.put(path, json=DETAILS | changes)
    assert response.status_code == 200, response.text
    published: Json = response.json()
    return published


async def found(person: Person, query: str = "") -> list[str]:
    response = await person.client.get(f"/api/library?{query}")
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


async def copy(person: Person, quiz: Json) -> Json:
    response = await person.client.post(f"/api/library/{quiz['id']}/copy")
    assert response.status_code == 201, response.text
    copied: Json = response.json()
    return copied


async def test_a_published_quiz_is_found_by_others_until_it_is_taken_back(
    teacher: Person, other_teacher: Person
) -> None:
    rivers = await write(teacher, title="Rivers")
    islands = await write(teacher, title="Many islands", questions=ALL_KINDS)
    assert await found(other_teacher) == []
    published = await publish(teacher, rivers, language="en", level=None)
    assert published["published_at"]
    await publish(teacher, islands, title="Islands")
    again = await publish(teacher, rivers, topic="Water", language="en", level=None)
    assert again["published_at"] == published["published_at"]
    assert (again["title"], again["topic"]) == ("Rivers", "Water")

    assert await found(other_teacher) == ["Islands", "Rivers"]
    assert await found(other_teacher, "sort=title&search=i") == ["Islands"]
    assert await found(other_teacher, "sort=title&search=iver") == ["Rivers"]
    for query in ("search=isl", "language=id", "level=B1", "topic=Islands"):
        assert await found(other_teacher, query) == ["Islands"]
    assert await found(other_teacher, "language=id&topic=Water") == []
    lakes = await publish(other_teacher, await write(other_teacher, title="Lakes"))
    for author, titles in ((teacher, ["Islands", "Rivers"]), (other_teacher, ["Lakes"])):
        assert await found(other_teacher, f"author={author.id}") == titles
    assert problem(await other_teacher.client.get("/api/library?author=Sari")) == (422, "invalid")
    await other_teacher.client.delete(f"/api/quizzes/{lakes['id']}/publication")

    seen = (await other_teacher.client.get(f"/api/library/{islands['id']}")).json()
    assert {name: seen[name] for name in DETAILS} == DETAILS
    assert (seen["author"], seen["is_own"], seen["question_count"]) == ("Some Body", False, 7)
    keys = [question["answer_key"] for question in seen["questions"]]
    assert keys == [question.get("answer_key") for question in ALL_KINDS]
    assert "access_code" not in seen
    hidden = await other_teacher.client.get(f"/api/quizzes/{islands['id']}")
    assert problem(hidden) == (404, "no_such_quiz")

    path = f"/api/quizzes/{islands['id']}/publication"
    assert (await teacher.client.delete(path)).status_code == 204
    assert await found(other_teacher) == ["Rivers"]
    gone = await other_teacher.client.get(f"/api/library/{islands['id']}")
    assert problem(gone) == (404, "not_in_library")
    await teacher.client.post(f"/api/quizzes/{rivers['id']}/archive")
    assert await found(other_teacher) == []


async def test_what_cannot_be_played_is_not_published(teacher: Person) -> None:
    quiz = await write(teacher, questions=[CAPITAL, UNREADY])
    path = f"/api/quizzes/{quiz['id']}/publication"
    refused = await teacher.client.put(path, json=DETAILS)
    assert problem(refused) == (409, "quiz_not_playable")
    assert {error["path"] for error in refused.json()["errors"]} >= {"questions[1].stem"}
    assert faults(await teacher.client.put(path, json={})) == {"language": "required"}
    await teacher.client.post(f"/api/quizzes/{quiz['id']}/archive")
    assert problem(await teacher.client.put(path, json=DETAILS)) == (409, "quiz_archived")
    assert (await teacher.client.get(f"/api/quizzes/{quiz['id']}")).json()["published_at"] is None


async def test_quizzes_of_closed_accounts_are_not_in_the_library(
    teacher: Person, other_teacher: Person, session_factory: SessionFactory
) -> None:
    await publish(teacher, await write(teacher))
    for change, there in (
        ({"is_active": False}, 0),
        ({"is_active": True}, 1),
        ({"role": "student"}, 0),
    ):
        async with session_factory.begin() as db:
            await db.execute(update(User).where(User.id == teacher.id).values(change))
        assert len(await found(other_teacher)) == there


async def test_a_copy_names_its_source_even_when_that_is_gone(
    teacher: Person, other_teacher: Person, session_factory: SessionFactory
) -> None:
    quiz = await publish(teacher, await write(teacher, title="Rivers", questions=ALL_KINDS))
    copied = await copy(other_teacher, quiz)
    source = {"title": "Rivers", "author": "Some Body", "quiz_id": quiz["id"]}
    assert (copied["title"], copied["access"], copied["source"]) == ("Rivers", "own", source)
    assert (copied["published_at"], copied["level"]) == (None, "B1")
    stems = [question["stem"] for question in copied["questions"]]
    assert stems == [question["stem"] for question in ALL_KINDS]
    own = f"/api/quizzes/{copied['id']}"
    second = (await other_teacher.client.post(f"{own}/copy")).json()
    assert (second["title"], second["source"]) == ("Rivers (2)", source)
    await copy(teacher, quiz)  # the author's own copy does not count
    assert (await teacher.client.get("/api/quizzes")).json()["items"][1]["copy_count"] == 2
    assert (await other_teacher.client.get("/api/library")).json()["items"][0]["copy_count"] == 2

    await teacher.client.delete(f"/api/quizzes/{quiz['id']}/publication")
    without_link = source | {"quiz_id": None}
    assert (await other_teacher.client.get(own)).json()["source"] == without_link
    async with session_factory.begin() as db:
        await db.execute(delete(Quiz).where(Quiz.teacher_id == teacher.id))
        await db.execute(delete(User).where(User.id == teacher.id))
    assert (await other_teacher.client.get(own)).json()["source"] == without_link


async def test_an_administrator_decides_about_reports(
    teacher: Person, other_teacher: Person, sign_up: SignUp
) -> None:
    admin = await sign_up("super_admin")
    quiz = await publish(teacher, await write(teacher, title="Rivers"))
    path = f"/api/library/{quiz['id']}"

    async def report(person: Person, reason: str) -> Any:  # noqa: ANN401  # httpx's own
        return await person.client.post(f"{path}/reports", json={"reason": reason, "comment": "Q1"})

    async def reports() -> list[Json]:
        listed: list[Json] = (await admin.client.get("/api/quiz-reports")).json()["items"]
        return listed

    assert problem(await report(teacher, "wrong")) == (409, "own_quiz")
    assert faults(await report(other_teacher, "ugly")) == {"reason": "unknown_value"}
    assert (await report(other_teacher, "wrong")).status_code == 204
    assert problem(await report(other_teacher, "other")) == (409, "already_reported")
    assert (await other_teacher.client.get(path)).json()["is_reported"]
    [listed] = await reports()
    assert (listed["title"], listed["reason"], listed["comment"]) == ("Rivers", "wrong", "Q1")
    assert listed["reporter_email"] == other_teacher.email

    dismiss = f"/api/quiz-reports/{listed['id']}/dismiss"
    assert (await admin.client.post(dismiss)).status_code == 204
    assert problem(await admin.client.post(dismiss)) == (404, "no_such_report")
    assert await reports() == []
    assert (await report(other_teacher, "copyright")).status_code == 204
    assert [one["reason"] for one in await reports()] == ["copyright"]

    await admin.client.delete(f"/api/quizzes/{quiz['id']}/publication")
    assert (await reports(), await found(other_teacher)) == ([], [])
    [event] = (await admin.client.get("/api/audit-events?kind=quiz_unpublished")).json()["items"]
    assert (event["account_id"], event["actor_id"]) == (str(teacher.id), str(admin.id))
    assert event["details"] == {"quiz": quiz["id"]}


async def test_what_was_taken_down_stays_out_until_it_is_allowed(
    teacher: Person, other_teacher: Person, sign_up: SignUp
) -> None:
    admin = await sign_up("super_admin")
    quiz = await publish(teacher, await write(teacher, title="Rivers"))
    path = f"/api/quizzes/{quiz['id']}"
    body = {"language": "en"}
    of_author = await admin.client.put(f"{path}/publication", json=body | {"title": "Mine"})
    assert problem(of_author) == (403, "quiz_not_own")
    report = {"reason": "personal_data"}
    await other_teacher.client.post(f"/api/library/{quiz['id']}/reports", json=report)
    await admin.client.delete(f"{path}/publication")
    assert (await teacher.client.get(path)).json()["takedown_reason"] == "personal_data"
    [listed] = (await teacher.client.get("/api/quizzes")).json()["items"]
    assert (listed["title"], listed["takedown_reason"]) == ("Rivers", "personal_data")
    copied = (await teacher.client.post(f"{path}/copy")).json()
    for kept_out in (path, f"/api/quizzes/{copied['id']}"):
        refused = await teacher.client.put(f"{kept_out}/publication", json=body)
        assert problem(refused) == (409, "quiz_taken_down")
    assert problem(await teacher.client.post(f"{path}/publication/allow")) == (
        403,
        "administrators_only",
    )
    for _ in "12":  # the second time there is nothing to allow
        assert (await admin.client.post(f"{path}/publication/allow")).status_code == 204
    [event] = (await admin.client.get("/api/audit-events?kind=quiz_allowed")).json()["items"]
    assert (event["account_id"], event["actor_id"]) == (str(teacher.id), str(admin.id))
    assert (event["details"], event["address"]) == ({"quiz": quiz["id"]}, "127.0.0.1")
    again = await publish(teacher, quiz)
    assert (again["takedown_reason"], await found(other_teacher)) == (None, ["Rivers"])


async def test_the_reason_of_a_takedown_is_the_administrators(
    teacher: Person, sign_up: SignUp
) -> None:
    """Also of a quiz that its author has just taken back."""
    admin = await sign_up("super_admin")
    for reason, query in (("wrong", "?reason=wrong"), ("other", "")):
        quiz = await write(teacher)
        path = f"/api/quizzes/{quiz['id']}"
        await admin.client.delete(f"{path}/publication{query}")
        assert (await teacher.client.get(path)).json()["takedown_reason"] == reason


async def test_reports_of_a_teacher_are_limited(
    app: Litestar, teacher: Person, other_teacher: Person
) -> None:
    quiz = await publish(teacher, await write(teacher))
    limits, limit = app.state.limits, REPORTS_OF_TEACHER
    await limits.hit(limit, str(other_teacher.id), cost=limit.times * limits.scale)
    path = f"/api/library/{quiz['id']}/reports"
    refused = await other_teacher.client.post(path, json={"reason": "wrong"})
    assert problem(refused) == (429, "rate_limited")
