"""The code in the address of a room's or a homework's page."""

import pytest
from playwright.async_api import Page

from tests.web.modules import run


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/play/KQ7M2X", "KQ7M2X"),
        ("/homework/kq%207m2x", "KQ 7M2X"),  # as somebody typed it
        ("/screen/KQ%E0", "KQ%E0"),  # cut in the middle of a letter
        ("/play/", ""),
    ],
)
async def test_it_is_read_whatever_stands_there(blank: Page, address: str, code: str) -> None:
    script = 'history.replaceState(null, "", given); return m.codeInAddress();'
    assert await run(blank, "sessions/code-in-address.js", script, address) == code
