"""How pages ask the API, without a page of their own."""

import pytest
from playwright.async_api import Page

from tests.web.modules import run


@pytest.mark.parametrize(
    ("template", "given", "address"),
    [
        ("/api/me", {}, "/api/me"),
        ("/api/a/{id}/b", {"path": {"id": "x/../y?"}}, "/api/a/x%2F..%2Fy%3F/b"),
        (
            "/api/a",
            {"query": {"page": 2, "all": True, "search": "a&b"}},
            "/api/a?page=2&all=true&search=a%26b",
        ),
    ],
)
async def test_parameters_stand_in_their_places(
    blank: Page, template: str, given: object, address: str
) -> None:
    body = "return m.address(given[0], given[1]);"
    assert await run(blank, "ui/api.js", body, [template, given]) == address
