"""Decks: written on a phone, shared by a link, learned by somebody else."""

import re

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher
from tests.pictures import plain
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People
from tests.web.modules import run

LEARNER = {
    "email": "budi@kuis.example",
    "password": PASSWORD,
    "full_name": "Budi",
    "role": "student",
}
PICTURE = FilePayload(name="cat.png", mimeType="image/png", buffer=plain(320, 200))


async def test_a_deck_is_written_shared_learned_and_left(teacher: Teacher, people: People) -> None:
    await teacher.http.post("/api/questions", json=ALL_KINDS[0] | {"topic": "Astronomy"})
    page = await people.open("/decks", PHONE, signed_in=True)
    await expect(page.get_by_role("heading", name="No decks yet")).to_be_visible()
    await page.get_by_role("button", name="New deck").first.click()
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("button", name="Save").click()
    await expect(sheet.get_by_text("Give the deck a title.")).to_be_visible()
    await sheet.get_by_label("Title").fill("Rumah dan kebun")
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Rumah dan kebun", level=1)).to_be_visible()
    await write_notes(page, sheet)
    practice = page.get_by_role("link", name="Practice")
    await expect(practice).to_have_attribute("href", re.compile("cram=true$"))
    await page.goto(f"{page.url}?q=garden")
    await expect(page.locator(".note-list > li")).to_have_count(1)
    await page.goto(page.url.partition("?")[0])
    await page.locator("summary", has_text="Share").click()
    await page.get_by_role("button", name="Make a link").click()
    link = await page.get_by_label("Link to this deck").input_value()
    assert await violations(page) == []

    phone = await people.open("/decks", PHONE)
    await people.sign_in(phone.context, LEARNER, "/api/auth/register")
    await learn_and_leave(phone, link[link.index("/decks") :])

    await page.get_by_role("button", name="Delete the deck").click()
    await page.set_viewport_size(PROJECTOR)
    await sheet.get_by_role("button", name="Delete the deck").click()
    await expect(page.get_by_role("heading", name="No decks yet")).to_be_visible()
    await page.get_by_role("button", name="New deck").first.click()
    await sheet.get_by_label("Title").fill("Planets")
    await sheet.get_by_label("What is in it").select_option("Astronomy")
    assert await violations(page) == []
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.get_by_text(ALL_KINDS[0]["stem"])).to_be_visible()
    await page.get_by_role("button", name="Delete the deck").click()
    await expect(sheet).to_contain_text("so do the questions in your bank")
    assert people.troubles == []


async def write_notes(page: Page, sheet: Locator) -> None:
    """One with a picture on its back, and one that is asked both ways."""
    await page.get_by_role("button", name="New note").click()
    await sheet.get_by_role("button", name="Add").click()
    await expect(page.locator("#front-problem")).to_have_text(
        "Write something on this side, or choose a picture."
    )
    await sheet.get_by_label("Front").fill("kucing")
    await sheet.get_by_label("Tags").fill("words, home")
    await sheet.locator("#back-picture").set_input_files(PICTURE)
    await expect(sheet.get_by_role("button", name="Remove")).to_be_visible()
    await sheet.get_by_role("button", name="Add").click()
    await expect(page.locator(".note-list img")).to_be_visible()
    await expect(page.locator(".toast", has_text="Added")).to_be_visible()
    for front, back in (("rumah", "house"), ("kebun", "garden")):
        await sheet.get_by_label("Front").fill(front)
        await expect(sheet.get_by_label("Tags")).to_have_value("words, home")
        await sheet.get_by_label("Back").fill(back)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".note-list")).to_contain_text(front)
        await expect(sheet.get_by_label("Front")).to_have_value("")
    await sheet.get_by_role("button", name="Cancel").click()
    change = page.get_by_role("button", name="Change the note").first
    await expect(change).to_have_accessible_description("kucing")
    await change.click()
    await sheet.get_by_label("Ask both ways").check()
    await sheet.get_by_label("Hint").fill("it says meow")
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.locator(".note-list")).to_contain_text("it says meow")
    await expect(page.locator(".note-list img")).to_be_visible()
    await expect(page.get_by_text("4 new")).to_be_visible()


async def learn_and_leave(phone: Page, link: str) -> None:
    await phone.goto(link)
    await expect(phone.get_by_text("By Sari")).to_be_visible()
    await phone.get_by_role("button", name="Learn this deck").click()
    await expect(phone.get_by_role("link", name="Review", exact=True)).to_be_visible()
    await expect(phone.get_by_role("button", name="New note")).to_have_count(0)
    assert await violations(phone) == []
    await phone.get_by_role("link", name="Decks", exact=True).first.click()
    await expect(phone.get_by_text("4 new")).to_be_visible()
    await phone.get_by_role("link", name="Rumah dan kebun", exact=True).click()
    await phone.get_by_role("button", name="Stop learning").click()
    await phone.get_by_role("dialog").get_by_role("button", name="Stop learning").click()
    await expect(phone.get_by_role("heading", name="No decks yet")).to_be_visible()


@pytest.mark.parametrize(
    ("module", "address", "heading"),
    [
        ("decks/shared.js", "/decks/shared/a%E0", "No such page"),
        ("users/unsubscribe.js", "/unsubscribe/a%E0", "Stop these mails?"),
    ],
)
async def test_a_link_that_a_program_has_cut_opens_a_page(
    blank: Page, module: str, address: str, heading: str
) -> None:
    """In the middle of what stands for a letter."""
    script = """
        history.replaceState(null, "", given[0]);
        document.body.appendChild(document.createElement("main")).id = "app";
        globalThis.fetch = async () => new Response('{"code": "no_such_deck"}', { status: 404 });
        await import(path.replace("ui/boot.js", given[1]));"""
    await run(blank, "ui/boot.js", script, [address, module])
    await expect(blank.get_by_role("heading")).to_have_text(heading)
    await expect(blank.get_by_text("ask for a new link")).to_have_count(int("decks" in module))
