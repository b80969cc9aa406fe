"""A Chromium for the tests of the pages."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, ViewportSize
from playwright.sync_api import Playwright as SyncPlaywright

PLAIN_HOST = "kuis.test"
"""This machine by a name that is not loopback, as the pages are opened in a classroom: over plain
HTTP browsers keep some of their interfaces (`crypto.randomUUID`) from such pages."""
DISABLED = [
    # Playwright's own, as far as they matter here; an argument of ours takes the place of its list.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    # Windows of nobody's, drawn with each new page; they take as long as the page itself.
    "SpareRendererForSitePerProcess",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(DISABLED)}",
    "--disable-sync",
    "--renderer-process-limit=1",  # one for all pages of a context
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
]
FORGET = """async () => {
    localStorage.clear();
    if (!isSecureContext) return;
    const workers = await navigator.serviceWorker.getRegistrations();
    await Promise.all(workers.map((each) => each.unregister()));
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}"""
WIDE = ViewportSize(width=1280, height=720)
PROGRAMS = (
    "chromium-headless-shell",  # takes a quarter of the time for a new page
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def chromium_path(playwright: Playwright | SyncPlaywright) -> str:
    """The program to launch: the machine's own, else the one that Playwright downloaded.

    Without either the tests of the pages are skipped, but never in continuous integration.
    """
    for found in map(shutil.which, PROGRAMS):
        if found is not None:
            return found
    downloaded = playwright.chromium.executable_path
    if Path(downloaded).exists():
        return downloaded
    reason = "no Chromium: install `chromium`, or run `.venv/bin/playwright install chromium`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


class Contexts:
    """Browsers of people, used again by later tests with nothing left of who had them before.

    The first page of a new one takes twice the CPU of the next: it starts a process, and its cache
    is empty. So each keeps a page open, which keeps the process. Nothing moves by itself: it
    would be drawn 60 times a second while a test waits for something else.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[str, list[tuple[BrowserContext, Page]]] = {}
        self._lent: list[tuple[str, BrowserContext, Page]] = []

    async def take(self, base_url: str, viewport: ViewportSize = WIDE) -> Page:
        """An empty page of a person of their own; its relative addresses are of `base_url`."""
        if idle := self._idle.get(base_url):
            context, first = idle.pop()
        else:
            context = await self._browser.new_context(
                base_url=base_url, locale="en-GB", reduced_motion="reduce"
            )
            first = await context.new_page()
            await first.goto("/static/-/images/icon.svg")
        self._lent.append((base_url, context, first))
        page = await context.new_page()
        await page.set_viewport_size(viewport)
        return page

    async def take_back(self) -> None:
        """All that were taken, with their cookies and what their pages stored."""
        while self._lent:
            base_url, context, first = self._lent.pop()
            for page in context.pages:
                if page is not first:
                    await page.close()
            if await first.evaluate("'__pwClock' in window"):
                await context.close()  # its clock cannot be given back
            else:
                await context.set_offline(offline=False)
                await context.clear_cookies()
                await first.evaluate(FORGET)
                self._idle.setdefault(base_url, []).append((context, first))
