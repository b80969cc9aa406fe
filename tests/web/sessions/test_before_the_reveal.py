"""What a phone shows about an answer before the reveal: nothing that looks right or wrong."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.school import Teacher
from tests.web.conftest import PHONE, PROJECTOR, People, step
from tests.web.games import UNHURRIED

SHORT_ANSWER, NUMERIC, ORDERING, POLL = (UNHURRIED[index] for index in (3, 4, 5, 6))
COLOURS = """one => {
    const probe = document.createElement("i");
    probe.style.color = "var(--success)";
    probe.style.backgroundColor = "var(--success-soft)";
    one.append(probe);
    const [success, own] = [getComputedStyle(probe), getComputedStyle(one)];
    const green = [success.color, success.backgroundColor];
    const used = [own.color, own.backgroundColor, own.borderTopColor];
    probe.remove();
    return used.some((colour) => green.includes(colour));
}"""


async def is_green(one: Locator) -> bool:
    """Whether it has a colour that means success."""
    return bool(await one.evaluate(COLOURS))


@pytest.mark.parametrize(
    ("question", "sent"), [(ORDERING, ".order-row"), (SHORT_ANSWER, "#typed"), (NUMERIC, "#typed")]
)
async def test_what_is_sent_does_not_look_right(
    teacher: Teacher, people: People, question: dict[str, object], sent: str
) -> None:
    await teacher.open(await teacher.write([question]))
    await teacher.player("Somebody who thinks")
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    if sent == "#typed":
        await phone.locator(sent).fill("1")
    await phone.get_by_role("button", name="Send answer").click()
    await expect(phone.locator(".word")).to_have_attribute("data-look", "stored")
    await expect(phone.get_by_role("button", name="Send answer")).to_have_count(0)
    for part in (sent, ".word"):
        assert not await is_green(phone.locator(part).first)


async def test_a_refusal_stands_beside_the_field_and_can_be_mended(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([SHORT_ANSWER]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    field = phone.get_by_label("Your answer")
    await field.fill("Li\u0007ma")
    await phone.keyboard.press("Enter")
    reason = phone.get_by_text("This answer does not fit the question. Try another one.").first
    await expect(reason).to_be_visible()
    await expect(field).to_have_accessible_description(
        "This answer does not fit the question. Try another one."
    )
    below, above = await reason.bounding_box(), await field.bounding_box()
    assert below is not None
    assert above is not None
    assert 0 <= below["y"] - above["y"] - above["height"] <= 24
    await field.fill("Lima")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="Right!")).to_be_visible()


async def test_a_poll_has_no_right_answer(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([POLL]))
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    host = await people.host(teacher.session)
    phone = await people.player(teacher.code, "Ana")
    await step(host)
    await phone.locator(".tile").first.click()
    await phone.get_by_role("button", name="Send answer").click()
    for page in (host, wall, phone):
        await expect(page.locator(".revealed")).to_be_visible()
        await expect(page.locator("body")).not_to_contain_text("Right answer")


async def test_what_nobody_did_is_said_in_words(teacher: Teacher, people: People) -> None:
    """Nobody answers the first question, nobody is right in the second."""
    await teacher.open(await teacher.write([ORDERING, ORDERING]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await host.send("start")
    await host.hears("question")
    await host.send("close_question")
    await expect(wall.locator(".where")).to_contain_text("Nobody answered")
    await expect(wall.locator(".revealed")).not_to_contain_text("0 of")
    await expect(phone.get_by_role("status")).to_have_text("No answer. Place 1.")
    await host.send("next")
    shown = (await host.hears("question"))["choices"]
    right = ["atom", "cell", "ant", "whale"]
    if [choice["text"] for choice in shown] == right:
        await phone.get_by_role("button", name="Move down: atom").click()
    await phone.get_by_role("button", name="Send answer").click()
    await expect(wall.locator(".solution")).to_contain_text("Nobody had the right order")


async def test_a_screen_reader_hears_sentences(teacher: Teacher, people: People) -> None:
    question = {**SHORT_ANSWER, "stem": "The capital of Peru"}
    await teacher.open(await teacher.write([question]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    status = phone.get_by_role("status")
    await host.send("start")
    await expect(status).to_have_text("Question 1 of 1. The capital of Peru. Type your answer.")
    await phone.get_by_label("Your answer").fill("Lima")
    await phone.keyboard.press("Enter")
    await expect(status).to_have_text("Right! Place 1.")
    await host.send("next")
    await expect(status).to_have_text(re.compile(r"^The game is over\. Place 1\. [\d,]+ points\.$"))


async def test_the_address_of_a_game_that_is_over_says_so(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([POLL]))
    host = await teacher.host()
    await host.send("end")
    await host.hears("finished")
    phone = await people.open(f"/play/{teacher.code}", PHONE)
    await expect(phone.get_by_role("heading", name="This game is over")).to_be_visible()
    await expect(phone.get_by_role("textbox")).to_have_count(0)
    await expect(phone.get_by_role("link", name="Use another code")).to_be_visible()
    assert people.troubles == []


async def test_who_comes_too_late_is_told_why(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([POLL]), late_join=False)
    host = await teacher.host()
    await host.send("start")
    await host.hears("question")
    phone = await people.open(f"/play/{teacher.code}", PHONE)
    await phone.get_by_label("Your name in the game").fill("Ana")
    await phone.keyboard.press("Enter")
    await expect(
        phone.get_by_text("This game has started and does not accept new players.")
    ).to_be_visible()


async def test_a_place_without_points_is_not_praised(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([SHORT_ANSWER]))
    host = await teacher.host()
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    await phone.get_by_label("Your answer").fill("Cusco")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="Not this time")).to_be_visible()
    await host.send("next")
    await expect(phone.locator(".over h1")).to_have_text("Place 1")
