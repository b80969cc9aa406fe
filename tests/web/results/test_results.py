"""The results page shows the same figures as the API."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, ViewportSize, expect

from tests.e2e.school import PASSWORD, Json, Teacher
from tests.web.conftest import PROJECTOR, People, resize
from tests.web.games import UNHURRIED, patient, play

SMALL = ViewportSize(width=390, height=844)
NAMES = ["Ana", "محمد", "Citra 🌸", "Dewi", "Eko", "Fajar", "Gita"]

pytestmark = pytest.mark.usefixtures("worker")


async def results_page(people: People, teacher: Teacher) -> Page:
    page = await people.open(f"/sessions/{teacher.session}", PROJECTOR, signed_in=True)
    await expect(page.locator(".results-page")).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.locator("player-table tbody tr[aria-rowindex]")


async def names(page: Page) -> list[str]:
    return await page.locator("player-table tbody th button").all_inner_texts()


async def test_the_results_of_a_game(teacher: Teacher, people: People) -> None:
    results = await play(teacher, await teacher.write(UNHURRIED), NAMES)
    page = await results_page(people, teacher)
    await every_number_is_the_api_s(page, results)
    await the_picture_has_a_table_behind_it(page, results)
    await results_are_downloaded(page)
    await players_are_sorted_and_searched(page)
    await a_player_s_answers_open_from_the_table(page)
    await two_thousand_players_keep_few_rows_in_the_page(page, results)
    assert people.troubles == []


async def every_number_is_the_api_s(page: Page, results: Json) -> None:
    await expect(rows(page)).to_have_count(len(NAMES))
    for row, player in zip(await rows(page).all(), results["players"], strict=True):
        cells = await row.locator("td, th").all_inner_texts()
        shown = [cells[0], cells[1], cells[2].replace(",", ""), cells[3]]
        told = [player["rank"], player["nickname"], player["score"], player["correct"]]
        assert shown == [str(value) for value in told]
        marks = [mark(answer) for answer in player["answers"]]
        assert [text.strip() for text in cells[4:]] == marks
    for question in results["questions"]:
        card = page.locator(f"#question-{question['index']}")
        assert await bars(card) == [str(times) for times in expected_bars(question)]
        if question["correct_share"] is not None:
            await expect(card).to_contain_text(f"{percent(question['correct_share'])} right")
    await expect(page.locator(".figures-row dd").first).to_have_text(str(len(NAMES)))


async def the_picture_has_a_table_behind_it(page: Page, results: Json) -> None:
    chart = page.locator("bar-chart")
    await expect(
        chart.get_by_role("img", name=re.compile("Right answers out of 9"))
    ).to_be_visible()
    await chart.get_by_text("Show as a table").click()
    table = {
        await row.locator("th").inner_text(): await row.locator("td").inner_text()
        for row in await chart.locator("tbody tr").all()
    }
    told = [player["correct"] for player in results["players"]]
    assert table == {str(right): str(told.count(right)) for right in range(10)}
    hardest = page.locator(".shares li")
    await expect(hardest.first).to_contain_text(UNHURRIED[0]["stem"])
    await expect(hardest).to_have_count(5)


async def results_are_downloaded(page: Page) -> None:
    for name, ending in (("XLSX", "xlsx"), ("CSV: every answer", "csv")):
        async with page.expect_download() as started:
            await page.get_by_role("link", name=name).click()
        assert (await started.value).suggested_filename.endswith(f".{ending}")


async def players_are_sorted_and_searched(page: Page) -> None:
    await page.get_by_role("button", name="Player", exact=True).click()
    await expect(page.get_by_role("columnheader", name="Player", exact=True)).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert (await names(page))[:3] == ["Ana", "Citra 🌸", "Dewi"]
    await page.get_by_label("Search for a player").fill("citra")
    await expect(rows(page)).to_have_count(1)
    await page.get_by_label("Search for a player").fill("nobody")
    await expect(page.get_by_text("Nobody with this name.")).to_be_visible()
    await page.get_by_label("Search for a player").fill("")


async def a_player_s_answers_open_from_the_table(page: Page) -> None:
    await resize(page, SMALL)
    await page.locator("player-table").get_by_role("button", name="Citra").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name="Citra")).to_be_visible()
    await expect(dialog.locator("li").first).to_contain_text("Right: B Jupiter")
    await expect(dialog.locator("li").first).to_contain_text(re.compile(r"· [\d.]+ s\b"))
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await resize(page, PROJECTOR)


async def two_thousand_players_keep_few_rows_in_the_page(page: Page, results: Json) -> None:
    ana = results["players"][0]
    crowd = [
        {**ana, "player": f"p{place}", "nickname": f"Player {place}", "rank": place}
        for place in range(1, 2001)
    ]

    async def fill(route: Route) -> None:
        await route.fulfill(json={**results, "players": crowd})

    await page.route("**/results", fill)
    await page.reload()
    await expect(page.locator("player-table table")).to_have_attribute("aria-rowcount", "2001")
    assert await rows(page).count() < 60
    await page.locator(".table-scroll").evaluate("(element) => element.scrollTo(0, 1e9)")
    await expect(page.get_by_role("button", name="Player 2000")).to_be_visible()
    assert await rows(page).count() < 60


def mark(answer: Json | None) -> str:
    if answer is None:
        return "\N{EN DASH}"
    if answer["correct"] is None:
        return "●"
    return "✓" if answer["correct"] else "◐" if answer["points"] else "✗"


def percent(share: float) -> str:
    return f"{int(share * 100 + 0.5)}%"


async def bars(card: Locator) -> list[str]:
    return await card.locator(".answer-bars b.figures").all_inner_texts()


def expected_bars(question: Json) -> list[int]:
    counts: dict[str, int] = question["counts"]
    if question["kind"] in {"short_answer", "numeric"}:
        return sorted(counts.values(), reverse=True)
    ids = ["right", "wrong"] if question["kind"] == "ordering" else None
    return [counts[id_] for id_ in ids or [choice["id"] for choice in question["choices"]]]


async def test_a_forgiven_spelling_is_marked_right(teacher: Teacher, people: People) -> None:
    capital = {"type": "short_answer", "stem": "Peru?", "answer_key": {"accepted": ["Lima"]}}
    await teacher.open(await teacher.write([patient(capital)]))
    host = await teacher.host()
    players = [await teacher.player(name) for name in NAMES[:2]]
    await host.send("start")
    for player, response in zip(players, ("l\u00edma!", "Quito"), strict=True):
        await player.hears("question")
        await player.send("answer", question=0, response=response)
    await host.hears("reveal")
    await host.send("next")
    await teacher.results()
    page = await results_page(people, teacher)
    await expect(page.locator(".answer-bars li.right")).to_have_text(re.compile("^\\s*l\u00edma!"))


async def test_questions_that_were_not_asked_are_shown_as_such(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write(UNHURRIED[:3]))
    host = await teacher.host()
    player = await teacher.player(NAMES[0])
    await host.send("start")
    await player.hears("question")
    await host.send("close_question")
    await host.hears("reveal")
    await host.send("end")
    await teacher.results()
    page = await results_page(people, teacher)
    await expect(page.locator(".facts").first).to_contain_text("1 of 3 questions asked")
    await expect(page.locator(".card.unasked")).to_have_count(2)
    await expect(page.locator(".card.unasked").first).to_contain_text("Not asked")
    await expect(page.locator("player-table thead th.q")).to_have_count(1)
    await page.locator("player-table tbody th button").click()
    await expect(page.locator("dialog")).to_contain_text("0 of 1 right")
    await expect(page.locator("dialog .own-answers li")).to_have_count(1)
    assert people.troubles == []


async def test_a_running_room_says_so_and_fills_up(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([UNHURRIED[0]]))
    page = await results_page(people, teacher)
    await expect(page.get_by_text("still running")).to_be_visible()
    await expect(page.get_by_role("link", name="To the room")).to_be_visible()
    host = await teacher.host()
    ana = await teacher.player("Ana")
    await host.send("start")
    await ana.hears("question")
    await ana.send("answer", question=0, response="b")
    await host.hears("reveal")
    await host.send("next")
    await host.hears("finished")
    await expect(rows(page)).to_have_count(1)
    await expect(page.get_by_text("still running")).to_be_hidden()
    await expect(rows(page).first).to_contain_text("Ana")


async def test_a_student_sees_the_own_game(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([UNHURRIED[0]]))
    phone = await people.open("/", SMALL)
    student = {"email": "eko@school.example", "password": PASSWORD, "full_name": "Eko"}
    await people.sign_in(phone.context, student, "/api/auth/register")
    await phone.goto(f"/play/{teacher.code}")
    await phone.get_by_label("Your name in the game").fill("Eko the Great")
    await phone.get_by_role("button", name="I'm in").click()
    await expect(phone.get_by_role("heading", name="Eko the Great")).to_be_visible()
    host = await teacher.host()
    await host.send("start")
    await phone.get_by_role("button", name="Jupiter").click()
    await host.hears("reveal")
    await host.send("next")
    await host.hears("finished")
    await teacher.results()
    await phone.goto("/dashboard")
    await expect(phone.get_by_role("heading", name="Hello, Eko")).to_be_visible()
    played = phone.get_by_role("link", name="A bit of everything")
    await expect(phone.get_by_label("Place 1")).to_be_visible()
    await played.click()
    await expect(phone.get_by_role("heading", name="Eko the Great")).to_be_visible()
    await expect(phone.locator(".own-answers")).to_contain_text("B Jupiter")
    assert people.troubles == []
