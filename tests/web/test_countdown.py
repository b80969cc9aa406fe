"""The ring of a countdown shows the time that is left."""

from playwright.async_api import Browser

from tests.browser import PLAIN_HOST
from tests.web import modules

MOUNTED = """
    const ring = document.createElement("countdown-ring");
    ring.setAttribute("from", Date.now());
    ring.setAttribute("to", Date.now() + given);
    document.documentElement.append(ring);
    const left = ring.querySelector(".left");
    globalThis.drawn = [];
    new MutationObserver(() => drawn.push(left.getAttribute("stroke-dasharray")))
        .observe(left, { attributes: true });
"""


async def test_a_ring_is_drawn_when_it_looks_different(browser: Browser) -> None:
    """Sixty times a second took a fifth of a core for as long as a question was open."""
    async with await browser.new_context(base_url=f"http://{PLAIN_HOST}") as context:
        await context.route("**/*", modules.serve)
        page = await context.new_page()
        await page.clock.install(time=0)
        await page.clock.pause_at(1000)
        await page.goto("/en")
        await modules.run(page, "ui/countdown-ring.js", MOUNTED, 20_000)
        await page.clock.run_for(10_000)
        drawn = await page.evaluate("drawn.map(parseFloat)")
        assert 100 < len(drawn) < 150
        assert await page.locator("countdown-ring").inner_text() == "10"
        assert drawn == sorted(drawn, reverse=True)
        assert 130 < drawn[-1] < 134  # of 264
        await page.clock.run_for(9_000)
        assert await page.locator("countdown-ring").inner_text() == "1"
        await page.clock.run_for(1_000)
        assert await page.locator("countdown-ring").inner_text() == "0"
        done = len(await page.evaluate("drawn"))
        await page.clock.run_for(10_000)
        assert len(await page.evaluate("drawn")) == done
