"""What axe calls serious on a page, in the light and in the dark."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.web.conftest import settled

AXE = Axe().axe_script
SERIOUS = {"serious", "critical"}
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast"]
"""All that a theme can change: the page is the same otherwise."""


async def violations(page: Page) -> list[str]:
    """Looked for once nothing moves any more: half-drawn colours are no finding."""
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    in_the_dark = await _found(page, "dark", COLOURS)
    await page.emulate_media(color_scheme="light")
    return in_the_dark + await _found(page, "light", ALL)


async def _found(page: Page, theme: str, rules: list[str]) -> list[str]:
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)
    await settled(page)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found = await page.evaluate(
        "async (options) => (await axe.run(options)).violations",
        {"runOnly": rules, "resultTypes": ["violations"]},
    )
    nameless = await page.locator('dialog[open]:not([aria-label]:not([aria-label=""]))').count()
    return ["a dialog without a name"] * nameless + [
        f"{theme}: {violation['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
