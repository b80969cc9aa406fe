"""Host and projector in front of a class: they show the same, and all of it can be read."""

import itertools
import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.school import Json, Teacher
from tests.screenshots import IMAGES
from tests.web.conftest import PHONE, PROJECTOR, People, resize, settled, step
from tests.web.sessions.test_long_content import SIZES, outside

ONE: Json = {
    "type": "multiple_choice",
    "stem": "Which planet is the largest?",
    "time_limit": 300,
    "choices": [{"text": "Saturn"}, {"text": "Jupiter", "is_correct": True}],
}
A_WHILE_MS = 60_000


async def test_the_projector_shows_what_the_host_shows(teacher: Teacher, people: People) -> None:
    people.see_motion = True
    await teacher.open(await teacher.write([ONE, ONE]))
    await teacher.player("Ana")
    host = await people.host(teacher.session)
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await wall.clock.install()
    await wall.reload()
    await step(host)
    await step(host)
    await expect(wall.locator(".revealed")).to_be_visible()
    await wall.clock.run_for(A_WHILE_MS)
    await expect(wall.locator(".revealed")).to_be_visible()

    await step(host)
    await expect(host.locator(".places")).to_be_visible()
    await expect(wall.locator(".places")).to_be_visible()
    await wall.reload()
    late = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    for page in (wall, late):
        await expect(page.locator(".places")).to_contain_text("Ana")
    await host.get_by_role("button", name="Back to the answers").click()
    for page in (host, wall, late):
        await expect(page.locator(".revealed")).to_be_visible()
    await host.reload()
    await step(host)
    await step(host)
    for page in (host, wall, late):
        await expect(page.locator(".open-question")).to_be_visible()
    assert people.troubles == []


async def test_a_room_that_goes_on_by_itself_shows_the_places_first(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE, ONE]), auto_advance=True, auto_advance_ms=4_000)
    ana = await teacher.player("Ana")
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    host = await teacher.host()
    await host.send("start")
    await ana.hears("question")
    await ana.send("answer", question=0, response="b")
    await expect(wall.locator(".revealed")).to_be_visible()
    await expect(wall.locator(".places")).to_contain_text("Ana")
    await expect(wall.locator(".open-question")).to_be_visible()


SHORT = ["Saturn", "Jupiter", "Neptune", "Earth"]
SENTENCE = "The old train had already left when we arrived at the station in the hills. "
PICTURE = "https://pictures.example/mountain.png"
COVERED = """() => {
    const corner = document.querySelector(".late").getBoundingClientRect();
    const content = ".class-screen > section :is(h1, li, p, img, countdown-ring, .tag)";
    return [...document.querySelectorAll(content)]
        .map((one) => one.getBoundingClientRect())
        .filter((one) => one.left < corner.right - 1 && one.right > corner.left + 1
            && one.top < corner.bottom - 1 && one.bottom > corner.top + 1).length;
}"""


def choice(texts: list[str], **more: object) -> Json:
    marked = [{"text": text, "is_correct": n == 1} for n, text in enumerate(texts)]
    return {**ONE, "choices": marked, **more}


async def letters(page: Page, selector: str) -> float:
    """Their size in hundredths of the screen's width."""
    size: float = await page.locator(selector).first.evaluate(
        "one => parseFloat(getComputedStyle(one).fontSize) / innerWidth * 100"
    )
    return size


async def walls_of(teacher: Teacher, people: People) -> list[Page]:
    """The host's page and the projector."""
    projector = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    return [await people.host(teacher.session), projector]


async def test_who_comes_late_finds_the_way_in_on_every_screen(
    teacher: Teacher, people: People
) -> None:
    long = choice([f"{n} {SENTENCE * 3}".strip() for n in range(8)], stem=SENTENCE * 4)
    await teacher.open(await teacher.write([long, ONE]))
    await teacher.player("A name of 24 characters!")
    walls = await walls_of(teacher, people)
    for scene in (".open-question", ".revealed", ".places"):
        await step(walls[0])
        for wall in walls:
            await expect(wall.locator(scene)).to_be_visible()
            for size in SIZES:
                await resize(wall, size)
                await expect(wall.locator(".late img")).to_be_visible()
                await expect(wall.locator(".late")).to_contain_text(teacher.code[:3])
                await settled(wall)
                assert await wall.evaluate(COVERED) == 0, (scene, size)
    await walls[0].get_by_role("button", name="Lock the room").click()
    for wall in walls:
        await expect(wall.locator(".late")).to_have_count(0)


async def test_the_bar_of_a_host_on_a_phone_takes_two_rows(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE]))
    await teacher.player("Ana")
    host = await people.host(teacher.session)
    await host.set_viewport_size(PHONE)
    for scene in (".lobby", ".open-question", ".revealed", ".leaderboard", ".podium"):
        await expect(host.locator(scene)).to_be_visible()
        await settled(host)
        boxes = await host.locator(".host-bar :is(a, button):visible").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().toJSON())"
        )
        middles = {round(box["y"] + box["height"] / 2) for box in boxes}
        assert len(middles) <= 2, scene
        assert min(min(box["width"], box["height"]) for box in boxes) >= 44
        assert max(box["right"] for box in boxes) <= PHONE["width"]
        assert max(box["bottom"] for box in boxes) <= PHONE["height"]
        if scene != ".podium":
            await step(host)


async def test_who_comes_after_a_question_is_welcomed_without_a_place(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE, ONE]))
    ana = await teacher.player("Ana")
    host = await teacher.host()
    await host.send("start")
    await ana.hears("question")
    await ana.send("answer", question=0, response="b")
    await host.hears("reveal")
    phone = await people.open(f"/play/{teacher.code}", PHONE)
    await phone.get_by_label("Your name in the game").fill("Budi")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="You're in")).to_be_visible()
    await expect(phone.get_by_text("Place", exact=True)).to_have_count(0)
    await expect(phone.get_by_text("No answer")).to_have_count(0)
    await expect(phone.get_by_role("status")).to_have_text("You're in.")


async def test_the_reveal_counts_the_same_players_as_the_open_question(
    teacher: Teacher, people: People
) -> None:
    """Those who are here; Budi has a place from the first question, but has left."""
    await teacher.open(await teacher.write([ONE, ONE]))
    ana, budi = await teacher.player("Ana"), await teacher.player("Budi")
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    host = await people.host(teacher.session)
    await step(host)
    await ana.hears("question")
    await step(host)
    await expect(wall.locator(".revealed")).to_be_visible()
    await budi.close()
    await step(host)
    await step(host)
    await expect(wall.locator(".tally")).to_contain_text("0 of 1 answered")
    await ana.send("answer", question=1, response="a")
    for screen in (wall, host):
        await expect(screen.locator(".where")).to_contain_text("1 of 1 answered")


@pytest.mark.parametrize("names", [["Ana"], []], ids=["somebody", "nobody"])
async def test_there_is_confetti_for_those_who_took_part(
    teacher: Teacher, people: People, names: list[str]
) -> None:
    await teacher.open(await teacher.write([ONE]))
    people.see_motion = True
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await expect(wall.locator(".invite")).to_be_visible()
    host = await teacher.host()
    for name in names:
        await teacher.player(name)
        await host.send("start")
        await host.hears("question")
    await host.send("end")
    await expect(wall.get_by_text("took part").last).to_be_visible()
    assert await wall.locator("canvas").count() == len(names)


async def test_no_way_in_is_shown_where_nobody_may_come_late(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE]), late_join=False)
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    host = await teacher.host()
    await host.send("start")
    await expect(wall.locator(".open-question")).to_be_visible()
    await expect(wall.locator(".late")).to_have_count(0)


async def test_short_words_fill_their_tiles_beside_a_picture_too(
    teacher: Teacher, people: People
) -> None:
    """One that is not there takes no place."""
    await teacher.open(await teacher.write([choice(SHORT), choice(SHORT, media=PICTURE)]))
    host = await teacher.host()
    walls = await walls_of(teacher, people)
    _, wall = walls
    bare = await people.open("/", PROJECTOR)
    await bare.route(PICTURE, lambda route: route.fulfill(status=404))
    await wall.route(PICTURE, lambda route: route.fulfill(path=IMAGES / "game.png"))
    await bare.goto(f"/screen/{teacher.code}")
    await host.send("start")
    for wall, size in itertools.product(walls, SIZES):
        await resize(wall, size)
        await expect(wall.locator(".option")).to_have_count(4)
        assert await outside(wall, ".options", ".option", ".option span") == 0
        assert await letters(wall, ".option span") >= 5
        assert await letters(wall, ".head h1") >= 4

    for message in ("close_question", "next"):
        await host.send(message)
    await expect(wall.locator(".picture")).to_be_visible()
    await expect(wall.locator(".option")).to_have_count(4)
    for size in SIZES:
        await resize(wall, size)
        assert await outside(wall, ".body", ".picture", ".option") == 0
        box = await wall.locator(".picture").bounding_box()
        assert box is not None
        assert box["width"] >= 0.4 * size["width"]
        assert box["height"] >= 0.45 * size["height"]
        assert await letters(wall, ".option span") >= 3
    await expect(bare.locator(".picture")).to_have_count(1)
    await expect(bare.locator(".option")).to_have_count(4)  # nothing is hidden before it is there
    await expect(bare.locator(".picture")).to_be_hidden()
    box = await bare.locator(".options").bounding_box()
    assert box is not None
    assert box["width"] > 0.8 * PROJECTOR["width"]


@pytest.mark.longest
async def test_a_key_is_the_next_thing_except_in_a_dialog_and_enter_on_a_button(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE, ONE, ONE]))
    await teacher.player("Ana")
    host = await people.host(teacher.session)
    lock = host.get_by_role("button", name=re.compile("ock the room"))
    await lock.focus()
    await host.keyboard.press("Enter")
    await expect(lock).to_have_accessible_name("Unlock the room")
    await host.get_by_role("button", name="Keyboard shortcuts").focus()
    await host.keyboard.press("Enter")
    await expect(host.get_by_role("dialog").get_by_role("button", name="Close")).to_be_focused()
    await host.keyboard.press("Space")
    await expect(host.locator("dialog[open]")).to_have_count(0)
    await expect(host.locator(".lobby")).to_be_visible()

    becomes = itertools.cycle(["Lock the room", "Unlock the room"])
    for key, name in zip(["Space", "PageDown", "ArrowRight"], becomes, strict=False):
        await lock.click()
        await expect(lock).to_have_accessible_name(name)
        await expect(lock).to_be_focused()
        await press(host, key)
        await expect(host.locator(".open-question")).to_be_visible()
        await expect(lock).to_have_accessible_name(name)
        await host.get_by_role("button", name="Players").click()
        await host.keyboard.press("Escape")
        await expect(host.locator("dialog[open]")).to_have_count(0)
        await press(host, key)
        await expect(host.locator(".revealed")).to_be_visible()
        await expect(host.locator("dialog[open]")).to_have_count(0)
        await press(host, key)
        await expect(host.locator(".places")).to_be_visible()
        await host.keyboard.press("PageUp")
        await expect(host.locator(".revealed")).to_be_visible()
        await press(host, key)
        await expect(host.locator(".places")).to_be_visible()


async def press(host: Page, key: str) -> None:
    """Pressed as soon as the screen stands still."""
    await expect(host.locator("[data-do=step]")).to_be_enabled()
    await host.keyboard.press(key)
