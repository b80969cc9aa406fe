"""The second click of a double click, when the first one has changed what is there."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.web.modules import run

MAKE = """
    const root = document.body.appendChild(document.createElement("main"));
    let [shown, clicks] = ["one", []];
    m.ignoreStraySecondClicks(root, () => shown);
    const button = root.appendChild(document.createElement("button"));
    const click = (detail) => button.dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
"""  # noqa: E501


@pytest.mark.parametrize(
    ("leads", "details", "heard"),
    [
        (True, (1, 2, 3), ["one"]),
        (True, (1, 1), ["one", "one+"]),
        (False, (1, 2, 1), ["one", "one", "one"]),
        (True, (0, 0), ["one", "one+"]),  # with the keyboard
    ],
)
async def test_it_is_for_what_was_there_at_the_first(
    blank: Page, *, leads: bool, details: tuple[int, ...], heard: list[str]
) -> None:
    script = """
        root.addEventListener("click", () => { clicks.push(shown); if (given[0]) shown += "+"; });
        given[1].forEach(click);
        return clicks;"""
    found: Any = await run(blank, "ui/second-clicks.js", MAKE + script, [leads, details])
    assert found == heard
