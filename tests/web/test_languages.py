"""Names of languages, also of codes that the server accepts and browsers do not know."""

import pytest
from playwright.async_api import Page

from tests.web.modules import run


@pytest.mark.parametrize(("code", "name"), [("pt-BR", "Brazilian Portuguese"), ("en-1", "en-1")])
async def test_each_code_has_a_name(blank: Page, code: str, name: str) -> None:
    found = await run(blank, "ui/languages.js", "return m.languageName(given);", code)
    assert found == name


async def test_a_code_that_is_no_language_stays_among_the_choices(blank: Page) -> None:
    found = await run(blank, "ui/languages.js", "return m.languages(given);", "aa-b")
    assert ["aa-b", "aa-b"] in found
