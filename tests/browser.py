"""A Chromium for the tests of the pages."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Playwright
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
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
]
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
