"""Seats as the pages show them: a lost welcome, who is absent, and a room's new code."""

from playwright.async_api import WebSocketRoute, expect

from tests.e2e.school import Teacher
from tests.web.conftest import DROPPED, PHONE, People
from tests.web.games import UNHURRIED


async def test_a_lost_welcome_costs_no_name(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:1]))
    host = await teacher.host()
    phone = await people.open(f"/play/{teacher.code}", PHONE)
    lost: list[str] = []

    async def lose_the_welcome(page: WebSocketRoute) -> None:
        room = page.connect_to_server()
        if lost:
            return

        async def drop(message: str | bytes) -> None:
            lost.append(str(message))
            await page.close(code=DROPPED)

        room.on_message(drop)

    await phone.route_web_socket("**/ws/rooms/*", lose_the_welcome)
    await phone.get_by_label("Your name in the game").fill("Ana")
    await phone.get_by_role("button", name="I'm in").click()
    await expect(phone.get_by_role("heading", name="Ana")).to_be_visible()
    assert '"welcome"' in lost[0]
    await host.send("start")
    await host.hears("question")
    assert [person["nickname"] for person in (await teacher.host()).welcomed["room"]["roster"]] == [
        "Ana"
    ]
