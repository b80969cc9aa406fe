"""The list of a learner's cards: search, filters, and changes of many."""

import re

from playwright.async_api import Page, expect
from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.models import Card, Deck
from tests.conftest import RunningServer
from tests.web.accessibility import violations
from tests.web.cards.learners import APPLE, PERU, PLANETS, SITI, SIZES, give, register
from tests.web.conftest import PHONE, People


async def test_cards_are_found_and_many_are_changed_at_once(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    await give(session_factory, await register(server), [APPLE, PLANETS, SIZES, PERU])
    page = await people.open("/sign-in", PHONE)
    await people.sign_in(page.context, SITI)
    await page.route("**/api/decks?*", lambda route: route.abort())
    await page.goto("/cards?q=planet")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute_all()
    await page.get_by_role("button", name="Try again").click()
    rows = page.locator(".card-list li")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(PLANETS.stem)
    await page.get_by_label("Search your cards").fill("")
    await expect(rows).to_have_count(4)
    await page.get_by_label(PLANETS.stem).check()
    await page.get_by_label(APPLE.front).check()
    found = {"chosen": await violations(page)}
    look = rows.filter(has_text=APPLE.front).get_by_role("button", name="Look at")
    await expect(look).to_have_accessible_description(APPLE.front)
    await look.click()
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_contain_text(APPLE.back)
    await expect(sheet.get_by_role("link", name="To its deck")).to_have_attribute(
        "href", re.compile(r"^/decks/[0-9a-f-]+\?q=der\+Apfel$")
    )
    found["one"] = await violations(page)
    await sheet.get_by_role("button", name="Close").click()

    await choose(page, "Flag")
    await page.get_by_role("button", name="Flag 3").click()
    await expect(rows.get_by_text("Flag 3")).to_have_count(2)
    assert await flags(session_factory) == [0, 0, 3, 3]
    await page.locator(".toasts").get_by_role("button", name="Undo").click()
    await expect(rows.get_by_text("Flag 3")).to_have_count(0)

    await page.get_by_label("Choose all on this page").check()
    await choose(page, "Choose a day")  # for new cards: they have no schedule
    await expect(page.get_by_text("Learn this card first.")).to_be_visible()
    await choose(page, "Never show")
    await expect(rows.get_by_text("Never shown")).to_have_count(4)
    await page.get_by_label("State").select_option("Never shown")
    await page.get_by_label(PERU.stem).check()
    await choose(page, "Show again")
    await expect(rows).to_have_count(3)
    found["filtered"] = await violations(page)
    await page.get_by_label("State").select_option("Often forgotten")
    await page.get_by_role("button", name="Show all cards").click()
    await expect(rows.get_by_text("New")).to_have_count(1)
    assert {where: what for where, what in found.items() if what} == {}


async def test_cards_of_each_of_many_decks_can_be_chosen(
    server: RunningServer, people: People, session_factory: SessionFactory
) -> None:
    siti = await register(server)
    await give(session_factory, siti, [APPLE])
    async with session_factory.begin() as db:
        titles = [f"Deck {number:03}" for number in range(205)]
        db.add_all(Deck(owner_id=siti.id, kind="hand", title=title) for title in titles)
    page = await people.open("/sign-in", PHONE)
    await people.sign_in(page.context, SITI)
    await page.goto("/cards")
    chosen = page.get_by_label("Deck")
    await expect(chosen.locator("option")).to_have_count(1 + len(titles) + 1)
    await chosen.select_option(titles[-1])
    await expect(page.get_by_role("button", name="Show all cards")).to_be_visible()


async def choose(page: Page, action: str) -> None:
    bar = page.get_by_role("region", name="Chosen cards")
    await bar.get_by_role("button", name=action, exact=True).click()


async def flags(session_factory: SessionFactory) -> list[int]:
    async with session_factory() as db:
        return list(await db.scalars(select(Card.flag).order_by(Card.flag)))
