"""Only those are told that cards were made of what they missed who get them."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.web.modules import run, static

ROOM = {
    "phase": "finished",
    "finished": {"podium": []},
    "you": {"rank": 1, "score": 5, "correct": 1, "of": 2},
}
ON, OFF = {"cards_from_answers": True}, {"cards_from_answers": False}


@pytest.mark.parametrize(
    ("visitor", "told"),
    [
        ({"user": {"role": "student"}} | ON, ["in-reviews"]),
        ({"user": {"role": "student"}} | OFF, []),
        ({"user": {"role": "teacher"}} | ON, []),
        ({"user": None} | OFF, ["keep-mistakes"]),
    ],
)
async def test_the_end_of_a_game_says_where_what_was_missed_is(
    blank: Page, visitor: dict[str, Any], told: list[str]
) -> None:
    script = """
        const load = (name) => import(given.modules[name]);
        const [{ boot }, { render }] = await Promise.all(["boot", "html"].map(load));
        const { START } = await load("state");
        Object.assign(boot, given.visitor);
        const state = { ...START, link: "open", room: given.room, player: { id: "p" } };
        const root = document.createElement("div");
        render(root, m.view({ state, draft: null, now: 0, code: "234567", cards: 0 }));
        const told = root.querySelectorAll(".in-reviews, .keep-mistakes");
        return [...told].map(({ className }) => className);"""
    names = {"boot": "ui/boot.js", "html": "ui/html.js", "state": "sessions/room-state.js"}
    modules = {name: static().url(path) for name, path in names.items()}
    given = {"modules": modules, "visitor": visitor, "room": ROOM}
    assert await run(blank, "sessions/play-views.js", script, given) == told
