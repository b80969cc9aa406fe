"""What scripts and other programs rely on: these routes, their names and their fields stay."""

from datetime import UTC, datetime, timedelta

import httpx
from litestar import Litestar

from tests.server.api.conftest import Person, connect
from tests.server.api.quiz_samples import ALL_KINDS, Json

SOMEBODY: Json = {"email": "ani@kuis.example", "password": "a long enough one"}
RESPONSES: list[object] = ["a", True, ["a", "b"], "Pramoedya", 3.14, ["a", "b", "c"], ["a"]]
FORMATS = {"gift", "aiken", "moodle", "qti", "csv", "json"}
LIST = {"items", "total", "page", "page_size"}


async def ask(
    client: httpx.AsyncClient, what: str, *, status: int = 200, has: set[str] = LIST, **body: object
) -> Json:
    """Send a request, whose answer must have this status and these fields."""
    method, path = what.split()
    answer = await client.request(method, path, json=body or None)
    assert answer.status_code == status, (what, answer.text)
    found: Json = answer.json() if answer.content else {}
    assert has <= (found or {}).keys(), (what, found)
    return found


async def test_what_others_rely_on_stays(app: Litestar, teacher: Person) -> None:
    async with connect(app) as browser:
        student = await signs_up(app, browser)
        async with student:
            await has_a_profile(student)
            quiz = await writes(teacher.client)
            await plays(teacher.client, browser, quiz)
            await works(teacher.client, student, browser, quiz)
            await keeps_questions(teacher.client)
        for path in ("/health/live", "/health/ready"):
            assert (await browser.get(path)).status_code == 200


async def signs_up(app: Litestar, browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A student, as a program with a token."""
    signed = {"token", "user"}
    new = SOMEBODY | {"full_name": "Ani"}
    made = await ask(browser, "POST /api/auth/register", status=201, has=signed, **new)
    assert made["user"]["role"] == "student"
    token = (await ask(browser, "POST /api/auth/login", has=signed, **SOMEBODY))["token"]
    await ask(browser, "GET /api/me", has={"id", "email", "full_name", "role"})
    await ask(browser, "POST /api/auth/logout", status=204, has=set())
    await ask(browser, "GET /api/me", status=401, has={"code"})
    token = (await ask(browser, "POST /api/auth/login", has=signed, **SOMEBODY))["token"]
    email: Json = {"email": "nobody@kuis.example"}
    await ask(browser, "POST /api/auth/forgot-password", status=202, has=set(), **email)
    wrong: Json = {"token": "wrong"}
    password = wrong | {"password": SOMEBODY["password"]}
    await ask(browser, "POST /api/auth/reset-password", status=422, has={"code"}, **password)
    await ask(browser, "POST /api/auth/verify-email", status=422, has={"code"}, **wrong)
    return connect(app, headers={"Authorization": f"Bearer {token}"})


async def has_a_profile(student: httpx.AsyncClient) -> None:
    profile: Json = {
        "full_name": "Ani B",
        "current_level": "B1",
        "learning_goals": ["speaking"],
        "language_code": "id",
    }
    changed = await ask(student, "PATCH /api/me", has=set(profile), **profile)
    assert {name: changed[name] for name in profile} == profile
    await ask(student, "PATCH /api/me/preferences", has={"theme"}, theme="dark")
    assert (await ask(student, "GET /api/me/preferences", has={"theme"}))["theme"] == "dark"


async def writes(teacher: httpx.AsyncClient) -> str:
    fields = {"id", "title", "questions", "access_code"}
    new = {"title": "Geography", "questions": ALL_KINDS}
    quiz = await ask(teacher, "POST /api/quizzes", status=201, has=fields, **new)
    path = f"/api/quizzes/{quiz['id']}"
    await ask(teacher, "GET /api/quizzes")
    await ask(teacher, f"GET {path}", has=fields)
    await ask(teacher, f"PATCH {path}", has=fields, title="Earth")
    await ask(teacher, f"DELETE {path}", status=204, has=set())
    await ask(teacher, f"POST {path}/restore", has=fields)
    for name in FORMATS:
        file = await teacher.get(f"{path}/export", params={"format": name})
        assert (file.status_code, bool(file.content)) == (200, True), name
        preview = {"format": name, "preview": "true"}
        read = await teacher.post("/api/imports", params=preview, content=file.content)
        assert (read.status_code, bool(read.json()["items"])) == (200, True), read.text
    file = await teacher.get(f"{path}/export", params={"format": "json"})
    into, upload = {"into": "bank"}, {"file": file.content}
    read = await teacher.post("/api/imports", data=into, files=upload)
    assert {"items", "taken", "refused"} <= read.json().keys(), read.text
    assert {"line", "fate", "reason", "question"} <= read.json()["items"][0].keys()
    assert read.json()["taken"] > 0
    return path


async def plays(teacher: httpx.AsyncClient, browser: httpx.AsyncClient, quiz: str) -> None:
    opened = {"id", "code", "mode"}
    settings = {"streak_bonus": True}
    room = await ask(teacher, f"POST {quiz}/sessions", status=201, has=opened, settings=settings)
    again = await ask(teacher, f"POST {quiz}/sessions", status=201, has=opened, mode="live")
    assert (room["mode"], again["mode"]) == ("live", "live")
    known = {"code", "title", "phase", "players", "locked"}
    await ask(browser, f"GET /api/rooms/{room['code']}", has=known)
    session = f"/api/sessions/{room['id']}"
    await ask(teacher, f"POST {session}/end", status=204, has=set())
    await ask(teacher, f"GET {session}/results", has={"players", "questions"})


async def works(
    teacher: httpx.AsyncClient, student: httpx.AsyncClient, guest: httpx.AsyncClient, quiz: str
) -> None:
    """Homework, by a student who knows its id and by a guest who knows its code."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    homework = {"mode": "self_paced", "closes_at": tomorrow, "attempts": 2}
    given = await ask(
        teacher, f"POST {quiz}/sessions", status=201, has={"id", "code", "mode"}, **homework
    )
    assert given["mode"] == "self_paced"
    session = f"/api/sessions/{given['id']}"
    started = await ask(student, f"POST {session}/attempts", has={"id", "question"})
    attempt = f"/api/attempts/{started['id']}"
    for number, response in enumerate(RESPONSES):
        answer = f"PUT {attempt}/answers/{number}"
        for _ in range(2):
            await ask(student, answer, has={"id", "answered"}, response=response)
    finished = await ask(student, f"POST {attempt}/finish", has={"finished"})
    assert (finished["finished"], finished["answered"]) == (True, len(RESPONSES))
    guest.cookies.clear()
    guest.headers["Homework-Token"] = "g" * 32
    by_code = f"/api/sessions/{given['code']}/attempts"
    assert (await ask(guest, f"GET {by_code}", has={"id", "own"}))["id"] == given["id"]
    theirs = await ask(guest, f"POST {by_code}", has={"id"}, nickname="Budi")
    await ask(guest, f"PUT /api/attempts/{theirs['id']}/answers/0", has={"id"}, response="b")
    await ask(teacher, f"POST {session}/end", status=204, has=set())
    results = await ask(teacher, f"GET {session}/results", has={"players", "questions"})
    first, second = results["players"]
    assert {"nickname", "score", "rank", "correct", "answers"} <= first.keys()
    assert (first["nickname"], first["rank"], len(first["answers"])) == ("Ani B", 1, 7)
    assert (second["nickname"], second["rank"], second["correct"]) == ("Budi", 2, 0)
    assert {"stem", "counts"} <= results["questions"][0].keys()
    for file in ("results.csv", "results.xlsx"):
        assert (await teacher.get(f"{session}/{file}")).status_code == 200


async def keeps_questions(teacher: httpx.AsyncClient) -> None:
    labels = {"language", "level", "skill", "topic", "difficulty", "tags"}
    new = await ask(teacher, "POST /api/questions", status=201, has=labels, **ALL_KINDS[3])
    question = f"/api/questions/{new['id']}"
    await ask(teacher, f"GET {question}", has=labels)
    await ask(teacher, f"PATCH {question}", has=labels, difficulty=3)
    await ask(teacher, "GET /api/questions")
    await ask(teacher, "GET /api/question-sets")
    await ask(teacher, f"DELETE {question}?purge=true", status=409, has={"code"})
    await ask(teacher, f"DELETE {question}", status=204, has=set())
    assert (await ask(teacher, f"GET {question}", has=labels))["archived_at"]
    await ask(teacher, f"DELETE {question}?purge=true", status=204, has=set())
    await ask(teacher, f"GET {question}", status=404, has={"code"})
    found = await ask(
        teacher, "GET /api/search?q=capital&in=questions,quizzes&facets=true", has=LIST | {"facets"}
    )
    assert {"kind", "id", "title", "highlight", "rank"} <= found["items"][0].keys()
