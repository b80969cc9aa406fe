"""Preferences and profile over the API, and the pages that follow them."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from server.limits import Limit
from tests.server.api.conftest import Person, faults, problem
from tests.server.jobs.running import in_queue

PATH = "/api/me/preferences"
DEFAULTS = {
    "locale": None,
    "theme": None,
    "time_zone": None,
    "daily_goal_minutes": 10,
    "new_cards_per_day": 20,
    "reviews_per_day": 200,
    "desired_retention": 0.9,
    "scheduler": "fsrs",
    "maximum_interval_days": 36500,
    "easy_days": [100, 100, 100, 100, 100, 100, 100],
    "cards_from_answers": True,
    "reminder_hour": 18,
    "email_reminders": False,
    "email_summaries": False,
    "email_news": False,
    "email_shares": True,
}
CHOSEN = {
    "locale": "id",
    "theme": "dark",
    "time_zone": "Asia/Jakarta",
    "daily_goal_minutes": 25,
    "new_cards_per_day": 0,
    "reviews_per_day": 60,
    "desired_retention": 0.85,
    "scheduler": "sm2",
    "maximum_interval_days": 365,
    "easy_days": [100, 100, 100, 100, 100, 50, 0],
    "cards_from_answers": False,
    "reminder_hour": 0,
    "email_reminders": True,
    "email_summaries": True,
    "email_news": True,
    "email_shares": False,
}


async def change(person: Person, **changes: object) -> dict[str, Any]:
    answer = await person.client.patch(PATH, json=changes)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_another_scheduler_rebuilds_the_cards(student: Person, database: AsyncEngine) -> None:
    async def rebuilds() -> int:
        return [job.name for job in await in_queue(database)].count("rebuild_cards")

    before = await rebuilds()
    await change(student, desired_retention=0.85)
    assert await rebuilds() == before
    await change(student, scheduler="sm2")
    assert await rebuilds() == before + 1


async def test_each_preference_is_changed_by_itself(student: Person) -> None:
    assert (await student.client.get(PATH)).json() == DEFAULTS
    expected: dict[str, object] = {**DEFAULTS}
    for name, value in CHOSEN.items():
        expected[name] = value
        assert await change(student, **{name: value}) == expected
    assert (await student.client.get(PATH)).json() == CHOSEN
    assert await change(student) == CHOSEN
    assert (await change(student, time_zone=None))["time_zone"] is None


async def test_preferences_are_each_person_s_own(student: Person, teacher: Person) -> None:
    await change(student, theme="dark")
    await change(teacher, theme="light")
    assert (await student.client.get(PATH)).json()["theme"] == "dark"


async def test_first_changes_at_the_same_time_are_all_kept(student: Person) -> None:
    await asyncio.gather(*(change(student, **{name: CHOSEN[name]}) for name in CHOSEN))
    assert (await student.client.get(PATH)).json() == CHOSEN


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("locale", "de", "unknown_value"),
        ("theme", "neon", "unknown_value"),
        ("time_zone", "Mars/Olympus", "unknown_time_zone"),
        ("time_zone", "", "unknown_time_zone"),
        ("time_zone", "../../etc/passwd", "unknown_time_zone"),
        ("daily_goal_minutes", 0, "too_small"),
        ("daily_goal_minutes", 241, "too_large"),
        ("new_cards_per_day", 201, "too_large"),
        ("reviews_per_day", -1, "too_small"),
        ("desired_retention", 0.98, "too_large"),
        ("desired_retention", 0.79, "too_small"),
        ("scheduler", "leitner", "unknown_value"),
        ("maximum_interval_days", 0, "too_small"),
        ("easy_days", [100] * 6, "too_short"),
        ("reminder_hour", 24, "too_large"),
        ("email_news", "yes", "wrong_type"),
        ("colour", "red", "unknown_field"),
    ],
)
async def test_a_wrong_preference_is_refused_by_its_field(
    student: Person, name: str, value: object, code: str
) -> None:
    answer = await student.client.patch(PATH, json={"theme": "dark", name: value})
    assert faults(answer) == {name: code}
    assert (await student.client.get(PATH)).json() == DEFAULTS


async def test_every_offered_time_zone_can_be_chosen(student: Person) -> None:
    zones = (await student.client.get(f"{PATH}/time-zones")).json()
    assert {"UTC", "Asia/Jakarta", "Europe/Berlin"} <= set(zones)
    assert zones == ["UTC", *sorted(zones[1:])]
    for zone in (zones[0], zones[1], zones[-1], "Asia/Calcutta"):
        assert (await change(student, time_zone=zone))["time_zone"] == zone


async def test_a_profile_is_changed_by_field(student: Person) -> None:
    profile = {
        "full_name": "Siti Rahayu",
        "current_level": "B1",
        "learning_goals": ["Talk with customers", "IELTS 6.5"],
        "language_code": "id",
    }
    for name, value in profile.items():
        answer = await student.client.patch("/api/me", json={name: value})
        assert answer.json()[name] == value, answer.text
    me = (await student.client.get("/api/me")).json()
    assert {name: me[name] for name in profile} == profile
    cleared: dict[str, object] = {
        "current_level": None,
        "language_code": None,
        "learning_goals": [],
    }
    changed = (await student.client.patch("/api/me", json=cleared)).json()
    assert changed == me | cleared
    assert (await student.client.patch("/api/me", json={})).json() == changed


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("full_name", " ", {"full_name": "bad_format"}),
        ("full_name", "x" * 101, {"full_name": "too_long"}),
        ("current_level", "D1", {"current_level": "unknown_value"}),
        ("language_code", "Indonesian", {"language_code": "bad_format"}),
        ("learning_goals", ["goal"] * 11, {"learning_goals": "too_long"}),
        ("learning_goals", ["Travel", ""], {"learning_goals[1]": "too_short"}),
        ("role", "super_admin", {"role": "unknown_field"}),
        ("email", "other@kuis.example", {"email": "unknown_field"}),
    ],
)
async def test_a_wrong_profile_is_refused_by_its_field(
    student: Person, name: str, value: object, fault: dict[str, str]
) -> None:
    before = (await student.client.get("/api/me")).json()
    assert faults(await student.client.patch("/api/me", json={name: value})) == fault
    assert (await student.client.get("/api/me")).json() == before


async def page(person: Person, **cookies: str) -> httpx.Response:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    return await person.client.get("/account", headers=headers)


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    pairs = (line.split(";")[0].split("=", 1) for line in answer.headers.get_list("set-cookie"))
    return dict(pairs)


async def test_pages_follow_the_account_on_all_devices_at_once(student: Person) -> None:
    assert set_cookies(await page(student, kuis_lang="en", kuis_theme="light")) == {}
    await change(student, locale="id", theme="dark")
    answer = await page(student, kuis_lang="en", kuis_theme="light")
    assert '<html lang="id"' in answer.text
    assert 'data-theme="dark"' in answer.text
    assert set_cookies(answer) == {"kuis_lang": "id", "kuis_theme": "dark"}
    assert set_cookies(await page(student, kuis_lang="id", kuis_theme="dark")) == {}
    await change(student, theme="system")
    answer = await page(student, kuis_lang="id", kuis_theme="dark")
    assert "data-theme" not in answer.text
    assert set_cookies(answer) == {"kuis_theme": "system"}


async def test_a_sign_in_brings_them_along(client: httpx.AsyncClient, redis: Redis) -> None:
    """Also where nothing is known of the account yet."""
    person = {"email": "ani@kuis.example", "password": "correct horse battery"}
    assert (await client.post("/api/auth/register", json=person | {"full_name": "Ani"})).is_success
    assert (await client.patch(PATH, json={"locale": "id"})).is_success
    client.cookies.clear()
    async for key in redis.scan_iter(match="kuis:account:*"):
        await redis.delete(key)
    assert (await client.post("/api/auth/login", json=person)).is_success
    assert '<html lang="id"' in (await client.get("/account")).text


async def test_a_name_changes_on_pages_at_once(student: Person) -> None:
    await student.client.patch("/api/me", json={"full_name": "Siti Rahayu"})
    assert '"full_name":"Siti Rahayu"' in (await page(student)).text


async def test_switches_of_the_scheduler_are_counted(
    student: Person, database: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit("test-switches", 2, 3600)
    monkeypatch.setattr("server.actions.user_preferences.SWITCHES_OF_LEARNER", limit)
    for scheduler in ("fsrs", "sm2", "sm2", "fsrs", "fsrs"):
        assert (await change(student, scheduler=scheduler))["scheduler"] == scheduler
    rebuilt = [job.name for job in await in_queue(database) if job.name == "rebuild_cards"]
    assert len(rebuilt) == 2, "nothing is rebuilt for what stays"
    often = await student.client.patch(PATH, json={"scheduler": "sm2"})
    assert problem(often) == (429, "rate_limited")
    assert (await student.client.get(PATH)).json()["scheduler"] == "fsrs"


async def test_a_page_asks_the_database_nothing(app: Litestar, student: Person) -> None:
    await change(student, locale="id")
    statements: list[str] = []
    engine = app.state.connections.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert '<html lang="id"' in (await page(student)).text
    assert statements == []
