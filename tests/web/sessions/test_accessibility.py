"""axe finds no serious violation on the pages of a live game."""

import pytest
from playwright.async_api import expect

from tests.e2e.school import Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People, step
from tests.web.games import UNHURRIED


@pytest.mark.slow
async def test_every_screen_of_a_game(teacher: Teacher, people: People) -> None:
    kinds = [UNHURRIED[index] for index in (0, 2, 3, 5)]
    await teacher.open(await teacher.write(kinds))
    found: dict[str, list[str]] = {}

    join = await people.open("/", PHONE)
    name = await people.open(f"/play/{teacher.code}", PHONE)
    await expect(name.get_by_label("Your name in the game")).to_be_visible()
    phone = await people.player(teacher.code, "Ana")
    host, screen = (
        await people.host(teacher.session),
        await people.open(f"/screen/{teacher.code}", PROJECTOR),
    )
    await expect(screen.locator(".names")).to_contain_text("Ana")
    found["join"], found["name"] = await violations(join), await violations(name)

    async def look(moment: str) -> None:
        for who, page in (("phone", phone), ("host", host), ("screen", screen)):
            found[f"{who} in {moment}"] = await violations(page)

    await look("lobby")
    for question in kinds:
        await step(host)
        await expect(phone.locator(".open-question")).to_be_visible()
        await expect(host.locator(".tally")).to_be_visible()
        await look(question["type"])
        await step(host)
        await expect(phone.locator(".verdict")).to_be_visible()
        await expect(host.locator(".revealed")).to_be_visible()
        await look(f"reveal of {question['type']}")
        await step(host)
        await expect(host.locator(".places")).to_be_visible()
    found["places"] = await violations(host)
    await host.get_by_role("button", name="Players").click()
    found["people"] = await violations(host)
    await host.keyboard.press("Escape")
    await step(host)
    await expect(phone.locator(".over")).to_be_visible()
    await look("podium")
    assert {where: what for where, what in found.items() if what} == {}
