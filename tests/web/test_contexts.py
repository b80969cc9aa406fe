"""A browser that served one test serves the next as if it were new."""

from tests.browser import Contexts
from tests.web.conftest import PHONE, People


async def test_nothing_is_left_in_a_browser_for_the_next(
    people: People, contexts: Contexts
) -> None:
    page = await people.open("/", PHONE)
    before = page.context
    await page.evaluate("localStorage.setItem('a', 'b'); document.cookie = 'a=b'")
    await before.set_offline(offline=True)
    await contexts.take_back()
    page = await people.open("/", PHONE)
    assert page.context is before
    assert await page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    await page.clock.install()
    await contexts.take_back()
    page = await people.open("/", PHONE)
    assert page.context is not before
