"""A class learns the deck of its teacher, who adds a note later and sees what was forgotten."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Route, expect
from sqlalchemy import func, text, update

from game.rules.decks import LEARNERS_MIN
from persistence.database import SessionFactory
from persistence.models import Card
from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD, Teacher
from tests.web.accessibility import violations
from tests.web.cards.learners import Learner, all_sent, register
from tests.web.conftest import PHONE, PROJECTOR, People

NOTES = [
    {"front": front, "back": back} for front, back in (("Kanada", "Ottawa"), ("Mesir", "Kairo"))
]
YESTERDAY = func.now() - text("interval '1 day'")


async def grade_all(http: httpx.AsyncClient, forgotten: set[str]) -> None:
    queue: dict[str, Any] = (await http.get("/api/cards/queue")).json()
    for card in queue["cards"]:
        rating = "again" if card["note"]["front"] in forgotten else "easy"
        body = {"key": str(uuid4()), "rating": rating, "version": card["version"], "took_ms": 900}
        (await http.post(f"/api/cards/{card['id']}/grades", json=body)).raise_for_status()


@pytest.mark.slow
async def test_a_class_with_a_shared_deck(
    teacher: Teacher, server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    deck = (await teacher.http.post("/api/decks", json={"title": "Ibu kota"})).json()
    await teacher.http.post(f"/api/decks/{deck['id']}/notes", json={"notes": NOTES})
    page = await people.open(f"/decks/{deck['id']}", PROJECTOR, signed_in=True)
    await page.locator("summary", has_text="Share").click()
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_alt_text("QR code of this link")).to_be_visible()
    link = await page.get_by_label("Link to this deck").input_value()
    link = link[link.index("/decks") :]

    students = [
        await register(server, {"email": f"s{n}@school.example", "password": PASSWORD})
        for n in range(LEARNERS_MIN)
    ]
    for student in students:
        async with client_of(server, student) as http:
            (await http.post(f"/api{link}/subscription")).raise_for_status()
            await grade_all(http, set())
    async with session_factory.begin() as db:
        await db.execute(update(Card).where(Card.reviews > 0).values(due_at=YESTERDAY))
    for student in students:
        async with client_of(server, student) as http:
            await grade_all(http, {"Kanada"})
    await page.reload()
    await expect(page.locator(".difficult > li")).to_have_count(1)
    await expect(page.locator(".difficult")).to_contain_text("Kanada")
    assert await violations(page) == []

    await page.get_by_role("button", name="New note").click()
    sheet = page.get_by_role("dialog")
    await sheet.get_by_label("Front").fill("Jepang")
    await sheet.get_by_label("Back").fill("Tokyo")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".note-list")).to_contain_text("Jepang")

    phone = await people.open("/sign-in", PHONE)
    await people.sign_in(phone.context, {"email": "s0@school.example", "password": PASSWORD})
    await phone.goto("/decks")
    await phone.get_by_role("link", name="Review Ibu kota").click()
    await expect(phone.get_by_text("Jepang")).to_be_visible()
    await phone.keyboard.press("Space")
    await expect(phone.get_by_text("Tokyo")).to_be_visible()
    await phone.keyboard.press("4")
    await all_sent(phone)
    assert people.troubles == []


def client_of(server: RunningServer, student: Learner) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, cookies=student.cookies, timeout=30)


async def test_what_is_forgotten_is_asked_for_once_and_keeps_nobody_waiting(
    teacher: Teacher, server: RunningServer, people: People
) -> None:
    deck = (await teacher.http.post("/api/decks", json={"title": "Ibu kota"})).json()
    address = f"/api/decks/{deck['id']}"
    notes = [{"front": f"Kota {number}", "back": "x"} for number in range(1, 10)]
    await teacher.http.post(f"{address}/notes", json={"notes": notes})
    shared = (await teacher.http.patch(address, json={"is_shared": True})).json()
    student = await register(server, {"email": "s0@school.example", "password": PASSWORD})
    async with client_of(server, student) as http:
        link = f"/api/decks/shared/{shared['share_code']}/subscription"
        (await http.post(link)).raise_for_status()
    difficult = {"note_id": str(uuid4()), "front": "Kanada", "is_reversed": False, "forgotten": 0.4}
    computed, asked = asyncio.Event(), 0

    async def compute(route: Route) -> None:
        nonlocal asked
        asked += 1
        await computed.wait()
        await route.fulfill(json={"items": [difficult], "learner_count": 1})

    page = await people.open("/decks", PROJECTOR, signed_in=True)
    await page.route("**/difficulties", compute)
    await page.goto(f"/decks/{deck['id']}")
    found = page.locator(".note-list > li")
    await expect(found).to_have_count(len(notes))
    await page.get_by_role("searchbox").fill("Kota 7")
    await expect(found).to_have_count(1)
    computed.set()
    await expect(page.locator(".difficult")).to_contain_text("Kanada")
    await page.get_by_role("searchbox").fill("Kota")
    await expect(found).to_have_count(len(notes))
    await expect(page.locator(".difficult")).to_be_visible()
    assert asked == 1
