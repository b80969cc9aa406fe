"""Publishing, finding, copying, reporting and sharing quizzes on the pages."""

import re
from uuid import UUID, uuid4

import httpx
from playwright.async_api import Page, expect

from persistence.database import SessionFactory
from persistence.models import AuditEvent
from server.actions.users.create import create_user
from tests.conftest import RunningServer
from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import EMAIL, PHONE, PROJECTOR, People

BUDI = {"email": "budi@school.example", "password": PASSWORD}


async def choose(page: Page, title: str, action: str) -> None:
    await page.get_by_label(f"More for {title}").click()
    await page.get_by_role("button", name=action).and_(page.locator(":visible")).click()


async def page_of(people: People, who: dict[str, str], path: str) -> Page:
    page = await people.open("/", PHONE)
    await people.sign_in(page.context, who)
    await page.goto(path)
    return page


async def publish(own: Page) -> None:
    """Say what is missing only after a try without it."""
    await choose(own, "Planets", "Publish in the library")
    sheet = own.get_by_role("dialog")
    await sheet.get_by_label("Description").fill("For grade 9")
    await sheet.get_by_label("Title").fill(" ")
    await sheet.get_by_role("button", name="Publish").click()
    for label, said in (("Title", "Type a title."), ("Language", "Choose the language")):
        await expect(sheet.get_by_label(label)).to_have_accessible_description(re.compile(said))
    await expect(sheet.get_by_label("Title")).to_be_focused()
    await expect(sheet.get_by_label("Description")).to_have_value("For grade 9")
    await sheet.get_by_label("Title").fill("Planets")
    await sheet.get_by_label("Language").select_option("en")
    await sheet.get_by_label("Level").select_option("B1")
    await sheet.get_by_label("Topic").fill("Astronomy")
    assert await violations(own) == []
    await sheet.get_by_role("button", name="Publish").click()


async def test_a_quiz_is_published_found_copied_reported_and_taken_back(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    await create_user(session_factory, **BUDI, full_name="Budi", role="teacher")
    quiz = await teacher.write(ALL_KINDS, "Planets")
    own = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await publish(own)
    await expect(own.locator(".quiz")).to_contain_text("In the library")

    page = await page_of(people, BUDI, "/library")
    await expect(page.locator(".cards .card")).to_contain_text("by Sari")
    await page.get_by_label("Level").select_option("C1")
    await expect(page.get_by_role("heading", name="No such quiz")).to_be_visible()
    await page.get_by_role("button", name="Show everything").click()
    await page.get_by_role("button", name="Only the topic Astronomy").click()
    await expect(page).to_have_url(re.compile(r"\?topic=Astronomy$"))
    await page.get_by_role("link", name="Only quizzes by Sari").click()
    await page.wait_for_url(re.compile(r"\?author=[-0-9a-f]+$"))
    await page.get_by_role("button", name="Quizzes of all authors").click()
    await expect(page).to_have_url(re.compile(r"/library$"))
    assert await violations(page) == []
    await page.get_by_role("link", name="Planets", exact=True).click()
    await expect(page.locator(".question")).to_have_count(len(ALL_KINDS))
    await expect(page.get_by_role("link", name="Sari")).to_have_attribute(
        "href", re.compile(r"^/library\?author=[-0-9a-f]+$")
    )
    right = page.locator(".question").first.locator(".right")
    await expect(right).to_contain_text("Jupiter")
    assert await violations(page) == []

    await page.get_by_role("button", name="Report").click()
    await page.get_by_label("Copied without permission").check()
    await page.get_by_role("button", name="Send report").click()
    await expect(page.get_by_role("button", name="Reported")).to_be_disabled()
    await page.get_by_role("button", name="Copy to my quizzes").click()
    await page.locator(".toast").get_by_role("button", name="Open it").click()
    await page.get_by_role("button", name="Question 1 of").click()
    await page.locator("#item-about").click()
    await expect(page.get_by_text("Copied from Planets, Sari")).to_be_visible()

    await own.reload()
    await expect(own.locator(".quiz")).to_contain_text("copied once")
    await own.goto(f"/library/{quiz['id']}")
    await own.get_by_role("button", name="Take back").click()
    await own.get_by_role("button", name="Take out of the library").click()
    await expect(own.get_by_role("heading", name="The library is empty")).to_be_visible()
    await page.goto(f"/library/{quiz['id']}")
    await expect(page.get_by_role("heading", name="No such page")).to_be_visible()


async def lose_the_right(own: Page, page: Page, quiz: str) -> None:
    """The right ends while a colleague writes: nothing is lost, also after a reload."""
    async with own.expect_response("**/shares?*"):
        await own.get_by_label("What Budi may do").select_option("May view")
    await page.get_by_label("Description").fill("By Budi")
    await page.get_by_text("This quiz is shared with you, but not to edit.").wait_for()
    await page.reload()
    await page.get_by_role("button", name="Save as my own quiz").click()
    await page.wait_for_url(lambda url: url.split("/")[-1] != quiz)
    await page.get_by_role("button", name="Question 1 of").click()
    await page.locator("#item-about").click()
    await expect(page.get_by_label("Description")).to_have_value("By Budi")
    await page.goto(f"/import?quiz={quiz}")
    await page.get_by_label("Or paste the text").fill("Is rain wet? {T}")
    await page.get_by_role("button", name="Read this text").click()
    await expect(page.get_by_label("A new quiz")).to_be_checked()
    await page.goto(f"/quizzes/{quiz}/view")
    await expect(page.get_by_role("link", name="Quizzes")).to_have_attribute("aria-current", "true")
    await page.get_by_role("button", name="Give as homework").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Planets")
    await page.keyboard.press("Escape")


async def test_a_quiz_is_shared_and_left(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    await create_user(session_factory, **BUDI, full_name="Budi", role="teacher")
    quiz = await teacher.write(ALL_KINDS[:1], "Planets")
    own = await people.open("/dashboard", PHONE, signed_in=True)
    await choose(own, "Planets", "Share with colleagues")
    sheet = own.get_by_role("dialog")
    await sheet.get_by_label("Email address").fill("Budi")
    await sheet.get_by_role("button", name="Share", exact=True).click()
    await expect(sheet.get_by_text("Type an email address such as")).to_be_visible()
    for email in ("nobody@school.example", BUDI["email"]):
        await sheet.get_by_label("Email address").fill(email)
        await sheet.get_by_role("button", name="Share", exact=True).click()
        if email != BUDI["email"]:
            await expect(sheet.get_by_text("No teacher on this server")).to_be_visible()
    await expect(sheet.get_by_role("listitem")).to_contain_text("Budi")
    assert await violations(own) == []
    await sheet.get_by_role("button", name="Done").click()
    await expect(own.locator(".quiz")).to_contain_text("shared with 1 colleague")

    page = await page_of(people, BUDI, f"/quizzes/{quiz['id']}")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()  # not the editor
    await page.get_by_role("link", name="Shared with me").click()
    await expect(page.locator(".quiz")).to_contain_text("Sari")

    await choose(own, "Planets", "Share with colleagues")
    right = own.get_by_label("What Budi may do")
    await expect(right).to_have_value("view")  # the first list has come
    async with own.expect_response("**/shares?*"):  # the list, after the change was stored
        await right.select_option("May edit")
    await expect(right).to_have_value("edit")
    await page.reload()
    await page.get_by_label("Edit Planets").click()
    await page.get_by_role("button", name="Question 1 of").click()
    await page.locator("#item-about").click()
    await expect(page.get_by_text("Sari shares this quiz with you")).to_be_visible()
    await lose_the_right(own, page, quiz["id"])
    await page.goto("/dashboard?view=shared")
    await choose(page, "Planets", "Leave this quiz")
    await page.get_by_role("dialog").get_by_role("button", name="Leave this quiz").click()
    await expect(page.get_by_role("heading", name="Nothing is shared")).to_be_visible()


async def test_an_administrator_decides_about_reports_in_the_library(
    teacher: Teacher, people: People, server: RunningServer, session_factory: SessionFactory
) -> None:
    admin = {"email": "admin@school.example", "password": PASSWORD}
    await create_user(session_factory, **admin, full_name="The Admin", role="super_admin")
    quiz = await teacher.write(ALL_KINDS[:1], "Planets")
    path = f"/api/quizzes/{quiz['id']}/publication"
    (await teacher.http.put(path, json={"language": "en"})).raise_for_status()
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        other = Teacher(http, server.ws_url)
        await other.register(BUDI["email"])
        report = {"reason": "wrong", "comment": "It is Saturn."}
        reported = await http.post(f"/api/library/{quiz['id']}/reports", json=report)
        reported.raise_for_status()
    async with session_factory.begin() as db:
        details = {"role": "teacher"}
        db.add(AuditEvent(kind="role_changed", account_id=uuid4(), count=2, details=details))
        exported = {"session": str(uuid4()), "file": "xlsx"}
        by = UUID((await teacher.http.get("/api/me")).json()["id"])
        db.add(AuditEvent(kind="results_exported", actor_id=by, details=exported))
    page = await page_of(people, admin, "/administration")
    reports = page.get_by_role("region", name="Reported quizzes")
    await expect(reports).to_contain_text("It is Saturn.")
    await expect(page.locator(".quiz", has_text="Role changed")).to_contain_text("teacher")
    assert await violations(page) == []
    await expect(page.get_by_role("button", name="Removed account")).to_be_visible()
    await expect(page.get_by_role("link", name="to the results")).to_be_visible()
    await page.get_by_role("button", name=EMAIL).click()
    await expect(page.locator(".quiz")).to_have_count(1)
    await page.get_by_role("button", name="All accounts").click()
    await page.get_by_label("Email of an account").fill(EMAIL.upper())
    await page.keyboard.press("Enter")
    await expect(page.locator(".quiz")).to_have_count(1)
    await page.get_by_label("Kind of event").select_option("Sign-in failed")
    await expect(page.get_by_text("No such events.")).to_be_visible()
    await page.goto("/library")
    await expect(reports).to_contain_text("It is Saturn.")
    assert await violations(page) == []
    await reports.get_by_role("button", name="Take out of the library").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Take out of the library").click()
    await expect(reports).to_have_count(0)
    await expect(page.get_by_role("heading", name="The library is empty")).to_be_visible()
