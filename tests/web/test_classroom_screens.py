"""Host and projector in front of a class: they show the same, and all of it can be read."""

from playwright.async_api import expect

from tests.e2e.school import Json, Teacher
from tests.web.conftest import PROJECTOR, People, step

ONE: Json = {
    "type": "multiple_choice",
    "stem": "Which planet is the largest?",
    "time_limit": 300,
    "choices": [{"text": "Saturn"}, {"text": "Jupiter", "is_correct": True}],
}
A_WHILE_MS = 60_000


async def test_the_projector_shows_what_the_host_shows(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE, ONE]))
    await teacher.player("Ana")
    host = await people.host(teacher.session)
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await wall.clock.install()
    await wall.reload()
    await step(host)
    await step(host)
    await expect(wall.locator(".revealed")).to_be_visible()
    await wall.clock.run_for(A_WHILE_MS)
    await expect(wall.locator(".revealed")).to_be_visible()

    await step(host)
    await expect(host.locator(".places")).to_be_visible()
    await expect(wall.locator(".places")).to_be_visible()
    await wall.reload()
    late = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    for page in (wall, late):
        await expect(page.locator(".places")).to_contain_text("Ana")
    await host.get_by_role("button", name="Back to the answers").click()
    for page in (host, wall, late):
        await expect(page.locator(".revealed")).to_be_visible()
    await host.reload()
    await step(host)
    await step(host)
    for page in (host, wall, late):
        await expect(page.locator(".asked")).to_be_visible()
    assert people.troubles == []


async def test_a_room_that_goes_on_by_itself_shows_the_places_first(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE, ONE]), auto_advance=True, auto_advance_ms=4_000)
    ana = await teacher.player("Ana")
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    host = await teacher.host()
    await host.send("start")
    await ana.hears("question")
    await ana.send("answer", question=0, response="b")
    await expect(wall.locator(".revealed")).to_be_visible()
    await expect(wall.locator(".places")).to_contain_text("Ana")
    await expect(wall.locator(".asked")).to_be_visible()
