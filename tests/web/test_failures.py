"""Failures in a page are reported on the page."""

import pytest
from playwright.async_api import Page, expect

from tests.conftest import RunningServer
from tests.web.conftest import PHONE, People

THROWN = "setTimeout(() => { throw new Error('broken'); })"
REJECTED = "void Promise.reject(new Error('broken'))"
HARMLESS = "dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop limit' }))"


@pytest.mark.parametrize("failure", [THROWN, REJECTED])
async def test_what_nobody_caught_is_said_once(people: People, failure: str) -> None:
    page = await people.open("/", PHONE)
    for _ in range(2):
        await page.evaluate(f"() => {{ {failure} }}")
    await expect(page.locator(".failed")).to_have_count(1)
    await expect(page.get_by_role("alert")).to_contain_text(["", "Something on this page failed"])
    assert len(people.troubles) == 2
    await page.locator(".failed").get_by_role("button", name="Close").click()
    await expect(page.locator(".failed")).to_have_count(0)


async def test_a_module_that_does_not_come_is_said_in_the_readers_language(
    page: Page, server: RunningServer
) -> None:
    await page.context.add_cookies([{"name": "kuis_lang", "value": "id", "url": server.page_url}])
    await page.route("**/sessions/join.js", lambda route: route.abort())
    await page.goto("/")
    await expect(page.get_by_role("alert")).to_contain_text("Ada yang rusak di halaman ini")
    await page.unroute("**/sessions/join.js")
    await page.get_by_role("button", name="Muat ulang").click()
    await expect(page.locator("#code")).to_be_visible()
    await expect(page.locator(".failed")).to_have_count(0)


async def test_what_no_code_of_ours_threw_is_not_said(people: People) -> None:
    page = await people.open("/", PHONE)
    await page.evaluate(f"() => {{ {HARMLESS} }}")
    await expect(page.locator(".failed")).to_have_count(0)
