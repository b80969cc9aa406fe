"""Words stay whole on every page, on a phone too; a word that fits nowhere makes no page wider."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.school import Json, Teacher
from tests.web.conftest import PHONE, PROJECTOR, People, settled, step

WHOLE, ENDLESS = WORDS = (
    "Photosynthesis",
    "Pneumonoultramicroscopicsilicovolcanoconiosisextraordinarily",
)
LONGEST = 14  # letters; what is longer may be broken where it must
BROKEN = """(longest) => {
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const broken = [];
    while (words.nextNode()) {
        const text = words.currentNode;
        const parent = text.parentElement;
        const unseen = parent.closest("script, style, .visually-hidden");
        if (unseen || !parent.checkVisibility()) continue;
        for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}+%.,]+/gu)) {
            if (word.length > longest) continue;
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
            if (Math.max(...tops) - Math.min(...tops) > 4) broken.push(word);
        }
    }
    return broken;
}"""

OUTSIDE = """() => [...document.querySelectorAll("*")]
    .filter((one) => document.documentElement.scrollWidth > innerWidth
        && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.localName}.${one.className}`)"""


def game(word: str) -> list[Json]:
    return [
        {
            "type": "multiple_choice",
            "stem": f"What about {word}?",
            "time_limit": 300,
            "explanation": word,
            "choices": [{"text": word, "is_correct": True}, {"text": "Discard everything"}],
        },
        {"type": "numeric", "stem": word, "time_limit": 300, "answer_key": {"value": 1}},
    ]


async def broken(page: Page) -> list[str]:
    await settled(page)
    words: list[str] = await page.evaluate(BROKEN, LONGEST)
    return words


async def look(where: str, page: Page, found: dict[str, object]) -> None:
    """Notes words that are broken, and a page that is wider than its screen."""
    if words := await broken(page):
        found[where] = words
    if outside := await page.evaluate(OUTSIDE):
        found[f"{where}, outside"] = outside


@pytest.mark.slow
async def test_words_of_a_game_stay_whole(teacher: Teacher, people: People) -> None:
    questions = [*game(WHOLE), *game(ENDLESS)]
    await teacher.open(await teacher.write(questions, title=f"About {WHOLE} and {ENDLESS}"))
    found: dict[str, object] = {}
    host, wall = (
        await people.host(teacher.session),
        await people.open(f"/screen/{teacher.code}", PROJECTOR),
    )
    await host.set_viewport_size(PHONE)
    name = await people.open(f"/play/{teacher.code}", PHONE)
    await expect(name.get_by_label("Your name in the game")).to_be_visible()
    await look("name", name, found)
    phone = await people.player(teacher.code, "Wilhelmina Nurhaliza S.")
    await expect(host.locator(".names > li")).to_have_count(1)

    async def everywhere(moment: str) -> None:
        for who, page in (("phone", phone), ("host", host), ("wall", wall)):
            await look(f"{who} in {moment}", page, found)

    await everywhere("the lobby")
    for word in WORDS:
        await step(host)
        await expect(host.locator(".open-question")).to_be_visible()
        await expect(phone.locator(".tile")).to_have_count(2)
        await everywhere(f"a choice: {word}")
        await step(host)
        await expect(host.locator(".revealed")).to_be_visible()
        await everywhere(f"a reveal: {word}")
        await step(host)
        if word == WHOLE:
            await expect(host.locator(".places")).to_be_visible()
            await everywhere("the places")
            await host.get_by_role("button", name="Players").click()
            await look("people", host, found)
            await host.keyboard.press("Escape")
        await step(host)
        await expect(phone.locator("#typed")).to_be_visible()
        await everywhere(f"a number: {word}")
        for _ in range(2):
            await step(host)
    await step(host)
    await expect(phone.locator(".over")).to_be_visible()
    await everywhere("the podium")
    assert found == {}


@pytest.mark.usefixtures("worker")
async def test_words_of_a_teachers_pages_stay_whole(teacher: Teacher, people: People) -> None:
    await teacher.write(game(WHOLE), title=f"About {WHOLE}")
    quiz = await teacher.write([*game(ENDLESS), *game(WHOLE)], title=f"About {ENDLESS}")
    await teacher.open(quiz)
    player, host = await teacher.player("Citra Discarded"), await teacher.host()
    await host.send("start")
    await player.hears("question")
    await player.send("answer", question=0, response="a")
    await host.hears("reveal")
    await host.send("end")
    await teacher.results()
    found: dict[str, object] = {}
    page = await people.open("/dashboard", PHONE, signed_in=True)
    await expect(page.get_by_text("About")).to_have_count(2)
    await look("dashboard", page, found)
    await page.goto(f"/quizzes/{quiz['id']}")
    await expect(page.locator(".desk")).to_be_visible()
    for word, number in ((ENDLESS, 0), (WHOLE, 2)):
        item = f"item-{quiz['questions'][number]['id']}"
        await page.evaluate("(id) => document.getElementById(id).click()", item)
        await expect(page.get_by_label("Choice A", exact=True)).to_have_value(word)
        await look(f"editor: {word}", page, found)
    await page.goto(f"/sessions/{teacher.session}")
    await expect(page.get_by_text("Citra").first).to_be_visible()
    await look("results", page, found)
    await page.goto("/account")
    await expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    await look("account", page, found)
    assert found == {}
