"""The address that the lobby shows to players."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.async_api import Page, expect

from server import addresses
from server.api import rooms
from server.settings import Settings
from tests.conftest import RunningServer
from tests.e2e.school import ALL_KINDS, Teacher

LAN = "192.168.7.7"


@pytest.fixture
def server(
    request: pytest.FixtureRequest, serve: Callable[[Settings], RunningServer], settings: Settings
) -> RunningServer:
    return serve(msgspec.structs.replace(settings, **getattr(request, "param", {})))


async def test_a_loopback_address_is_not_what_phones_are_told(
    teacher: Teacher, page: Page, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lan_address", lambda: LAN)
    await teacher.open(await teacher.write([ALL_KINDS[0]]))
    own = f"{LAN}:{server.settings.port}"
    await page.goto(f"{server.url}/screen/{teacher.code}")
    await expect(page.locator(".at b")).to_have_text(own)
    await expect(page.locator(".unreachable")).to_have_count(0)
    code = await teacher.http.get(f"/api/rooms/{teacher.code}/qr.svg")
    assert code.content == rooms.qr_svg(f"http://{own}/?code={teacher.code}")

    await page.goto(f"{server.page_url}/screen/{teacher.code}")
    await expect(page.locator(".at b")).to_have_text(server.page_url.removeprefix("http://"))


@pytest.mark.parametrize("server", [{"host": "127.0.0.1"}], indirect=True)
async def test_the_lobby_says_when_phones_cannot_come(
    teacher: Teacher, page: Page, server: RunningServer
) -> None:
    await teacher.open(await teacher.write([ALL_KINDS[0]]))
    await page.goto(f"{server.url}/screen/{teacher.code}")
    await expect(page.get_by_role("note")).to_contain_text("No phone can open this address")
