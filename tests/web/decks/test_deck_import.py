"""A deck of Anki comes in on a phone, with its pictures and reviews."""

import json
import re
from pathlib import Path

from playwright.async_api import FilePayload, Route, expect

from server.formats.decks import items
from server.formats.items import LOSSES
from server.web.catalogues import read_catalogues
from tests.e2e.school import Teacher
from tests.pictures import plain
from tests.server.formats.decks import packages
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, People

CODE = re.compile(r"(?:BadItemError\(|ItemProblem\([^,()]+,)\s*\"(\w+)\"")
NOTES = [
    (1, "k1", 10, " kota ", 'Roma <b>dan</b> sekitarnya\x1fItalia <img src="a.png">'),
    (2, "k2", 10, "", "\x1fnothing in front"),
    (3, "k3", 10, "", "Oslo\x1fNorwegia [sound:a.mp3]"),
]


def deck() -> bytes:
    cards = [packages.card(100, 1, type=2, due=1_000), *(packages.card(100 + n, n) for n in (2, 3))]
    sql = "INSERT INTO revlog VALUES (1750000000000, 100, 3, 4000, 0);"
    database = packages.collection(NOTES, cards, sql=sql)
    media = json.dumps({"0": "a.png"}).encode()
    return packages.archive({"collection.anki2": database, "media": media, "0": plain()})


async def test_a_deck_of_anki_is_looked_at_and_imported(teacher: Teacher, people: People) -> None:
    del teacher  # whose account the browser signs in to
    page = await people.open("/decks", PHONE, signed_in=True)
    await page.get_by_role("link", name="Import").click()
    await expect(page.get_by_role("heading", name="Import a deck")).to_be_visible()
    assert await violations(page) == []
    file = page.locator("#file")
    await file.set_input_files({"name": "a.apkg", "mimeType": "", "buffer": b"PK\x03\x04"})
    await expect(page.get_by_role("alert")).to_contain_text("damaged")
    await file.set_input_files({"name": "Kota.apkg", "mimeType": "", "buffer": deck()})
    await expect(page.get_by_role("heading", name="3 notes found")).to_be_focused()
    await expect(page.get_by_text("A side is empty.")).to_be_visible()
    await page.get_by_role("button", name="With a loss or refused").click()
    await expect(page.locator(".imported > li")).to_have_count(3)
    await page.get_by_label("Title").fill("Kota dunia")
    await expect(page.get_by_label("Bring 1 review along")).to_be_checked()
    assert await violations(page) == []
    await page.get_by_role("button", name="Import 2 notes").click()
    await expect(page.locator("#saved")).to_contain_text("2 notes added. 1 review came along.")
    await page.get_by_role("link", name="Open the deck").click()
    await expect(page.get_by_role("heading", name="Kota dunia", level=1)).to_be_visible()
    await expect(page.locator(".note-list img")).to_have_count(1)
    await page.locator("summary", has_text="Files").click()
    table = page.get_by_role("link", name="Table (CSV)")
    await expect(table).to_have_attribute("href", re.compile(r"^/api/decks/.*/file\?format=csv$"))
    assert await violations(page) == []
    await page.get_by_role("link", name="Import notes into this deck").click()
    await expect(page.get_by_role("heading", name="Import into Kota dunia")).to_be_visible()
    assert all("422" in trouble for trouble in people.troubles)  # the damaged file


async def test_a_file_is_sent_again_when_the_server_is_busy(
    teacher: Teacher, people: People
) -> None:
    """Once by itself, and then at a press; but nothing that may have been stored."""
    sent: list[str] = []

    async def refuse(route: Route) -> None:
        sent.append("refused")
        headers = {"Retry-After": "20"}
        await route.fulfill(status=503, headers=headers, json={"code": "unavailable"})

    async def reset(route: Route) -> None:
        sent.append("reset")
        await route.abort("connectionreset")

    page = await people.open("/decks/import", PHONE, signed_in=True)
    await page.clock.install()
    await page.route("**/imports/preview", reset)
    await page.route("**/imports/preview", refuse, times=1)
    table = FilePayload(name="Kota.csv", mimeType="", buffer=b"front,back\nItalia,Roma\n")
    await page.locator("#file").set_input_files(table)
    waiting = page.get_by_role("status").filter(has_text="The server is busy")
    await expect(waiting).to_be_visible()
    assert sent == ["refused"]
    await page.clock.fast_forward(20_000)
    await expect(page.get_by_role("alert")).to_contain_text("The server is busy")
    assert sent == ["refused", "reset"]
    assert await violations(page) == []
    await page.unroute_all()
    await page.get_by_role("button", name="Try again: Kota.csv").click()
    await expect(page.get_by_role("heading", name="1 note found")).to_be_focused()

    await page.route("**/api/decks/imports?*", reset)
    save = page.get_by_role("button", name="Import 1 note")
    await save.click()
    await expect(page.get_by_role("alert")).to_contain_text("The server is busy")
    assert sent[2:] == ["reset"]
    await page.unroute_all()
    await page.route("**/api/decks/imports?*", refuse, times=1)
    await save.click()
    await expect(waiting).to_be_visible()
    await page.clock.fast_forward(20_000)
    await expect(page.locator("#saved")).to_contain_text("1 note added.")
    assert (await teacher.http.get("/api/decks")).json()["total"] == 1


def test_everything_that_can_happen_to_a_note_has_a_text() -> None:
    texts = read_catalogues()["en"].keys()
    sources = (path.read_text() for path in Path(items.__file__).parent.glob("*.py"))
    codes = {code for source in sources for code in CODE.findall(source)}
    assert {"no_cards", "too_long"} <= codes
    assert {
        code for code in codes if not {f"deck_import.code_{code}", f"error.{code}"} & texts
    } == set()
    lost = {*items.OWN_LOSSES, "formatting", "picture", "other_media", "tags", "unknown_field"}
    assert lost <= items.OWN_LOSSES.keys() | LOSSES.keys()
    assert {f"deck_import.loss_{code}" for code in lost} - texts == set()
