"""Seats as the pages show them: a lost welcome, who is absent, and a room's new code."""

import json

import httpx
import pytest
from playwright.async_api import WebSocketRoute, expect

from game.live import batched_calls
from server.live.error_codes import CloseCode
from tests.e2e.school import Teacher
from tests.web.conftest import DROPPED, PHONE, PROJECTOR, Network, People
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
    # On a shared device the next pupil must not get this seat.
    key = await phone.evaluate("(code) => localStorage.getItem(`kuis.key.${code}`)", teacher.code)
    assert key is None


async def test_the_host_removes_who_is_absent_but_not_yet_who_has_just_left(
    teacher: Teacher, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:1]))
    host = await people.host(teacher.session)
    here, away = await teacher.player("Here"), await teacher.player("Away")
    await expect(host.locator(".gathering")).to_contain_text("2 players are here")
    bar = host.locator(".host-bar")
    with monkeypatch.context() as patched:
        patched.setattr(batched_calls, "ABSENT_MS", 0)
        await away.close()
        await expect(bar).to_contain_text("1 absent")
    await bar.get_by_role("button", name="Players").click()
    dialog = host.get_by_role("dialog").first
    await expect(dialog.locator(".absent")).to_contain_text("Away")

    async def remove_the_absent() -> None:
        await dialog.get_by_role("button", name="Remove the absent").click()
        question = host.get_by_role("dialog").filter(has_text="Remove the absent?")
        await question.get_by_role("button", name="Remove the absent").click()

    await remove_the_absent()
    await expect(dialog.locator(".absent")).to_have_count(0)
    await expect(dialog).to_contain_text("Here")
    back = await teacher.connect()
    await back.send("resume", token=away.token)
    await back.refused("not_joined", "resume")
    await here.quiet()

    await here.close()
    await expect(dialog.locator(".absent")).to_contain_text("Here")
    await remove_the_absent()
    said = host.get_by_text("Nobody has been away for half a minute yet.")
    await expect(said).to_be_visible()
    assert await said.evaluate("said => Boolean(said.closest(':popover-open'))")  # before the sheet
    await dialog.get_by_role("button", name="Close").click()
    await expect(bar).to_contain_text("1 absent")
    host_page = await teacher.host()
    await host_page.send("end")
    await expect(bar).to_contain_text("See results")
    await expect(bar).not_to_contain_text("absent")


async def test_who_was_removed_is_told_so_until_the_host_lets_them_back_in(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:1]))
    host = await people.host(teacher.session)
    phone = await people.open(f"/play/{teacher.code}", PHONE)

    async def join() -> None:
        await phone.get_by_label("Your name in the game").fill("Rude")
        await phone.get_by_role("button", name="I'm in").click()

    await join()
    await expect(phone.get_by_role("heading", name="Rude")).to_be_visible()
    await host.locator(".host-bar").get_by_role("button", name="Players").click()
    dialog = host.get_by_role("dialog").first
    await dialog.get_by_role("button", name="Remove Rude").click()
    question = host.get_by_role("dialog").filter(has_text="Remove Rude?")
    await question.get_by_role("button", name="Remove").click()
    told = phone.get_by_role("heading", name="You were removed from this game")
    await expect(told).to_be_visible()
    await phone.reload()
    await join()
    await expect(told).to_be_visible()
    await dialog.get_by_role("button", name="Let Rude back in").click()
    await expect(dialog.locator(".removed")).to_have_count(0)
    await phone.reload()
    await join()
    await expect(phone.get_by_role("heading", name="Rude")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Remove Rude")).to_be_visible()


async def test_a_new_code_shuts_the_old_one(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:1]))
    old = teacher.code
    host = await people.host(teacher.session)
    screen = await people.open(f"/screen/{old}", PROJECTOR)
    await expect(screen.get_by_label(f"Game code {old}")).to_be_visible()
    network = Network()
    phone = await people.player(old, "Ana", network)
    await host.get_by_role("button", name="Players").click()
    await host.get_by_role("dialog").get_by_role("button", name="New code").click()
    question = host.get_by_role("dialog").filter(has_text=f"Nobody can join with {old}")
    await question.get_by_role("button", name="New code").click()
    await expect(screen.get_by_label(f"Game code {old}")).to_have_count(0)
    new = str((await teacher.http.get(f"/api/sessions/{teacher.session}")).json()["code"])
    assert new != old
    assert new[0].isdigit()
    for wall in (host, screen):
        await expect(wall.get_by_label(f"Game code {new}")).to_be_visible()
    assert screen.url.endswith(f"/screen/{new}")

    assert (await teacher.http.get(f"/api/rooms/{old}")).status_code == httpx.codes.NOT_FOUND
    for hello in ({"type": "join", "nickname": "Late"}, {"type": "watch"}):
        stranger = await teacher.connect()
        await stranger.raw(json.dumps(hello))
        assert await stranger.closed() == CloseCode.NO_SUCH_ROOM

    await network.cut()
    network.mend()  # who is in comes back by the old code, on which the phone still is
    await phone.reload()
    await expect(phone.get_by_role("heading", name="Ana")).to_be_visible()
    await screen.reload()
    await host.reload()
    for wall in (host, screen):
        await expect(wall.get_by_label(f"Game code {new}")).to_be_visible()
    late = await people.player(new, "Late")
    await expect(late.get_by_role("heading", name="Late")).to_be_visible()


async def test_after_garbled_messages_a_page_asks_for_a_reload_and_comes_back(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:1]))
    network = Network()
    phone = await people.player(teacher.code, "Ana", network)
    host = await people.host(teacher.session, network)
    screen = await people.open(f"/screen/{teacher.code}", PROJECTOR, network=network)
    for wall in (host, screen):
        await expect(wall.locator(".names")).to_contain_text("Ana")
    network.garble()
    for page in (phone, host, screen):
        await expect(page.get_by_role("heading", name="The connection has ended")).to_be_visible()
        await page.get_by_role("link", name="Reload").click()
    await expect(phone.get_by_role("heading", name="Ana")).to_be_visible()
    for wall in (host, screen):
        await expect(wall.locator(".names")).to_contain_text("Ana")
