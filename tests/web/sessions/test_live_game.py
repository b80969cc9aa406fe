"""A game in real browsers: three phones, the host's page and the projector."""

import asyncio
import json
import re

import pytest
from playwright.async_api import Locator, Page, expect

from game.errors import Unavailable
from tests.conftest import RunningServer
from tests.e2e.school import Json, Teacher
from tests.web.conftest import (
    PHONE,
    PROJECTOR,
    Network,
    People,
    settled,
    step,
    stop_the_clock,
)
from tests.web.games import UNHURRIED
from tests.web.sessions.test_ordering import put_in_order

STEADY_MS = 500  # how long a new screen does not hear a second tap
SETTLING_MS = 300  # how long a new question does not on a phone
ANSWERED = "Answered. Waiting for the others."
ONE: Json = {
    "type": "multiple_choice",
    "stem": "Which planet is the largest?",
    "time_limit": 120,
    "explanation": "Jupiter weighs more than all the others together.",
    "choices": [
        {"text": "Saturn"},
        {"text": "Jupiter", "is_correct": True},
        {"text": "Neptune"},
        {"text": "Earth"},
    ],
}


async def test_three_phones_and_a_host_play_to_the_podium(teacher: Teacher, people: People) -> None:
    people.see_motion = True
    await teacher.open(await teacher.write([ONE, UNHURRIED[8]]))
    host = await people.host(teacher.session)
    screen = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await expect(screen.locator(".waiting")).to_be_visible()
    ana, budi, citra = [
        await people.player(teacher.code, name) for name in ("Ana", "Budi", "Citra 🌸")
    ]
    for wall in (host, screen):
        await expect(wall.locator(".names")).to_contain_text("Citra 🌸")
        await expect(wall.get_by_label(f"Game code {teacher.code}")).to_be_visible()

    await host.keyboard.press("Space")
    await ana.get_by_role("button", name="Jupiter").click()
    await expect(ana.get_by_text(ANSWERED).first).to_be_visible()
    await budi.reload()
    await host.reload()
    await budi.get_by_role("button", name="Saturn").click()
    await expect(budi.get_by_text(ANSWERED).first).to_be_visible()
    await ana.reload()
    await expect(ana.get_by_text(ANSWERED).first).to_be_visible()
    await expect(host.locator(".tally")).to_contain_text("2 of 3 answered")
    await expect(screen.locator(".tally")).to_contain_text("2 of 3 answered")

    await step(host)
    await expect(ana.get_by_role("heading", name="Right!")).to_be_visible()
    await expect(budi.get_by_role("heading", name="Not this time")).to_be_visible()
    await expect(citra.get_by_role("heading", name="No answer")).to_be_visible()
    await expect(citra.locator(".key-card")).to_contain_text("Jupiter weighs more")
    await expect(host.locator('.results [data-right="true"]')).to_contain_text("Jupiter")
    await step(host)
    await expect(host.locator(".places li").first).to_contain_text("Ana")
    await step(host)
    for phone in (ana, budi, citra):
        await phone.get_by_role("button", name="False").click()
    await expect(ana.get_by_role("heading", name="Right!")).to_be_visible()
    await expect(host.get_by_role("button", name="Places")).to_be_enabled()
    await host.keyboard.press("Space")
    await expect(host.get_by_role("button", name="To the podium")).to_be_enabled()
    await host.keyboard.press("Space")
    await expect(host.locator(".podium")).to_contain_text("Ana")
    await expect(screen.locator(".podium")).to_contain_text("Ana")
    await expect(ana.get_by_role("heading", name="Place 1")).to_be_visible()
    await expect(host.get_by_role("link", name="See results")).to_be_visible()
    assert people.troubles == []


async def test_all_kinds_of_questions_can_be_answered(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write(UNHURRIED))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    for question in UNHURRIED:
        await expect(phone.get_by_role("heading", name=question["stem"])).to_be_visible()
        await give(phone, question)
        await host.hears("reveal")
        await expect(phone.locator(".verdict")).to_be_visible()
        verdict = await phone.locator(".revealed").get_attribute("data-verdict")
        assert verdict == ("poll" if question["type"] == "poll" else "right"), question["stem"]
        await host.send("next")
    await expect(phone.get_by_text("9 of 9 right")).to_be_visible()
    assert people.troubles == []


async def give(phone: Page, question: Json) -> None:
    """The right answer, as a person gives it."""
    match question["type"]:
        case "short_answer":
            await phone.get_by_label("Your answer").fill(question["answer_key"]["accepted"][0])
            await phone.get_by_role("button", name="Send answer").click()
        case "numeric":
            await phone.get_by_label("Your number").fill("90,2")
            await phone.keyboard.press("Enter")
        case "multiple_select":
            for choice in question["choices"]:
                if choice.get("is_correct"):
                    await phone.get_by_role("button", name=choice["text"], exact=True).click()
            await phone.get_by_role("button", name="Send answer").click()
        case "ordering":
            await put_in_order(phone, [choice["text"] for choice in question["choices"]])
            await phone.get_by_role("button", name="Send answer").click()
        case "poll":
            await phone.locator(".tile").first.click()
            if await phone.get_by_role("button", name="Send answer").count():
                await phone.get_by_role("button", name="Send answer").click()
        case _:
            right = next(choice for choice in question["choices"] if choice.get("is_correct"))
            await phone.get_by_role("button", name=right["text"]).click()


async def test_an_answer_given_without_a_network_is_kept_and_sent(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE]))
    host = await teacher.host()
    network = Network()
    phone = await people.player(teacher.code, "Ana", network)
    await people.player(teacher.code, "Budi")
    await host.send("start")
    await expect(phone.get_by_role("button", name="Jupiter")).to_be_visible()
    await network.cut()
    await phone.get_by_role("button", name="Jupiter").click()
    await expect(phone.locator(".word")).to_have_text(re.compile("Saved here"))
    network.mend()
    await expect(phone.get_by_text(ANSWERED).first).to_be_visible()
    await host.send("close_question")
    reveal = await host.hears("reveal")
    assert reveal["answered"] == 1


async def test_a_code_that_leads_nowhere_says_so(people: People) -> None:
    page = await people.open("/", PHONE)
    for path in ("/play/ZZZZZZ", "/screen/ZZZZZZ"):
        await page.goto(path)
        await expect(page.get_by_role("heading", name="No such room")).to_be_visible()
        await expect(page.locator("a[href='/']")).to_be_visible()


async def test_who_joins_may_read_another_language(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    page = await people.open(f"/play/{teacher.code}", PHONE)
    await page.get_by_role("button", name="Bahasa Indonesia").click()
    await expect(page.get_by_label("Namamu di permainan")).to_be_visible()
    await page.get_by_role("button", name="Warna gelap").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_joining_by_code_ends_in_the_room(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    page = await people.open("/", PHONE)
    field = page.get_by_label("Game code")
    await field.fill("zzzzzz")
    await expect(field).to_have_value("ZZZZZZ")
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("alert")).to_contain_text("no open game with this code")
    await field.fill(teacher.code.lower())
    await page.get_by_role("button", name="Join").click()
    await page.wait_for_url(f"**/play/{teacher.code}")
    scanned = await people.open(f"/?code={teacher.code}", PHONE)
    await scanned.wait_for_url(f"**/play/{teacher.code}")


async def test_the_server_gives_names_where_that_is_set(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]), friendly_names=True)
    phone = await people.open(f"/play/{teacher.code}", PHONE)
    await expect(phone.get_by_text("You will get a name")).to_be_visible()
    await phone.get_by_role("button", name="I'm in").click()
    await expect(phone.locator(".lobby h1")).to_have_text(re.compile(r"\w+"))


async def test_a_second_tap_does_not_close_the_next_question(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE]))
    phone = await people.player(teacher.code, "Ana")
    host = await people.host(teacher.session)
    await expect(host.locator(".names")).to_contain_text("Ana")
    await stop_the_clock(host)
    await host.keyboard.press("Space")
    await expect(host.get_by_role("button", name="Show the answer")).to_be_disabled()
    await host.keyboard.press("Space")
    await phone.get_by_role("button", name="Jupiter").click()
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()
    places = host.get_by_role("button", name="Places")
    await expect(places).to_be_disabled()
    await host.clock.run_for(STEADY_MS)
    await expect(places).to_be_enabled()
    await host.keyboard.press("Space")
    await host.keyboard.press("Space")
    await expect(host.get_by_role("button", name="To the podium")).to_be_disabled()
    await expect(host.locator(".places")).to_contain_text("Ana")


async def test_a_double_click_leaves_the_host_at_the_podium(
    teacher: Teacher, people: People
) -> None:
    """The second click finds other buttons in the place of the one that was pressed."""
    await teacher.open(await teacher.write([ONE]))
    phone = await people.player(teacher.code, "Ana")
    host = await people.host(teacher.session)
    await expect(host.locator(".names")).to_contain_text("Ana")
    await step(host)
    await phone.get_by_role("button", name="Jupiter").click()
    await host.get_by_role("button", name="Places").click()
    podium = host.get_by_role("button", name="To the podium")
    await expect(podium).to_be_enabled()
    await stop_the_clock(host)
    await podium.click()
    results = host.get_by_role("link", name="See results")
    await expect(results).to_be_visible()
    await second_click(results)
    await host.clock.run_for(STEADY_MS)
    await expect(host.locator(".podium")).to_contain_text("Ana")
    await results.click()
    await host.wait_for_url(f"**/sessions/{teacher.session}")


async def second_click(button: Locator) -> None:
    """That of a double click, whatever the page says of the button."""
    await button.hover(force=True)
    await button.page.mouse.down(click_count=2)
    await button.page.mouse.up(click_count=2)


async def test_a_tap_for_the_screen_before_is_no_answer(teacher: Teacher, people: People) -> None:
    """A key is one at once."""
    await teacher.open(await teacher.write([ONE, ONE]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await stop_the_clock(phone)
    jupiter = phone.get_by_role("button", name="Jupiter")
    await host.send("start")
    await expect(jupiter).to_be_disabled()
    await second_click(jupiter)
    await expect(jupiter).to_have_attribute("data-look", "free")
    await phone.keyboard.press("2")
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()
    await host.send("next")
    await expect(jupiter).to_be_disabled()
    await phone.clock.run_for(SETTLING_MS)
    await jupiter.click()
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()


async def test_a_step_waits_for_the_answer_to_the_last(teacher: Teacher, people: People) -> None:
    """However long that takes: until then the button belongs to the old screen."""
    await teacher.open(await teacher.write([ONE]))
    await people.player(teacher.code, "Ana")
    network = Network()
    host = await people.host(teacher.session, network)
    await expect(host.locator(".names")).to_contain_text("Ana")
    start = host.get_by_role("button", name="Start")
    await network.clock_known()
    network.hold()
    await stop_the_clock(host)
    await start.click()
    await expect(start).to_be_disabled()
    await host.clock.run_for(STEADY_MS)
    await expect(start).to_be_disabled()
    network.let_go()
    await expect(host.locator(".options")).to_be_visible()
    await host.clock.run_for(STEADY_MS)
    await expect(host.get_by_role("button", name="Show the answer")).to_be_enabled()


async def test_refusals_stand_beside_the_name(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    host = await teacher.host()
    await people.player(teacher.code, "Ana")
    page = await people.open(f"/play/{teacher.code}", PHONE)
    await page.get_by_label("Your name in the game").fill("ANA")
    await page.get_by_role("button", name="I'm in").click()
    await expect(page.get_by_role("alert")).to_contain_text("already has this name")
    await expect(page.get_by_label("Your name in the game")).to_be_focused()
    await host.send("lock")
    await host.hears("lobby", locked=True)
    await page.get_by_label("Your name in the game").fill("Budi")
    await page.get_by_role("button", name="I'm in").click()
    await expect(page.get_by_role("alert")).to_contain_text("locked the room")


async def test_who_joins_amid_a_crowd_is_told_so_and_let_in(
    teacher: Teacher, people: People, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crowd() -> None:
        raise Unavailable("unavailable", "Too many.", 50)

    await teacher.open(await teacher.write([ONE]))
    page = await people.open(f"/play/{teacher.code}", PHONE)
    with monkeypatch.context() as patched:
        patched.setattr(server.app.state.live.overload_guard, "admit", crowd)
        await page.get_by_label("Your name in the game").fill("Ana")
        await page.get_by_role("button", name="I'm in").click()
        await expect(page.get_by_role("alert")).to_contain_text("Many players are joining")
    await expect(page.get_by_role("heading", name="Ana")).to_be_visible()


async def test_a_stage_opens_by_itself_once_the_server_can(
    teacher: Teacher, people: People, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def away(_: str) -> None:
        loop.call_soon_threadsafe(refused.set)
        raise Unavailable("unavailable", "Away.", 50)

    await teacher.open(await teacher.write([ONE]))
    with monkeypatch.context() as patched:
        patched.setattr(server.app.state.live.hub, "acquire", away)
        host = await people.host(teacher.session)
        await refused.wait()
    await expect(host.locator("[data-do=step]")).to_be_visible()


async def test_who_plays_elsewhere_may_come_back_here(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    first = await people.player(teacher.code, "Ana")
    second = await first.context.new_page()
    await second.goto(f"/play/{teacher.code}")
    await expect(second.get_by_role("heading", name="Ana")).to_be_visible()
    await expect(first.get_by_role("heading", name="somewhere else")).to_be_visible()
    await first.get_by_role("button", name="Play here instead").click()
    await expect(first.get_by_role("heading", name="Ana")).to_be_visible()
    await expect(second.get_by_role("heading", name="somewhere else")).to_be_visible()


async def test_the_host_removes_a_player_for_good(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    phone = await people.player(teacher.code, "Rude name")
    host = await people.host(teacher.session)
    await host.get_by_role("button", name="Remove Rude name").click()
    await host.get_by_role("button", name="Remove", exact=True).click()
    await expect(phone.get_by_role("heading", name="You were removed")).to_be_visible()
    await expect(host.locator(".waiting")).to_be_visible()


async def test_the_host_holds_locks_and_ends(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE, ONE]))
    phone = await people.player(teacher.code, "Ana")
    host = await people.host(teacher.session)
    await expect(host.locator(".names")).to_contain_text("Ana")
    await host.keyboard.press("l")
    await expect(host.get_by_text("Locked")).to_be_visible()
    await host.keyboard.press("Space")
    await expect(phone.locator(".tile")).to_have_count(4)
    await expect(host.get_by_role("button", name="Pause")).to_be_visible()
    await host.keyboard.press("p")
    await expect(phone.locator(".word")).to_contain_text("Paused")
    await expect(host.get_by_role("button", name="Go on")).to_be_visible()
    await host.keyboard.press("p")
    await expect(phone.locator(".word")).to_contain_text("Choose one")
    before = await phone.locator("countdown-ring").get_attribute("to")
    await host.get_by_role("button", name="30 more seconds").click()
    await expect(phone.locator("countdown-ring")).to_have_attribute(
        "to", str(int(before or 0) + 30_000)
    )
    await host.get_by_role("button", name="End game").click()
    await host.get_by_role("dialog").get_by_role("button", name="End game").click()
    await expect(phone.locator(".over")).to_be_visible()
    await expect(host.locator(".podium")).to_be_visible()


async def test_another_teacher_is_turned_away(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    await teacher.register("other@school.example")
    page = await people.open("/", PROJECTOR)
    login = {"email": "other@school.example", "password": "a long enough password"}
    await people.sign_in(page.context, login)
    await page.goto(f"/host/{teacher.session}")
    await expect(page.get_by_role("heading", name="Not your game")).to_be_visible()


LONG = [
    "When we arrived, the train had already left the old station.",
    "When we arrived, the train has already left the old station.",
    "Having arrived, we left when the train had been there 🚂🚂🚂🚂",
    "عندما وصلنا كان القطار قد غادر المحطة القديمة في المدينة كلها",
]


BOXES = """() => JSON.stringify({
    spilt: [document.documentElement, ...document.querySelectorAll(".tile, .open-question")]
        .filter((box) => box.scrollHeight > box.clientHeight + 1).length,
    tiles: [...document.querySelectorAll(".tile")]
        .map((tile) => tile.getBoundingClientRect())
        .map(({ bottom, height }) => ({ bottom, height })),
})"""


async def test_an_open_question_never_scrolls(teacher: Teacher, people: People) -> None:
    stem = "Which sentence uses the past perfect correctly in a story about a long journey home?"
    texts = [f"{LONG[n % 4][:57]} {n}" for n in range(8)]
    choices = [{"text": text, "is_correct": text == texts[0]} for text in texts]
    counts = (2, 4, 8)
    questions = [{**ONE, "stem": stem, "choices": choices[:count]} for count in counts]
    await teacher.open(await teacher.write(questions))
    host = await teacher.host()
    phone = await people.player(teacher.code, "A name of 24 characters!")
    await host.send("start")
    for count in counts:
        await expect(phone.locator(".tile")).to_have_count(count)
        await settled(phone)
        boxes = await phone.evaluate(BOXES)
        seen = json.loads(boxes)
        assert seen["spilt"] == 0
        assert all(tile["height"] >= 56 and tile["bottom"] <= 640 for tile in seen["tiles"])
        for message in ("close_question", "next"):
            await host.send(message)


async def test_a_browser_that_keeps_nothing_plays_too(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    host = await teacher.host()
    phone = await people.open("/", PHONE)
    await phone.add_init_script(
        """Storage.prototype.setItem = Storage.prototype.getItem = () => {
            throw new DOMException("no", "SecurityError");
        };"""
    )
    await phone.goto(f"/play/{teacher.code}")
    await phone.get_by_label("Your name in the game").fill("Ana")
    await phone.get_by_role("button", name="I'm in").click()
    await host.hears("lobby", players=1)
    await host.send("start")
    await phone.get_by_role("button", name="Jupiter").click()
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()
    assert people.troubles == []
