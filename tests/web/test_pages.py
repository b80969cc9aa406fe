"""Page shells and their files: what they allow, what they keep, whom they send to sign in."""

import gzip
import json
import re
from unittest.mock import Mock
from urllib.parse import urljoin

import httpx
import pytest

from server.web.page_list import PAGES, PATHS, Page
from server.web.pages import script_json
from server.web.static import page_headers, read_static
from tests.server.api.conftest import (  # noqa: F401  # one application for all tests
    app,
    module_app,
    module_settings,
    settings,
)

OPEN = [page for page in PAGES if not page.signed_in]
CLOSED = [page for page in PAGES if page.signed_in]


def address(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "KQ7M2X", path)


def boot_of(html: str) -> dict[str, object]:
    found = re.search(r'id="boot">(.*?)</script>', html)
    assert found is not None
    boot: dict[str, object] = json.loads(found[1])
    return boot


async def sign_in(client: httpx.AsyncClient, role: str) -> None:
    login = {"email": "sari@school.example", "password": "a long enough password"}
    person = {**login, "full_name": "Sari </script><b>", "role": role}
    assert (await client.post("/api/auth/register", json=person)).is_success
    assert (await client.post("/api/auth/login", json=login)).is_success


@pytest.mark.parametrize("page", OPEN, ids=lambda page: page.name)
async def test_anybody_opens_an_open_page(client: httpx.AsyncClient, page: Page) -> None:
    answer = await client.get(address(page.paths[0]))
    assert answer.status_code == 200
    assert (await client.head(address(page.paths[0]))).status_code == 200
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    for kept in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert (await client.get(kept)).status_code == 200, kept


@pytest.mark.parametrize("page", CLOSED, ids=lambda page: page.name)
async def test_who_is_not_signed_in_is_sent_there(client: httpx.AsyncClient, page: Page) -> None:
    path = address(page.paths[0])
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}"


async def test_a_page_knows_who_reads_it(client: httpx.AsyncClient) -> None:
    await sign_in(client, "teacher")
    answer = await client.get("/dashboard")
    assert answer.status_code == 200
    assert "</script><b>" not in answer.text
    user = boot_of(answer.text)["user"]
    assert isinstance(user, dict)
    assert user["full_name"] == "Sari </script><b>"
    assert set(user) == {"id", "full_name", "role"}


async def test_a_page_knows_whether_what_is_missed_becomes_cards(
    client: httpx.AsyncClient,
) -> None:
    assert boot_of((await client.get("/")).text)["cards_from_answers"] is False
    await sign_in(client, "student")
    assert boot_of((await client.get("/")).text)["cards_from_answers"] is True
    await client.patch("/api/me/preferences", json={"cards_from_answers": False})
    assert boot_of((await client.get("/")).text)["cards_from_answers"] is False


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("teacher", ["/dashboard", "/homework", "/bank", "/decks", "/library", "/account"]),
        ("student", ["/dashboard", "/reviews", "/decks", "/account"]),
    ],
)
async def test_the_header_leads_to_each_section(
    client: httpx.AsyncClient, role: str, paths: list[str]
) -> None:
    await sign_in(client, role)
    for page in CLOSED if role == "teacher" else CLOSED[:1]:
        html = (await client.get(address(page.paths[0]))).text
        links = re.findall(r'href="(/\w+)"(?: aria-current="(page|true)")?>', html)
        assert [path for path, _ in links] == (paths if page.header else []), page.name
        marked = [(path, mark) for path, mark in links if mark]
        if page.section in PATHS:
            section = PATHS[page.section]  # of students only, perhaps
            assert marked == [(section, "true")] * (section in paths), page.name
        else:
            assert marked == [(page.paths[0], "page")] * (page.paths[0] in dict(links))


async def test_the_cookie_chooses_language_and_theme(client: httpx.AsyncClient) -> None:
    client.cookies.set("kuis_lang", "id")
    client.cookies.set("kuis_theme", "dark")
    answer = await client.get("/")
    assert '<html lang="id"' in answer.text
    assert 'data-theme="dark"' in answer.text
    client.cookies.set("kuis_theme", "neon")
    assert "data-theme" not in (await client.get("/")).text


async def test_an_address_that_leads_nowhere_is_a_page_for_readers(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "No such page" in answer.text
    problem = await client.get("/nowhere", headers={"Accept": "application/json"})
    assert problem.json()["code"] == "not_found"


@pytest.mark.parametrize("typed", ["/kq7m2x", "/KQ7M2X", "/join/KQ7M2X", "/join/kq7-m2x"])
async def test_a_code_typed_behind_the_address_leads_to_joining(
    client: httpx.AsyncClient, typed: str
) -> None:
    answer = await client.get(typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?code=KQ7M2X")
    assert (await client.head(typed)).status_code == 303


@pytest.mark.parametrize("typed", ["/KQ7M2", "/KQ7M2XX", "/KQ7M2O", "/join/KQ7M2", "/join/"])
async def test_what_cannot_be_a_code_leads_nowhere(client: httpx.AsyncClient, typed: str) -> None:
    answer = await client.get(typed, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "No such page" in answer.text
    assert (await client.post(typed)).status_code in (404, 405)


async def test_no_error_page_asks_who_is_signed_in_to_sign_in(client: httpx.AsyncClient) -> None:
    html = {"Accept": "text/html"}
    assert 'href="/sign-in"' in (await client.get("/nothing", headers=html)).text
    await sign_in(client, "teacher")
    for path in ("/nothing", "/library/of/nothing"):
        answer = await client.get(path, headers=html)
        assert (answer.status_code, "No such page" in answer.text) == (404, True)
        assert 'href="/sign-in"' not in answer.text
    assert 'href="/bank"' in (await client.get("/nothing", headers=html)).text


async def test_pages_are_strict(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("host", "named"),
    [("kuis.example:8000", True), ("[::1]:8000", True), ("x; script-src *", False), ("", False)],
)
def test_only_a_plain_host_gets_into_the_policy(host: str, *, named: bool) -> None:
    policy = page_headers(host, https=False)["Content-Security-Policy"]
    assert (f"wss://{host}" in policy) is named
    assert "*" not in policy


@pytest.mark.parametrize(("https", "sent"), [(True, True), (False, False)])
def test_what_browsers_ignore_over_plain_http_is_not_sent(*, https: bool, sent: bool) -> None:
    headers = page_headers("kuis.example", https=https)
    assert ("Cross-Origin-Opener-Policy" in headers) is sent


async def test_files_of_this_version_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    static = read_static()
    answer = await client.get(static.url("ui/html.js"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    plain = await client.get(static.url("ui/html.js"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content == static.files["ui/html.js"].body
    packed = static.files["ui/html.js"].packed
    assert packed is not None
    assert gzip.decompress(packed) == plain.content


def test_files_are_packed_when_first_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compress = Mock(wraps=gzip.compress)
    monkeypatch.setattr(gzip, "compress", compress)
    file = read_static().files["ui/html.js"]
    assert compress.call_count == 0
    assert file.packed is file.packed
    assert compress.call_count == 1


async def test_only_reviews_can_be_installed_and_opened_without_a_network(
    client: httpx.AsyncClient,
) -> None:
    """No other page is under a service worker: rooms always come from the server."""
    await sign_in(client, "student")
    found = {}
    for page in PAGES:
        html = (await client.get(address(page.paths[0]))).text
        found[page.name] = re.findall(r'rel="manifest" href="([^"]+)"', html)
    assert [name for name, manifests in found.items() if manifests] == ["reviews"]
    (manifest,) = found["reviews"]
    answer = await client.get(manifest)
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["scope"], told["display"]) == (told["start_url"], "standalone")
    assert told["scope"] == "/reviews"
    for icon in told["icons"]:
        picture = await client.get(urljoin(manifest, icon["src"]))
        assert picture.headers["content-type"] == icon["type"]
    worker = await client.get("/reviews/sw.js")
    assert worker.headers["service-worker-allowed"] == "/reviews"
    assert worker.headers["cache-control"] == "no-cache"


async def test_files_of_another_version_are_not_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/yesterday/ui/html.js")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["ui/none.js", "../pages.py", "%2e%2e/pages.py", "live"])
async def test_other_files_are_not_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{read_static().version}/{path}")).status_code == 404


def test_a_page_loads_all_its_modules_side_by_side() -> None:
    static = read_static()
    modules = static.modules("sessions/play.js")
    assert {"sessions/room-state.js", "sessions/socket.js", "ui/html.js"} <= set(modules)
    assert len(modules) == len(set(modules))
    with pytest.raises(KeyError):
        static.url("sessions/none.js")


def test_json_cannot_leave_its_script() -> None:
    written = str(script_json({"name": "</script><!-- & -->"}))
    assert not set(written) & set("<>&")
    assert json.loads(written) == {"name": "</script><!-- & -->"}
