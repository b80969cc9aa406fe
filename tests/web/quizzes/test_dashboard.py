"""A teacher's list: what can be done next."""

import re

import pytest
from playwright.async_api import Page, ViewportSize, expect

from persistence.database import SessionFactory
from server.actions.users.create import create_user
from tests.e2e.school import ALL_KINDS, PASSWORD, Json, Teacher
from tests.web.conftest import PHONE, PROJECTOR, People, settled, stop_the_clock

SMALL = ViewportSize(width=390, height=844)
TINY = ViewportSize(width=320, height=640)
SECTIONS = {
    "Homework": "Homework",
    "Questions": "Question bank",
    "Decks": "Decks",
    "Library": "Library",
    "Account": "Sari",
    "Quizzes": "My quizzes",
}
ONE = [ALL_KINDS[0]]


async def dashboard(people: People, path: str = "/dashboard") -> Page:
    page = await people.open(path, PROJECTOR, signed_in=True)
    await expect(page.get_by_role("heading", name="My quizzes")).to_be_visible()
    return page


async def titles(page: Page) -> list[str]:
    return await page.locator(".quiz .title").all_inner_texts()


async def choose(page: Page, title: str, action: str) -> None:
    await page.get_by_label(f"More for {title}").click()
    await page.get_by_role("button", name=action).and_(page.locator(":visible")).click()


async def test_an_empty_list_gives_the_first_step(teacher: Teacher, people: People) -> None:
    page = await dashboard(people)
    await page.get_by_role("button", name="Write the first quiz").click()
    await page.wait_for_url("**/quizzes/*")
    (quiz,) = (await teacher.http.get("/api/quizzes")).json()["items"]
    assert page.url.endswith(quiz["id"])


async def test_what_is_running_stands_on_top(teacher: Teacher, people: People) -> None:
    """However many rooms are open, the list is on the first screen of a phone."""
    for title in ("Lakes", "Seas", "Capitals", "Rivers"):
        await teacher.open(await teacher.write(ONE, title))
    page = await dashboard(people)
    running = page.get_by_role("region", name="Rooms open now")
    await expect(
        running.get_by_role("link", name="Go on hosting").locator("visible=true")
    ).to_have_count(1)
    await page.set_viewport_size(PHONE)
    await expect(page.locator(".quiz .title").first).to_be_in_viewport(ratio=1)
    await running.get_by_text("3 more open rooms").click()
    await expect(running).to_contain_text("Lakes")
    await running.get_by_role("link", name="Go on hosting Lakes").hover()
    await expect(running).to_contain_text("Rivers")
    await expect(running).to_contain_text(teacher.code)
    await running.get_by_role("link", name="Go on hosting Rivers").click()
    await page.wait_for_url(f"**/host/{teacher.session}")


async def test_each_section_is_one_tap_away_on_a_small_phone(
    teacher: Teacher, people: People
) -> None:
    del teacher
    page = await people.open("/dashboard", TINY, signed_in=True)
    for name, title in SECTIONS.items():
        link = page.get_by_role("navigation", name="Site").get_by_role("link", name=name)
        await expect(link).to_be_in_viewport(ratio=1)
        await link.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)
        await expect(link).to_have_attribute("aria-current", "page")
        assert await page.evaluate("document.documentElement.scrollWidth") <= TINY["width"]


async def test_an_administrator_sees_whose_quizzes_they_are(
    teacher: Teacher, people: People, session_factory: SessionFactory
) -> None:
    await teacher.write(ONE, "Rivers")
    admin = {"email": "admin@school.example", "password": PASSWORD}
    await create_user(session_factory, **admin, full_name="The Admin", role="super_admin")
    page = await people.open("/", PROJECTOR)
    await people.sign_in(page.context, admin)
    me = (await teacher.http.get("/api/me")).json()["full_name"]
    await page.goto("/dashboard")
    await expect(page.get_by_role("heading", name="All quizzes")).to_be_visible()
    await expect(page.locator(".quiz")).to_contain_text(me)


async def test_the_way_into_a_room_stays_in_sight(teacher: Teacher, people: People) -> None:
    await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await page.set_viewport_size({"width": 1024, "height": 500})
    await page.get_by_role("button", name="Play Rivers").click()
    await page.get_by_text("More settings").click()
    await expect(page.get_by_role("button", name="Open the room")).to_be_in_viewport(ratio=1)


async def test_archiving_is_undone(teacher: Teacher, people: People) -> None:
    await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await stop_the_clock(page)  # else the toast would not wait for a slow machine
    await choose(page, "Rivers", "Put in the archive")
    await expect(page.locator(".quiz")).to_have_count(0)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(".quiz")).to_have_count(1)
    assert people.troubles == []


async def test_archive_restore_and_purge(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await choose(page, "Rivers", "Put in the archive")
    await page.get_by_role("button", name="Archive", exact=True).click()
    await page.get_by_role("button", name="Restore").click()
    await expect(page.get_by_role("heading", name="The archive is empty")).to_be_visible()

    await teacher.http.post(f"/api/quizzes/{quiz['id']}/archive")
    await page.reload()
    await page.get_by_role("button", name="Delete for ever").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".quiz")).to_have_count(1)
    await page.get_by_role("button", name="Delete for ever").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete for ever").click()
    await expect(page.locator(".quiz")).to_have_count(0)
    assert (await teacher.http.get(f"/api/quizzes/{quiz['id']}")).status_code == 404
    assert people.troubles == []


async def test_a_menu_is_left_with_escape(teacher: Teacher, people: People) -> None:
    await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await page.get_by_label("More for Rivers").press("Enter")
    await expect(page.get_by_role("button", name="Make a copy")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Make a copy")).to_be_hidden()
    await expect(page.get_by_label("More for Rivers")).to_be_focused()


async def test_a_copy_is_made(teacher: Teacher, people: People) -> None:
    await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await choose(page, "Rivers", "Make a copy")
    await expect(page.locator(".quiz")).to_have_count(2)
    assert sorted(await titles(page)) == ["Rivers", "Rivers (2)"]


async def test_search_and_order_stand_in_the_address(teacher: Teacher, people: People) -> None:
    for title in ("Rivers of 100 % Java", "Capitals", "rivers of Sumatra"):
        await teacher.write(ONE, title)
    page = await dashboard(people)
    await page.get_by_label("Search quizzes").fill("RIVERS")
    await expect(page.locator(".quiz")).to_have_count(2)
    await page.get_by_label("Sort").select_option("title")
    await expect(page).to_have_url(re.compile(r"\?search=RIVERS&sort=title$"))
    await page.reload()
    await expect(page.locator(".quiz")).to_have_count(2)
    assert await titles(page) == ["Rivers of 100 % Java", "rivers of Sumatra"]
    await page.get_by_label("Search quizzes").fill("%")
    await expect(page.locator(".quiz")).to_have_count(1)
    await page.get_by_label("Search quizzes").fill("nothing like it")
    await expect(page.get_by_text("No quiz was found for “nothing like it”.")).to_be_visible()


async def test_long_lists_have_pages(teacher: Teacher, people: People) -> None:
    for place in range(21):
        await teacher.http.post("/api/quizzes", json={"title": f"Quiz {place:02}"})
    page = await dashboard(people, "/dashboard?sort=title")
    await expect(page.locator(".quiz")).to_have_count(20)
    await page.get_by_role("button", name="Next page").click()
    await expect(page.locator(".quiz .title")).to_have_text(["Quiz 20"])
    await expect(page.get_by_text("Page 2 of 2")).to_be_visible()


async def test_the_settings_of_the_last_room_are_remembered(
    teacher: Teacher, people: People
) -> None:
    for title in ("Rivers", "Lakes"):
        await teacher.write(ONE, title)
    page = await dashboard(people)
    await page.get_by_role("button", name="Play Rivers").click()
    await page.get_by_label("Move on by itself").check()
    await page.get_by_label("Pause before the next question").select_option("15000")
    await page.get_by_text("More settings").click()
    await page.get_by_label("Refuse rude names").uncheck()
    await page.get_by_label("At most this many players").fill("30")
    await page.get_by_role("button", name="Open the room").click()
    await page.wait_for_url("**/host/*")
    session = page.url.rsplit("/", 1)[1]
    settings: Json = (await teacher.http.get(f"/api/sessions/{session}")).json()["settings"]
    assert (settings["auto_advance"], settings["auto_advance_ms"]) == (True, 15000)
    assert (settings["word_filter"], settings["max_players"]) == (False, 30)

    await page.goto("/dashboard")
    await page.get_by_role("button", name="Play Lakes").click()
    await expect(page.get_by_label("Move on by itself")).to_be_checked()
    await expect(page.get_by_label("Streak bonus")).not_to_be_checked()


async def test_an_unfinished_quiz_is_finished_not_played(teacher: Teacher, people: People) -> None:
    await teacher.http.post("/api/quizzes", json={"title": "Half a quiz"})
    page = await dashboard(people)
    await expect(page.get_by_role("button", name="Play Half a quiz")).to_have_count(0)
    await page.get_by_role("link", name="Finish writing Half a quiz").click()
    await page.wait_for_url("**/quizzes/*")


@pytest.mark.parametrize("status", [503, 0])
async def test_a_failure_says_so_and_gives_a_way_out(
    teacher: Teacher, people: People, status: int
) -> None:
    await teacher.write(ONE, "Rivers")
    page = await dashboard(people)
    await expect(page.locator(".quiz")).to_have_count(1)
    if status:
        answer = {"code": "unavailable", "status": status}
        await page.route(
            "**/api/quizzes?*", lambda route: route.fulfill(status=status, json=answer)
        )
    else:
        await page.route("**/api/quizzes?*", lambda route: route.abort())
    await page.get_by_label("Sort").select_option("title")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute("**/api/quizzes?*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".quiz")).to_have_count(1)


async def test_a_phone_shows_it_all(teacher: Teacher, people: People) -> None:
    await teacher.write(ONE, "A title of sixty characters, which is as long as titles get 😀")
    page = await people.open("/dashboard", SMALL, signed_in=True)
    await expect(page.locator(".quiz")).to_have_count(1)
    await settled(page)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_narrow_phone_in_indonesian_has_room_for_it(
    teacher: Teacher, people: People
) -> None:
    await teacher.write(ONE)
    await teacher.http.patch("/api/me/preferences", json={"locale": "id"})
    page = await people.open("/dashboard", PHONE, signed_in=True)
    box = await page.get_by_role("searchbox").bounding_box()
    assert box is not None
    assert box["width"] > 300
    chips = page.locator(".views .chip")
    heights = await chips.evaluate_all("(all) => all.map((chip) => chip.offsetHeight)")
    assert set(heights) == {40}
    await page.goto("/account")
    segments = page.locator(".segments").first
    await expect(segments).to_be_visible()
    assert await segments.evaluate("(row) => row.scrollWidth <= row.clientWidth")
