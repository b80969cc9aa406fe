"""How pages ask the API, without a page of their own."""

import pytest
from playwright.async_api import Page, Route

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


@pytest.mark.parametrize(
    ("made", "type_", "sent"),
    [
        ('new Blob(["abc"], { type: "image/png" })', "image/png", "abc"),
        ("{ title: 'a' }", "application/json", '{"title":"a"}'),
    ],
)
async def test_files_are_sent_as_they_are_and_the_rest_as_json(
    blank: Page, made: str, type_: str, sent: str
) -> None:
    async def answer(route: Route) -> None:
        request = route.request
        told = [request.headers["content-type"], request.post_data]
        await route.fulfill(json=told)

    await blank.route("**/api/pictures", answer)
    body = f'return m.api("POST", "/api/pictures", {{ body: {made} }});'
    assert await run(blank, "ui/api.js", body) == [type_, sent]


@pytest.mark.parametrize(
    "body",
    [
        "new ReadableStream({ pull: (sink) => sink.error(new TypeError('network error')) })",
        '\'{"cards": [{"id": \'',
        "'<title>Welcome to the network of this school</title>'",
    ],
    ids=["lost", "cut", "of_another_server"],
)
async def test_an_answer_that_did_not_arrive_whole_is_none(blank: Page, body: str) -> None:
    script = f"""globalThis.fetch = async () => new Response({body});
        return m.api("GET", "/api/cards/queue").catch(({{ code }}) => code);"""
    assert await run(blank, "ui/api.js", script) == "offline"


async def test_an_answer_may_be_empty(blank: Page) -> None:
    script = """globalThis.fetch = async () => new Response("", { status: 201 });
        return m.api("POST", "/api/x");"""
    assert await run(blank, "ui/api.js", script) is None
