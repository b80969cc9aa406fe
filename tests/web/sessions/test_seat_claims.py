"""Guests who keep what they missed, because they sign up or in."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD, Teacher
from tests.server.live.client import Client
from tests.web.accessibility import violations
from tests.web.conftest import People

QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "multiple_choice",
        "stem": stem,
        "time_limit": 120,
        "choices": [{"text": right, "is_correct": True}, {"text": wrong}],
    }
    for stem, right, wrong in (
        ("Capital of Indonesia?", "Jakarta", "Hanoi"),
        ("The largest planet?", "Jupiter", "Mars"),
        ("Which gas do plants take in?", "Carbon dioxide", "Oxygen"),
    )
]
STUDENT = {"email": "citra@school.example", "password": PASSWORD}


async def play(host: Client, phones: dict[Page, list[str]]) -> None:
    """The game, with the texts of the choices that are tapped on each phone."""
    await host.send("start")
    for index, question in enumerate(QUESTIONS):
        for phone, taps in phones.items():
            await expect(phone.get_by_role("heading", name=question["stem"])).to_be_visible()
            await phone.get_by_role("button", name=taps[index]).click()
        await host.hears("reveal")
        await host.send("next")
    await host.hears("finished")


@pytest.mark.usefixtures("worker")
@pytest.mark.slow
async def test_what_a_guest_missed_belongs_to_the_account_that_claims_it(
    teacher: Teacher, people: People, server: RunningServer
) -> None:
    await teacher.open(await teacher.write(QUESTIONS, "A bit of everything"))
    host = await teacher.host()
    ani, budi = [await people.player(teacher.code, name) for name in ("Ani", "Budi")]
    await play(
        host, {ani: ["Jakarta", "Mars", "Oxygen"], budi: ["Hanoi", "Jupiter", "Carbon dioxide"]}
    )

    await expect(ani.get_by_role("heading", name="Keep what you missed")).to_be_visible()
    assert await violations(ani) == []
    await ani.get_by_role("link", name="Sign up and keep them").click()
    await ani.get_by_label("Your name").fill("Ani")
    await ani.get_by_label("Email").fill("ani@school.example")
    await ani.get_by_label("Password", exact=True).fill(PASSWORD)
    await ani.get_by_role("button", name="Create account").click()
    await expect(ani.get_by_text("“A bit of everything” is in your account now.")).to_be_visible()
    await expect(ani.get_by_role("heading", name="2 cards are due")).to_be_visible()
    await expect(ani.locator(".played")).to_contain_text("A bit of everything")
    assert await violations(ani) == []

    # Somebody else signs in on the device with which Budi played.
    async with httpx.AsyncClient(base_url=server.url) as http:
        registration = STUDENT | {"full_name": "Citra", "role": "student"}
        (await http.post("/api/auth/register", json=registration)).raise_for_status()
    await expect(budi.get_by_role("heading", name="Keep what you missed")).to_be_visible()
    await people.sign_in(budi.context, STUDENT)
    await budi.goto("/dashboard")
    offer = budi.get_by_text("Somebody played “A bit of everything” as Budi on this device.")
    await expect(offer).to_be_visible()
    assert await violations(budi) == []
    await budi.get_by_role("button", name="That was me, keep them").click()
    await expect(offer).to_have_count(0)
    await expect(budi.get_by_role("heading", name="1 card is due")).to_be_visible()
    await budi.reload()
    await expect(budi.get_by_role("heading", name="1 card is due")).to_be_visible()
    await expect(offer).to_have_count(0)
    assert people.troubles == []
