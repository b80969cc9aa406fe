"""Wrong passwords, and abandoned tries, slow down only the clients that send them."""

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from persistence.database import SessionFactory
from persistence.repositories import users
from server.app import create_app
from server.auth import sign_in_throttle
from server.auth.passwords import AT_ONCE, Applicant, Passwords, Rank
from server.auth.sign_in_throttle import ACCOUNT_POLICY, BackoffPolicy
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.links import link_token
from tests.server.api.conftest import connect, problem
from tests.server.api.test_users import EMAIL, PASSWORD, bearer, register, sign_in


@pytest.fixture(autouse=True)
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than a slow machine takes for a test."""
    policy = BackoffPolicy(ACCOUNT_POLICY.free, first_wait_ms=60_000, longest_wait_ms=60_000)
    monkeypatch.setattr(sign_in_throttle, "ACCOUNT_POLICY", policy)


@pytest.fixture
def few_guesses(monkeypatch: pytest.MonkeyPatch) -> int:
    """What all addresses together have at one account."""
    policy = BackoffPolicy(free=3, first_wait_ms=60_000, longest_wait_ms=60_000)
    monkeypatch.setattr(sign_in_throttle, "OF_STRANGERS", policy)
    return policy.free


def at(app: Litestar, host: str) -> httpx.AsyncClient:
    """A browser at an address of its own."""
    transport = httpx.ASGITransport(app, client=(host, 50_000))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def guess(client: httpx.AsyncClient, times: int = ACCOUNT_POLICY.free + 5) -> list[str]:
    refused = await asyncio.gather(*(sign_in(client, "wrong horse") for _ in range(times)))
    return [problem(refusal)[1] for refusal in refused]


async def test_guesses_are_slowed_in_all_processes(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await register(client)
    client.cookies.clear()
    codes = await guess(client)
    assert codes.count("wrong_credentials") == ACCOUNT_POLICY.free + 1
    assert codes.count("rate_limited") == 4
    limited = await sign_in(client)
    assert problem(limited) == (429, "rate_limited")
    assert 1 <= int(limited.headers["retry-after"]) <= 60
    other = create_app(settings)
    async with other.lifespan(), connect(other) as elsewhere:
        assert problem(await sign_in(elsewhere))[1] == "rate_limited"
        fresh = await register(elsewhere, email="budi@kuis.example")
        assert fresh.status_code == 201


async def test_nobody_is_locked_out_from_elsewhere(app: Litestar) -> None:
    async with at(app, "192.0.2.1") as teacher, at(app, "198.51.100.1") as stranger:
        await register(teacher)
        teacher.cookies.clear()
        assert "rate_limited" in await guess(stranger)
        assert (await sign_in(teacher)).status_code == 200


async def test_a_browser_that_signed_in_before_is_not_slowed_by_its_neighbours(
    app: Litestar,
) -> None:
    async with at(app, "192.0.2.1") as teacher, at(app, "192.0.2.1") as pupil:
        await register(teacher)
        await teacher.post("/api/auth/logout")
        assert "kuis_device" in teacher.cookies
        assert "rate_limited" in await guess(pupil)
        assert (await sign_in(teacher)).status_code == 200
        assert problem(await sign_in(pupil)) == (429, "rate_limited")
        # It has its own count.
        assert "rate_limited" in await guess(teacher)


async def guess_from_everywhere(app: Litestar, email: str, times: int) -> list[tuple[int, str]]:
    """One guess from each of many addresses."""
    answers = []
    for number in range(times):
        async with at(app, f"198.51.100.{number + 1}") as stranger:
            answers.append(problem(await sign_in(stranger, "wrong horse", email)))
    return answers


@pytest.mark.parametrize("email", [EMAIL, "nobody@kuis.example"])
async def test_guesses_at_one_account_from_many_addresses_are_slowed(
    app: Litestar, few_guesses: int, email: str
) -> None:
    """An account that does not exist answers like any other."""
    async with at(app, "192.0.2.1") as owner:
        await register(owner)
    answers = await guess_from_everywhere(app, email, few_guesses + 3)
    wrong, guarded = (401, "wrong_credentials"), (429, "sign_in_guarded")
    assert answers == [wrong] * (few_guesses + 1) + [guarded] * 2


async def test_guesses_from_everywhere_do_not_keep_the_owner_out(
    app: Litestar, few_guesses: int, session_factory: SessionFactory
) -> None:
    """A known device gets in; a new one does after its owner has set a password by a link."""
    async with at(app, "192.0.2.1") as owner, at(app, "192.0.2.2") as new_device:
        await register(owner)
        await owner.post("/api/auth/logout")
        await guess_from_everywhere(app, EMAIL, few_guesses + 1)
        assert (await sign_in(owner)).status_code == 200
        refused = await sign_in(new_device)
        assert problem(refused) == (429, "sign_in_guarded")
        assert int(refused.headers["retry-after"]) > 0
        async with session_factory() as db:
            user = await users.by_email(db, EMAIL)
        assert user is not None
        token = await link_token(session_factory, user.id)
        own = "battery staple correct"
        reset = {"token": token, "password": own}
        done = await new_device.post("/api/auth/reset-password", json=reset)
        assert done.status_code == 204
        assert (await sign_in(new_device, own)).status_code == 200


async def change_password(browser: httpx.AsyncClient, new: str) -> httpx.Response:
    body = {"current_password": PASSWORD, "new_password": new}
    return await browser.post("/api/auth/password", json=body)


async def test_who_knew_an_old_password_is_a_stranger(app: Litestar, few_guesses: int) -> None:
    """The browser that changed it stays known."""
    new = "battery staple correct"
    async with at(app, "192.0.2.1") as owner, at(app, "192.0.2.2") as former_friend:
        await register(owner)
        assert (await sign_in(former_friend)).status_code == 200
        assert (await change_password(owner, new)).status_code == 204
        await owner.post("/api/auth/logout")
        await guess_from_everywhere(app, EMAIL, few_guesses + 1)
        assert problem(await sign_in(former_friend)) == (429, "sign_in_guarded")
        assert (await sign_in(owner, new)).status_code == 200


async def test_a_hash_that_is_renewed_keeps_the_browser_known(
    app: Litestar, few_guesses: int, session_factory: SessionFactory
) -> None:
    async with at(app, "192.0.2.1") as owner:
        await register(owner)
        old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(PASSWORD)
        async with session_factory.begin() as db:
            user = await users.by_email(db, EMAIL)
            assert user is not None
            await users.set_password(db, user.id, old)
        assert (await sign_in(owner)).status_code == 200
        await owner.post("/api/auth/logout")
        await guess_from_everywhere(app, EMAIL, few_guesses + 1)
        assert (await sign_in(owner)).status_code == 200


async def test_the_devices_of_an_account_wait_in_one_line(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever signs in again and again has many devices, and no more turns for it."""
    subjects: set[tuple[str, str]] = set()
    turn = Passwords.turn

    def noted(self: Passwords, applicant: Applicant) -> Any:  # noqa: ANN401  # as it is
        subjects.add((applicant.address, applicant.subject))
        return turn(self, applicant)

    monkeypatch.setattr(Passwords, "turn", noted)
    async with at(app, "192.0.2.1") as one, at(app, "192.0.2.1") as another:
        await register(one)
        for browser in (one, another, another):
            await sign_in(browser)
        assert len({browser.cookies["kuis_device"] for browser in (one, another)}) == 2
    assert len(subjects) == 1


async def test_who_is_known_or_has_not_failed_goes_first(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks: list[Rank] = []
    turn = Passwords.turn

    def noted(self: Passwords, applicant: Applicant) -> Any:  # noqa: ANN401  # as it is
        ranks.append(applicant.rank)
        return turn(self, applicant)

    monkeypatch.setattr(Passwords, "turn", noted)
    async with at(app, "192.0.2.1") as owner, at(app, "192.0.2.2") as stranger:
        await register(owner)
        await owner.post("/api/auth/logout")
        await sign_in(stranger, "wrong horse")
        await sign_in(stranger, "wrong horse")
        stranger.cookies = owner.cookies  # of another account it makes nobody known
        await sign_in(stranger, "wrong horse", "budi@kuis.example")
        await sign_in(owner)
    assert ranks == [Rank.STRANGER, Rank.SUSPECT, Rank.SUSPECT, Rank.KNOWN]


async def test_a_school_is_not_locked_out(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sign_in_throttle,
        "ADDRESS_POLICY",
        BackoffPolicy(free=5, first_wait_ms=1, longest_wait_ms=1),
    )
    async with at(app, "192.0.2.1") as teacher, at(app, "192.0.2.1") as pupil:
        await register(teacher)
        teacher.cookies.clear()
        for number in range(10):
            wrong = {"email": f"pupil{number}@kuis.example", "password": "wrong horse"}
            await pupil.post("/api/auth/login", json=wrong)
        assert (await sign_in(teacher)).status_code == 200


async def test_the_own_password_is_asked_for_slowly(client: httpx.AsyncClient) -> None:
    """Whoever finds a browser signed in cannot guess it, nor keep its owner from changing it."""
    first = await register(client)
    client.cookies.clear()
    second = await sign_in(client)
    client.cookies.clear()
    change = {"current_password": "wrong", "new_password": "battery staple"}
    codes = [
        problem(await client.post("/api/auth/password", json=change, headers=bearer(first)))[1]
        for _ in range(ACCOUNT_POLICY.free + 2)
    ]
    assert codes[-2:] == ["wrong_password", "rate_limited"]
    right = change | {"current_password": PASSWORD}
    changed = await client.post("/api/auth/password", json=right, headers=bearer(second))
    assert changed.status_code == 204


async def test_a_sign_in_that_nobody_waits_for_is_not_hashed(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    entered: list[str] = []
    both, release = asyncio.Event(), threading.Event()
    turn = Passwords.turn
    loop = asyncio.get_running_loop()

    def slow(_: PasswordHash, password: str, __: str) -> tuple[bool, str | None]:
        checked.append(password)
        if len(checked) == AT_ONCE:
            loop.call_soon_threadsafe(both.set)
        release.wait()
        return password == PASSWORD, None

    def counted(self: Passwords, applicant: Applicant) -> Any:  # noqa: ANN401  # as it is
        entered.append(applicant.subject)
        return turn(self, applicant)

    async with httpx.AsyncClient(base_url=server.url) as client:
        await register(client)
        monkeypatch.setattr(PasswordHash, "verify_and_update", slow)
        monkeypatch.setattr(Passwords, "turn", counted)
        patient = [asyncio.create_task(sign_in(client, "wrong horse")) for _ in range(AT_ONCE)]
        await both.wait()
        hasty = [await ask(server.url, "nobody waits") for _ in range(8)]
        wait_for(lambda: len(entered) == AT_ONCE + 8, "all to be in the queue")
        for writer in hasty:
            writer.close()
            await writer.wait_closed()
        honest = asyncio.create_task(sign_in(client))
        assert (await client.get("/health/live")).status_code == 200  # all that came before is read
        release.set()
        assert (await honest).status_code == 200
        await asyncio.gather(*patient)
    assert checked == ["wrong horse"] * AT_ONCE + [PASSWORD]


async def ask(url: str, password: str) -> asyncio.StreamWriter:
    """Ask to sign in, over a connection that can be closed before the answer."""
    host, port = httpx.URL(url).host, httpx.URL(url).port
    _, writer = await asyncio.open_connection(host, port)
    body = json.dumps({"email": EMAIL, "password": password}).encode()
    writer.write(
        b"POST /api/auth/login HTTP/1.1\r\nHost: testserver\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    await writer.drain()
    return writer
