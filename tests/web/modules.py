"""Runs single modules of the pages, without their pages and without a server."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Page, Route

from server.web.catalogues import LOCALES, read_catalogues
from server.web.static import StaticFiles, page_headers, read_static
from tests.browser import PLAIN_HOST


@cache
def static() -> StaticFiles:
    return read_static()


@cache
def empty_page(locale: str) -> str:
    """A page with nothing but the texts of a language."""
    boot = {"locale": locale, "catalogue": read_catalogues()[locale], "page": "empty"}
    data = msgspec.json.encode(boot).decode().replace("<", "\\u003c")
    return (
        f'<!doctype html><html lang="{locale}"><title>Empty</title>'
        f'<script type="application/json" id="boot">{data}</script></html>'
    )


async def serve(route: Route) -> None:
    """Answer as a server would that has only static files and an empty page for each language."""
    path = urlsplit(route.request.url).path
    file = static().files.get(path.removeprefix(f"/static/{static().version}/"))
    if path.strip("/") in LOCALES:
        headers = page_headers(PLAIN_HOST, https=False) | {"Content-Type": "text/html"}
        await route.fulfill(body=empty_page(path.strip("/")), headers=headers)
    elif file is not None:
        await route.fulfill(body=file.body, content_type=file.media_type)
    else:
        await route.fulfill(status=404)


async def run(page: Page, module: str, body: str, argument: object = None) -> Any:  # noqa: ANN401  # JSON
    """What `body` returns, with the module as `m` and the argument as `given`."""
    script = f"async ([path, given]) => {{ const m = await import(path); {body} }}"
    return await page.evaluate(script, [static().url(module), argument])
