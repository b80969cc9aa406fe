"""Cookies: how they are set, and which pages can act with them."""

from http.cookies import SimpleCookie

import httpx
import msgspec
import pytest
from litestar import Litestar

from server.app import create_app
from server.auth.devices import DEVICE_SECONDS
from server.auth.sign_ins import SIGN_IN_SECONDS
from server.settings import Settings
from tests.server.api.conftest import Person, connect, problem
from tests.server.api.test_users import EMAIL, WRONG, bearer, register


async def test_the_cookies_over_http(client: httpx.AsyncClient) -> None:
    lines = (await register(client)).headers.get_list("set-cookie")
    cookies = {name: cookie for line in lines for name, cookie in SimpleCookie(line).items()}
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "lax"
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
        assert not cookie["secure"]
    ages = {name: int(cookie["max-age"]) for name, cookie in cookies.items()}
    assert ages == {"kuis_session": SIGN_IN_SECONDS, "kuis_device": DEVICE_SECONDS}
    assert (await client.get("/api/me")).json()["email"] == EMAIL


async def test_the_cookie_over_https_is_bound_to_the_host(app: Litestar) -> None:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        header = (await register(client)).headers["set-cookie"]
        assert "__Host-kuis_session" in header
        assert "__Host-kuis_device" in header
        assert "Secure" in header
        assert (await client.get("/api/me")).status_code == 200


async def test_over_https_a_cookie_that_others_could_have_set_is_nobodys(app: Litestar) -> None:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        token = (await register(client)).json()["token"]
        client.cookies.clear()
        tossed = await client.get("/api/me", headers={"Cookie": f"kuis_session={token}"})
        assert problem(tossed) == (401, "not_signed_in")


FROM: list[tuple[dict[str, str], int]] = [
    ({"Origin": "http://testserver"}, 204),
    ({"Origin": "https://testserver:443"}, 204),
    ({"Sec-Fetch-Site": "same-origin"}, 204),
    ({"Sec-Fetch-Site": "none"}, 204),
    ({}, 204),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "http://testserver.evil.example"}, 403),
    ({"Origin": "http://testserver:8080"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, 403),
    ({"Origin": "http://["}, 403),
    ({"Origin": ""}, 403),
    # What a proxy in front asked for, browsers send along from anywhere.
    ({"Origin": "http://evil.example", "Authorization": "Basic YTpi"}, 403),
    ({"Origin": "http://evil.example", "Authorization": "Bearer"}, 403),
]


async def test_a_cookie_acts_for_its_own_pages_only(client: httpx.AsyncClient) -> None:
    await register(client)
    for headers, status in FROM:
        response = await client.post("/api/auth/sessions/revoke-others", headers=headers)
        assert response.status_code == status, headers
        if status == 403:
            assert problem(response) == (403, "cross_site")


@pytest.mark.parametrize(
    ("base_url", "public_url", "origin", "status"),
    [
        ("https://testserver", "", "http://testserver", 403),
        ("https://testserver", "", "http://testserver:443", 403),
        ("https://testserver", "", "https://testserver", 204),
        ("http://testserver", "https://testserver", "http://testserver", 403),
        ("http://testserver", "https://testserver", "https://testserver", 204),
        # Another name of this server, as on a local network, of which nobody said HTTPS.
        ("http://testserver", "https://kuis.example", "http://testserver", 204),
        ("http://testserver", "http://testserver", "http://testserver", 204),
    ],
)
async def test_where_https_is_known_only_its_pages_act(
    settings: Settings, base_url: str, public_url: str, origin: str, status: int
) -> None:
    app = create_app(msgspec.structs.replace(settings, public_url=public_url))
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        response = await client.post("/api/auth/logout", headers={"Origin": origin})
        assert response.status_code == status
        is_promised = "strict-transport-security" in response.headers
        assert is_promised == (base_url.startswith("https") or public_url == "https://testserver")


async def test_a_foreign_page_cannot_sign_its_visitor_in(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/auth/login", json=WRONG, headers={"Origin": "http://evil.example"}
    )
    assert problem(response) == (403, "cross_site")


async def test_a_bearer_token_acts_from_anywhere(client: httpx.AsyncClient) -> None:
    headers = bearer(await register(client)) | {"Origin": "http://evil.example"}
    client.cookies.clear()
    response = await client.post("/api/auth/sessions/revoke-others", headers=headers)
    assert response.status_code == 204


async def test_an_allowed_origin_may_act_and_read(settings: Settings) -> None:
    origin = "https://school.example"
    app = create_app(msgspec.structs.replace(settings, allowed_origins=(origin,)))
    async with app.lifespan(), connect(app, headers={"Origin": origin}) as client:
        response = await register(client)
        assert response.status_code == 201
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"
        foreign = await client.get("/api/me", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers


async def test_without_allowed_origins_no_other_page_may_read(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/me", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers


async def test_a_page_does_nothing_for_an_account_that_signed_in_beside_it(
    student: Person, teacher: Person
) -> None:
    """The cookie is that of all tabs. Nor does the page end the other one's sign-in."""
    own, others = {"Kuis-Account": str(student.id)}, {"Kuis-Account": str(teacher.id)}
    assert (await student.client.get("/api/me", headers=own)).status_code == 200
    for method, path in (
        *(("GET", "/api/me"), ("GET", "/api/cards/queue"), ("POST", "/api/auth/logout")),
        ("GET", f"/api/attempts/{student.id}"),
    ):
        answer = await student.client.request(method, path, headers=others)
        assert problem(answer) == (401, "other_account"), path
    assert (await student.client.get("/api/me")).status_code == 200
