"""axe finds no serious violation on the pages of a live game, in both themes."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.e2e.school import Teacher
from tests.web.conftest import PHONE, PROJECTOR, People, settled, step
from tests.web.games import UNHURRIED

SERIOUS = {"serious", "critical"}
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def violations(page: Page) -> list[str]:
    """Looked for once nothing moves any more: half-drawn colours are no finding."""
    await settled(page)
    found = await Axe().run(page, options=STANDARD)
    return [
        f"{violation['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for violation in found.response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def dress(page: Page, theme: str) -> None:
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)


async def test_every_screen_of_a_game(teacher: Teacher, people: People, theme: str) -> None:
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
    for page in (join, name, phone, host, screen):
        await dress(page, theme)
    found["join"], found["name"] = await violations(join), await violations(name)

    async def look(moment: str) -> None:
        for who, page in (("phone", phone), ("host", host), ("screen", screen)):
            found[f"{who} in {moment}"] = await violations(page)

    await look("lobby")
    for question in kinds:
        await step(host)
        await expect(phone.locator(".asked")).to_be_visible()
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
