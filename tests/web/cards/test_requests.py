"""What a review session asks the server."""

from typing import Any

from playwright.async_api import Page

from tests.web.modules import run

SERVER = """
    const asked = [];
    let answers = {};
    globalThis.fetch = async (url, { method }) => {
        asked.push(`${method} ${url}`);
        const [status, body] = answers[url] ?? [200, {}];
        return new Response(JSON.stringify(body), { status });
    };
    const undo = { id: "undo-1", kind: "undo", key: "1", card: "a" };
"""


async def requests(page: Page, script: str) -> Any:  # noqa: ANN401  # JSON
    return await run(page, "cards/requests.js", SERVER + script)


async def test_a_grade_that_was_taken_back_before_is_no_problem(blank: Page) -> None:
    """The answer was lost, or another tab has sent the same."""
    script = """
        answers = { "/api/cards/undo": [404, { code: "no_such_review" }], "/api/cards/a": [200, { id: "a", version: 5 }],
                    "/api/cards/queue?limit=0": [200, { streak: 2 }] };
        const { key, streak, card } = await m.send(undo);
        return [key, streak, card.version];"""  # noqa: E501
    assert await requests(blank, script) == ["1", 2, 5]


async def test_a_grade_after_one_that_another_tab_has_sent_goes_by_the_cards_version(
    blank: Page,
) -> None:
    """The other tab has heard the version, and this one has not."""
    script = """
        answers = { "/api/cards/a": [200, { id: "a", version: 7 }] };
        const bodies = [];
        const plain = globalThis.fetch;
        globalThis.fetch = (url, options) => { bodies.push(options.body && JSON.parse(options.body)); return plain(url, options); };
        const grade = { id: "2", kind: "grade", key: "2", card: "a", rating: "good", version: 3, at: 0, took_ms: 1 };
        await m.send({ ...grade, after: null }); await m.send({ ...grade, after: "1" });
        return [asked, bodies.map((each) => each?.version)];"""  # noqa: E501
    graded = "POST /api/cards/a/grades"
    assert await requests(blank, script) == [[graded, "GET /api/cards/a", graded], [3, None, 7]]


async def test_other_refusals_of_an_undo_are_told(blank: Page) -> None:
    script = """
        answers = { "/api/cards/undo": [409, { code: "card_changed" }] };
        return m.send(undo).catch(({ code }) => code);"""
    assert await requests(blank, script) == "card_changed"


async def test_whoever_waits_too_long_is_offline(blank: Page) -> None:
    script = """
        const never = new Promise(() => {});
        return [await m.inTime(never, 1).catch(({ code }) => code), await m.inTime(Promise.resolve(7), 1)];"""  # noqa: E501
    assert await requests(blank, script) == ["offline", 7]
