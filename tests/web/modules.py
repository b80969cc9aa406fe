"""Runs single modules of the pages, without their pages."""

from typing import Any

from playwright.async_api import Page

from server.web.static import read_static


async def run(page: Page, module: str, body: str, argument: object = None) -> Any:  # noqa: ANN401  # JSON
    """What `body` returns, with the module as `m` and the argument as `given`."""
    script = f"async ([path, given]) => {{ const m = await import(path); {body} }}"
    return await page.evaluate(script, [read_static().url(module), argument])
