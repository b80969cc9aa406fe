"""What a review session stores on a device, whatever the browser lets it."""

from typing import Any

from playwright.async_api import Page, expect

from tests.web.modules import run

MAKE = """
    const { boot } = await import(path.replace("cards/device-storage.js", "ui/boot.js"));
    localStorage.clear();
    const session = (steps, scope = "") => ({ scope, steps, queue: [] });
    const entry = { id: "1", number: 1, key: "1", title: "x".repeat(300) };
    const stored = () => Object.keys(localStorage).map((name) => name.split(".")[3] ?? name);
"""


async def storage(page: Page, script: str) -> Any:  # noqa: ANN401  # JSON
    return await run(page, "cards/device-storage.js", MAKE + script)


async def test_a_session_of_another_version_of_the_pages_is_not_read(blank: Page) -> None:
    """It may have another shape. Its grades are sent all the same."""
    script = """
        boot.version = "one"; m.storeSession(session([])); m.storeEntry(entry);
        const same = m.storedSession("");
        boot.version = "two";
        return [same, m.storedSession(""), m.storedEntries().length];"""
    assert await storage(blank, script) == [{"scope": "", "steps": [], "queue": []}, None, 1]


async def test_the_session_of_a_deck_leaves_that_with_all_cards(blank: Page) -> None:
    """Which is the one that is opened without a network."""
    script = """
        for (const scope of ["", "one", "two"]) m.storeSession(session([], scope));
        return ["", "one", "two"].map((scope) => m.storedSession(scope)?.scope ?? null);"""
    assert await storage(blank, script) == ["", None, "two"]


async def test_a_session_gives_way_to_a_grade_when_the_storage_is_full(blank: Page) -> None:
    """The session can be loaded again, the grade cannot."""
    script = """
        const set = localStorage.setItem;
        localStorage.__proto__.setItem = function (name, text) {
            const others = Object.keys(this).filter((each) => each !== name).map((each) => this[each].length);
            if (others.reduce((sum, n) => sum + n, text.length) > 1000) throw new Error("full");
            set.call(this, name, text);
        };
        m.storeSession(session(Array(400).fill(1)));
        const before = stored();
        m.storeEntry(entry);
        return [before.length, Object.keys(localStorage).map((name) => name.split(".")[3])];"""  # noqa: E501
    assert await storage(blank, script) == [1, ["entry"]]


async def test_of_a_session_that_is_too_large_the_next_cards_are_stored(blank: Page) -> None:
    script = """
        const set = localStorage.setItem;
        localStorage.__proto__.setItem = function (name, text) {
            if (text.length > 100_000) throw new Error("full");
            set.call(this, name, text);
        };
        const many = Array.from({ length: 200 }, (_, n) => ({ n, text: "x".repeat(500) }));
        m.storeSession({ ...session(many), queue: many });
        const { queue, steps } = m.storedSession("");
        return [Object.keys(localStorage).length, queue.length, queue[0].n, steps.length, steps.at(-1).n];"""  # noqa: E501
    assert await storage(blank, script) == [1, 50, 0, 50, 199]


async def test_what_could_not_be_stored_is_not_read_as_it_was_before(blank: Page) -> None:
    script = """
        m.storeSession(session([]));
        localStorage.__proto__.setItem = () => { throw new Error("full"); };
        m.storeSession(session([1]));
        return [m.storedSession("").steps, Object.keys(localStorage)];"""
    assert await storage(blank, script) == [[1], []]


async def test_a_tab_hears_when_another_one_has_signed_out_or_in(blank: Page) -> None:
    """Not of what another tab of the same learner stores."""
    other = await blank.context.new_page()
    await other.goto("/en")
    script = """
        m.whenForgotten(() => (document.title += "!"));
        m.storeSession(session([])); m.storeEntry(entry);"""
    await storage(blank, script)
    change = """(names) => {
        const [entry, mine] = Object.keys(localStorage).sort();
        localStorage.setItem(mine, "{}"); localStorage.removeItem(entry);
        localStorage.removeItem(mine); localStorage.setItem("end", "1"); localStorage.clear();
    }"""
    await other.evaluate(change)
    await expect(blank).to_have_title("Empty!!")
    await other.close()
