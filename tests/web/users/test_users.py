"""Signing up, in and out, and the account page."""

import asyncio
import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import httpx
import msgspec
import pytest
from playwright.async_api import Page, ViewportSize, expect

from persistence.database import SessionFactory
from server.auth import sign_in_throttle
from server.auth.sign_in_throttle import BackoffPolicy
from server.auth.unsubscribe_links import UnsubscribeLinks
from server.serve.worker import MAIL_DIRECTORY
from server.settings import Settings
from tests.conftest import RunningServer
from tests.e2e.school import PASSWORD, Teacher
from tests.links import link_token
from tests.web.accessibility import violations
from tests.web.conftest import EMAIL, PHONE, People

SMALL = ViewportSize(width=390, height=844)


async def sign_in(page: Page, password: str = PASSWORD) -> None:
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_teacher_signs_up_out_and_in(people: People) -> None:
    page = await people.open("/register", SMALL)
    await page.get_by_label("Your name").fill("Ibu Sari")
    await page.get_by_text("Teacher", exact=True).click()
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await page.wait_for_url("**/dashboard")
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(lambda url: url.endswith("/"))
    await page.goto("/dashboard")
    await page.wait_for_url("**/sign-in?next=/dashboard")
    await sign_in(page)
    await expect(page.get_by_role("heading", name="My quizzes")).to_be_visible()
    assert people.troubles == []


DRAFTS = "Object.keys(localStorage).filter((name) => name.startsWith('kuis.')).sort()"


@pytest.mark.usefixtures("teacher")
async def test_nothing_of_an_account_stays_for_the_next(people: People) -> None:
    page = await people.open("/account", SMALL, signed_in=True)
    await page.evaluate("localStorage.setItem('kuis.draft.1', '{}')")
    await page.evaluate("localStorage.setItem('kuis.device', '1')")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(lambda url: url.endswith("/"))
    # Whoever was removed from a game does not come back for signing out.
    assert await page.evaluate(DRAFTS) == ["kuis.device"]
    await page.evaluate("localStorage.clear()")
    # What a sign-in left that ended by itself goes when somebody else signs in.
    drafts = "for (const n of [1, 2]) localStorage.setItem('kuis.draft.' + n, n > 1 ? '{' : '{}')"
    await page.evaluate(drafts)
    await page.goto("/sign-in")
    await sign_in(page)
    await page.wait_for_url("**/dashboard")
    assert await page.evaluate(DRAFTS) == []
    mine = "({ id }) => localStorage.setItem('kuis.draft.3', JSON.stringify({ user: id }))"
    await page.evaluate(f"fetch('/api/me').then((me) => me.json()).then({mine})")
    await page.goto("/sign-in")
    await sign_in(page)
    await page.wait_for_url("**/dashboard")
    assert await page.evaluate(DRAFTS) == ["kuis.draft.3"]


@pytest.mark.usefixtures("teacher")
async def test_a_wrong_password_is_said_and_nothing_typed_is_lost(people: People) -> None:
    page = await people.open("/sign-in", SMALL)
    await sign_in(page, "not the password")
    await expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    await expect(page.get_by_label("Email")).to_have_value(EMAIL)


@pytest.mark.usefixtures("teacher")
async def test_a_page_says_how_long_to_wait(
    people: People, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sign_in_throttle,
        "ACCOUNT_POLICY",
        BackoffPolicy(0, first_wait_ms=60_000, longest_wait_ms=60_000),
    )
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        await http.post("/api/auth/login", json={"email": EMAIL, "password": "wrong"})
    page = await people.open("/sign-in", SMALL)
    await sign_in(page)
    await expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Wait \d\d seconds"))


async def test_fields_say_what_they_need_and_that_a_password_is_easily_guessed(
    people: People,
) -> None:
    page = await people.open("/register", SMALL)
    await page.get_by_label("Email").fill("sari")
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_label("Teacher")).to_be_focused()
    await expect(page.get_by_text("Choose teacher or student.")).to_be_visible()
    await expect(page.get_by_text("Type your name")).to_be_visible()
    await expect(page.get_by_text("Type an email address such as")).to_be_visible()
    await expect(page.get_by_text("Type a password of 8")).to_be_visible()
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    await expect(page.get_by_label("Password", exact=True)).to_have_value("short")

    await page.get_by_label("Your name").fill("Ibu Sari")
    await page.get_by_text("Teacher", exact=True).click()
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill("password1")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator("#password-problem")).to_contain_text("easy to guess")
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()


@pytest.mark.usefixtures("teacher")
async def test_only_own_pages_are_returned_to(people: People) -> None:
    page = await people.open("/", SMALL)
    for wanted, lands in {
        "/account?x=1": "/account?x=1",
        "https://evil.example/": "/dashboard",
        "//evil.example/": "/dashboard",
        "/\\evil.example/": "/dashboard",
        "/.//evil.example/": "//evil.example/",  # a path of ours, if an odd one
        "javascript:alert(1)": "/dashboard",
    }.items():
        await page.goto("/sign-in")
        await page.evaluate(
            "(next) => history.replaceState(null, '', '?' + new URLSearchParams({ next }))", wanted
        )
        await sign_in(page)
        await page.wait_for_url(f"**{lands}")
        await page.context.clear_cookies()


async def test_closed_teacher_sign_up_says_the_way_out(
    people: People, serve: Callable[[Settings], RunningServer], settings: Settings
) -> None:
    closed = serve(msgspec.structs.replace(settings, teacher_signup="closed"))
    page = await people.open(f"{closed.url}/register", SMALL)
    await page.get_by_label("Your name").fill("Ibu Sari")
    await page.get_by_text("Teacher", exact=True).click()
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("alert").and_(page.locator(":visible"))).to_contain_text(
        "Only administrators create"
    )
    await page.get_by_text("Student", exact=True).click()
    await page.get_by_role("button", name="Create account").click()
    await page.wait_for_url("**/dashboard")


async def test_the_password_is_changed_and_others_are_signed_out(
    teacher: Teacher, people: People
) -> None:
    page = await people.open("/account", SMALL, signed_in=True)
    await expect(page.get_by_text("This device")).to_be_visible()
    await page.get_by_label("Current password").fill("wrong")
    await page.get_by_label("New password").fill("another long password")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.locator("#current_password-problem")).to_contain_text("not your current")
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.locator(".toast")).to_contain_text("Password changed")
    await expect(page.locator(".devices li")).to_have_count(1)
    assert (await teacher.http.get("/api/me")).status_code == 401


async def test_a_sign_in_elsewhere_is_revoked(teacher: Teacher, people: People) -> None:
    await people.open("/account", SMALL, signed_in=True)
    page = await people.open("/account", SMALL, signed_in=True)
    await page.get_by_role("button", name="Sign out there").first.click()
    await expect(page.locator(".toast")).to_contain_text("Signed out there.")
    await page.get_by_role("button", name="Sign out everywhere else").click()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(page.locator(".devices li")).to_have_count(1)
    assert (await teacher.http.get("/api/me")).status_code == 401


@pytest.mark.usefixtures("teacher")
async def test_language_and_colours_are_kept(people: People) -> None:
    page = await people.open("/account", SMALL, signed_in=True)
    await page.get_by_text("Dark", exact=True).click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_text("Bahasa Indonesia", exact=True).click()
    await expect(page.get_by_role("heading", name="Kata sandi")).to_be_visible()
    await page.goto("/dashboard")
    await expect(page.get_by_role("heading", name="Kuis saya")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_forgotten_password_is_replaced_by_a_link(
    people: People, teacher: Teacher, session_factory: SessionFactory
) -> None:
    me = await teacher.http.get("/api/me")
    token = await link_token(session_factory, UUID(me.json()["id"]))
    page = await people.open(f"/reset-password#{token}", SMALL)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_text("Type a password of 8")).to_be_visible()
    await page.get_by_label("New password", exact=True).fill("battery staple correct")
    await page.get_by_role("button", name="Set the password").click()
    await page.get_by_role("status").get_by_role("link", name="Sign in").click()
    await sign_in(page, "battery staple correct")
    await page.wait_for_url("**/dashboard")
    await page.goto(f"/reset-password#{token}")
    await page.reload()
    await expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    await expect(page.get_by_label("New password", exact=True)).to_have_count(0)
    await page.get_by_role("link", name="Send me a link").click()
    await page.wait_for_url("**/forgot-password")


@pytest.mark.usefixtures("worker", "teacher")
async def test_the_address_is_changed_by_a_link_to_the_new_one(
    people: People, settings: Settings
) -> None:
    page = await people.open("/account", SMALL, signed_in=True)
    form = page.locator("#email-form")
    await form.get_by_label("New email address").fill("sari.baru@school.example")
    await form.get_by_label("Your password", exact=True).fill("wrong")
    await form.get_by_role("button", name="Send the link").click()
    await expect(form.locator("#password")).to_be_focused()
    await form.get_by_label("Your password", exact=True).fill(PASSWORD)
    await form.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("status").filter(has_text="sari.baru@")).to_be_visible()
    await page.goto(await mailed(settings, "change-email"))
    await expect(page.get_by_role("heading", name="Verified")).to_be_visible()
    await page.get_by_role("link", name="To your account").click()
    await expect(page.get_by_text("You sign in with sari.baru@school.example")).to_be_visible()


async def mailed(settings: Settings, purpose: str) -> str:
    """The path of the link in the only mail of this kind."""
    directory = settings.data_dir / MAIL_DIRECTORY
    async with asyncio.timeout(30):
        while not (files := [*directory.glob(f"{purpose}*.eml")]):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.05)
    (file,) = files
    mail = message_from_bytes(file.read_bytes(), policy=default).get_body(["plain"])
    assert mail is not None
    link = re.search(r"https?://[^/]+(/[a-z-]+#\S+)", mail.get_content())
    assert link is not None
    return link[1]


@pytest.mark.usefixtures("worker", "teacher")
async def test_who_forgot_the_password_sets_a_new_one_by_mail(
    people: People, settings: Settings
) -> None:
    page = await people.open("/sign-in", SMALL)
    await page.get_by_role("link", name="Forgot password?").click()
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    await page.goto(await mailed(settings, "reset-password"))
    await page.get_by_label("New password", exact=True).fill("battery staple correct")
    await page.get_by_role("button", name="Set the password").click()
    await page.get_by_role("status").get_by_role("link", name="Sign in").click()
    await sign_in(page, "battery staple correct")
    await page.wait_for_url("**/dashboard")
    assert people.troubles == []


async def test_asking_too_often_says_for_how_long(people: People, server: RunningServer) -> None:
    page = await people.open("/forgot-password", SMALL)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        for _ in range(5):
            asked = await http.post("/api/auth/forgot-password", json={"email": EMAIL})
            assert asked.status_code == 202
    await page.get_by_label("Email").fill(EMAIL)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("alert")).to_contain_text("60 minutes")


@pytest.mark.usefixtures("worker", "teacher")
async def test_an_address_is_verified_by_mail(people: People, settings: Settings) -> None:
    page = await people.open("/account", SMALL, signed_in=True)
    notice = page.get_by_text("is not verified yet")
    await expect(notice).to_be_visible()
    link = await mailed(settings, "verify-email")
    await page.get_by_role("button", name="Send a link").click()
    await expect(page.get_by_text("is on its way")).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Verified")).to_be_visible()
    await page.get_by_role("link", name="To your account").click()
    await expect(page.get_by_role("heading", name="Password")).to_be_visible()
    await expect(notice).to_be_hidden()
    await page.goto(link)
    await page.reload()
    await expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


async def test_a_link_is_tried_again_when_the_server_is_back(people: People) -> None:
    page = await people.open("/sign-in", SMALL)
    await page.route("**/api/auth/verify-email", lambda route: route.abort())
    await page.goto("/verify-email#unknown")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute("**/api/auth/verify-email")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


async def test_mails_end_with_one_press_which_can_be_undone(
    teacher: Teacher, people: People, settings: Settings
) -> None:
    me = (await teacher.http.get("/api/me")).json()
    token = UnsubscribeLinks(settings.secret_key).token(UUID(me["id"]), "email_shares")
    page = await people.open(f"/unsubscribe/{token}", PHONE)
    await expect(page.get_by_text("quizzes that colleagues share with you")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="Stop them").click()
    await expect(page.get_by_role("heading", name="These mails are stopped")).to_be_visible()
    assert not (await teacher.http.get("/api/me/preferences")).json()["email_shares"]
    await page.get_by_role("button", name="Send them again").click()
    await expect(page.get_by_text("You get these mails again.")).to_be_visible()
    assert (await teacher.http.get("/api/me/preferences")).json()["email_shares"]
