"""What open pages of a game show when somebody signs out beside them."""

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher
from tests.web.conftest import PHONE, People

STUDENT = {"email": "siti@school.example", "password": PASSWORD, "full_name": "Siti"}


async def sign_out_beside(page: Page) -> None:
    account = await page.context.new_page()
    await account.goto("/account")
    await account.get_by_role("button", name="Sign out", exact=True).click()
    await account.wait_for_url(lambda url: url.endswith("/"))
    await account.close()


async def beside(context: BrowserContext, path: str) -> Page:
    page = await context.new_page()
    await page.goto(path)
    return page


async def test_the_hosts_page_asks_to_sign_in_and_the_projector_goes_on(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write(ALL_KINDS[:1]))
    host = await people.host(teacher.session)
    await host.get_by_role("button", name="Start").wait_for()
    screen = await beside(host.context, f"/screen/{teacher.code}")
    await sign_out_beside(host)
    await expect(host.get_by_role("heading", name="You are signed out")).to_be_visible()
    await teacher.player("Anna")
    await expect(screen.get_by_text("Anna")).to_be_visible()


async def test_a_signed_in_student_loses_the_seat_on_this_device_only(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write(ALL_KINDS[:1]))
    phone = await people.open("/", PHONE)
    await people.sign_in(phone.context, STUDENT, "/api/auth/register")
    await phone.goto(f"/play/{teacher.code}")
    await phone.get_by_role("button", name="I'm in").click()
    await expect(phone.get_by_role("heading", name="Siti")).to_be_visible()
    await sign_out_beside(phone)
    await expect(phone.get_by_role("heading", name="You are signed out")).to_be_visible()
    await phone.get_by_role("link", name="Join as a guest").click()
    await expect(phone.get_by_role("button", name="I'm in")).to_be_visible()
    await people.sign_in(phone.context, {"email": STUDENT["email"], "password": PASSWORD})
    await phone.reload()
    await phone.get_by_role("button", name="I'm in").click()
    await expect(phone.get_by_role("heading", name="Siti")).to_be_visible()
    host = await teacher.host()
    assert len(host.welcomed["room"]["roster"]) == 1
