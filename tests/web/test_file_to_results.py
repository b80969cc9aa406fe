"""From a teacher's old workbook to the results of homework, in one walk through the pages.

What the students do is noted as they do it. The results page, its downloads and the rows have to
follow from that by the rules.
"""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from openpyxl import load_workbook
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from game.rules.homework import HomeworkSettings, Placed, RunResult, places
from game.rules.homework.runs import grade_response
from game.rules.questions import Question
from game.rules.questions.kinds import MultipleChoice
from persistence.database import SessionFactory
from persistence.homework_deadlines import close_due
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation, QuizSession
from server.actions.users.create import create_user
from tests.conftest import START_SECONDS
from tests.e2e.school import PASSWORD, eventually
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People
from tests.web.questions.workbooks import BAD, CHOICES, READ, kahoot, rows

TITLE = "Kata kerja pasif"
COLLEAGUE = {"email": "budi@school.example", "password": PASSWORD}
MENDED = {BAD[3][0]: "no", BAD[9][0]: "yes"}
RIGHT = {
    str(stem): str(choices[int(str(right)) - 1])
    for number, stem, *choices, _, right in rows()
    if number not in BAD
} | {str(stem): text for stem, text in MENDED.items()}
"""The right choice of each question that is imported, by its text."""
DRAWN = 10


class Given(NamedTuple):
    """What a student answered."""

    stem: str
    text: str


Doings = dict[str, list[Given]]


class Row(NamedTuple):
    """A student in the results."""

    place: int
    nickname: str
    score: int
    correct: int
    answered: int


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def choose(page: Page, action: str) -> None:
    """From the menu of the quiz on the dashboard."""
    await page.get_by_label(f"More for {TITLE}").click()
    await button(page, action).and_(page.locator(":visible")).click()


@pytest.mark.slow
@pytest.mark.usefixtures("teacher")
async def test_a_workbook_becomes_homework_whose_results_follow_from_the_rules(
    people: People, session_factory: SessionFactory, tmp_path: Path
) -> None:
    await create_user(session_factory, **COLLEAGUE, full_name="Budi", role="teacher")
    sari = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await imports_into_the_bank(sari)
    await draws_a_quiz_and_publishes_it(sari)
    budi = await people.open("/", PROJECTOR)
    await people.sign_in(budi.context, COLLEAGUE)
    code = await copies_it_and_gives_it(budi)

    done: Doings = {"Ani": [], "Citra": [], "Dewi": []}
    await loses_the_network(people, code, done["Ani"])
    await changes_the_device(people, code, done["Citra"])
    await runs_into_the_deadline(people, code, done["Dewi"], budi, session_factory)

    expected = await rows_follow_from_the_rules(session_factory, done)
    await results_say_the_same(budi, expected, done)
    await downloads_say_the_same(budi, expected, done, tmp_path)
    # Two were said on purpose: a browser notes requests without a network and refused ones.
    assert [each for each in people.troubles if "Failed to load resource" not in each] == []


async def imports_into_the_bank(page: Page) -> None:
    await page.get_by_role("link", name="Import").first.click()
    await page.locator("#file").set_input_files(kahoot())
    await expect(page.get_by_role("heading", name="30 questions found")).to_be_focused()
    await page.locator('.chip[value="refused"]').click()
    bad = page.locator(".imported > li")
    reasons = [
        ("Row 11", "Cell H11: Mark the right choice."),
        ("Row 17", "Cell B17: This is longer than Kahoot takes."),
        ("Row 25", "Cell D25: Give 2 to 8 choices."),
        ("Row 33", "Cell F33: Write this choice or take it out."),
    ]
    await expect(bad).to_have_count(len(reasons))
    for item, (place, reason) in zip(await bad.all(), reasons, strict=True):
        await expect(item.locator(".facts")).to_contain_text(place)
        await expect(item.locator(".reasons")).to_contain_text(reason)
    await page.get_by_role("button", name="Mend: Row 11").click()
    await page.get_by_label("B is right").check()
    await expect(bad.nth(0)).to_contain_text("Mended")
    await page.get_by_label("Take the question: Row 17").check()
    await expect(bad.nth(1)).to_contain_text("Mended")

    await page.get_by_label("Question bank").check()
    await page.locator("#all-tags").fill("imbuhan, kelas 7")
    await page.locator("#all-language").select_option("id")
    await page.locator("#all-level").select_option("A2")
    await button(page, f"Save {len(RIGHT)} questions").click()
    await expect(page.locator("#saved")).to_be_focused()
    await expect(page.get_by_role("heading", name="2 questions left")).to_be_visible()
    await page.get_by_role("link", name="Open the bank").click()


async def draws_a_quiz_and_publishes_it(page: Page) -> None:
    found = page.locator(".bank-row")
    await page.get_by_role("searchbox").fill("membaca")
    await expect(found).to_have_count(1)
    await expect(found.locator(".bank-stem")).to_have_text(READ)
    await expect(found.locator("mark")).to_have_text("dibaca")
    await expect(found.locator(".tag")).to_have_text(["imbuhan", "kelas 7"])
    await page.get_by_role("searchbox").fill("")

    await expect(page.get_by_text(f"{len(RIGHT)} questions", exact=True)).to_be_visible()
    await button(page, "Draw at random").click()
    await expect(page.locator(".drawn li")).to_have_count(DRAWN)
    await button(page, "Use in a quiz").and_(page.locator("dialog *")).click()
    await page.get_by_label("Name").fill(TITLE)
    await button(page, "Add").click()
    await expect(page.get_by_text(f"{DRAWN} questions copied into the quiz.")).to_be_visible()

    await page.goto("/dashboard")
    await choose(page, "Publish in the library")
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_label("Language")).to_have_value("id")  # as all of its questions
    await expect(sheet.get_by_label("Level")).to_have_value("A2")
    await button(page, "Publish").click()
    await expect(page.locator(".quiz")).to_contain_text("In the library")


async def copies_it_and_gives_it(page: Page) -> str:
    """The code of the homework."""
    await page.goto("/library")
    await page.get_by_role("searchbox").fill("kerja")
    await expect(page.locator(".cards .card")).to_contain_text("by Sari")
    await page.get_by_role("link", name=TITLE, exact=True).click()
    await expect(page.locator(".question")).to_have_count(DRAWN)
    await button(page, "Copy to my quizzes").click()
    await expect(page.get_by_text("Copied to your quizzes.")).to_be_visible()
    await page.goto("/dashboard")
    await choose(page, "Give as homework")
    await page.get_by_label("Students see what was right").select_option("at_end")
    await button(page, "Give homework").click()
    await expect(page.get_by_text("Nobody has started yet")).to_be_visible()
    return await page.locator(".big-code").inner_text()


async def start(people: People, code: str, name: str) -> Page:
    page = await people.open(f"/?code={code}", PHONE)
    await page.get_by_label("Your name").fill(name)
    await button(page, "Start").click()
    await expect(page.get_by_text(f"Question 1 of {DRAWN}")).to_be_visible()
    return page


async def tap(page: Page, done: list[Given], *, right: bool = True) -> None:
    stem = await page.locator(".open-question h1").inner_text()
    text = RIGHT[stem] if right else next(each for each in CHOICES[:2] if each != RIGHT[stem])
    await button(page, text).click()
    done.append(Given(stem, text))


async def answer(page: Page, done: list[Given], *, right: bool = True) -> None:
    await tap(page, done, right=right)
    await expect(page.get_by_text("Your answer is saved.")).to_be_visible()


async def go_on(page: Page, to: int, by: str = "Next question") -> None:
    await button(page, by).click()
    await expect(page.get_by_text(f"Question {to} of {DRAWN}")).to_be_visible()


async def loses_the_network(people: People, code: str, done: list[Given]) -> None:
    """A wrong answer is on its way then; the rest is right."""
    page = await start(people, code, "Ani")
    await answer(page, done)
    await go_on(page, to=2)
    await page.context.set_offline(offline=True)
    await tap(page, done, right=False)
    await expect(page.get_by_text("Saved here, sending")).to_be_visible()
    await page.context.set_offline(offline=False)
    await expect(page.get_by_text("Your answer is saved.")).to_be_visible()
    for number in range(3, DRAWN + 1):
        await go_on(page, to=number)
        await answer(page, done)
    await button(page, "Hand in").click()
    await expect(page.get_by_text("Place 1 of 1 so far")).to_be_visible()
    await expect(page.locator(".solutions > li")).to_have_count(DRAWN)


async def changes_the_device(people: People, code: str, done: list[Given]) -> None:
    """A guest copies the personal link; three questions have no answer, the rest is right."""
    phone = await start(people, code, "Citra")
    await answer(phone, done)
    await button(phone, "Continue on another device").click()
    sheet = phone.get_by_role("dialog")
    link = await sheet.get_by_label("Keep this link to come back as Citra").input_value()
    assert await violations(phone) == []
    await button(phone, "Close").click()

    laptop = await people.open(link, PROJECTOR)
    await expect(laptop.get_by_text("Your answer is saved.")).to_be_visible()
    assert "#" not in laptop.url, "nobody copies the key by mistake"
    await go_on(laptop, to=2)
    await answer(laptop, done)
    await phone.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    await expect(phone.get_by_text(f"Question 2 of {DRAWN}")).to_be_visible()
    for number in range(3, DRAWN + 1):
        skipped = number > DRAWN - 2
        await go_on(laptop, number, by="Skip this question" if skipped else "Next question")
        if number <= DRAWN - 3:
            await answer(laptop, done)
    await button(laptop, "Hand in without an answer").click()
    await expect(laptop.get_by_text("Place 2 of 2 so far")).to_be_visible()


async def runs_into_the_deadline(
    people: People,
    code: str,
    done: list[Given],
    teacher: Page,
    session_factory: SessionFactory,
) -> None:
    """While the network is away, too: the answer that was kept here does not count."""
    page = await start(people, code, "Dewi")
    await answer(page, done)
    await go_on(page, to=2)
    await answer(page, done, right=False)
    await go_on(page, to=3)
    await expect(teacher.locator(".at-work > li")).to_have_count(3)
    await expect(teacher.get_by_text("2 of 3 are done")).to_be_visible()
    await expect(teacher.locator(".at-work > li", has_text="Dewi")).to_contain_text("Question 3")

    await page.context.set_offline(offline=True)
    await tap(page, done=[])
    await expect(page.get_by_text("Saved here, sending")).to_be_visible()
    moved = await teacher.evaluate(
        """async (closes_at) => (await fetch(`/api/homework/${location.pathname.split("/")[2]}`, {
            method: "PATCH", headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ closes_at }),
        })).status""",
        (datetime.now(UTC) + timedelta(seconds=1)).isoformat(),
    )
    assert moved == 200

    async def closed() -> bool | None:
        await asyncio.sleep(0.1)  # the deadline is a time
        return True if await close_due(session_factory) else None

    await eventually(closed, START_SECONDS)
    await page.context.set_offline(offline=False)
    await expect(page.get_by_role("heading", name="This homework is closed")).to_be_visible()
    await expect(page.get_by_text("Your last answer came after the deadline")).to_be_visible()
    await expect(page.get_by_text("Place 3 of 3", exact=True)).to_be_visible()


async def rows_follow_from_the_rules(session_factory: SessionFactory, done: Doings) -> list[Row]:
    """The places; they and all rows are what the rules make of what the students did."""
    async with session_factory() as db:
        session = (await db.scalars(select(QuizSession))).one()
        attempts = await db.execute(
            select(QuizParticipation, QuizAttempt).join(
                QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id
            )
        )
        given = await db.execute(
            select(QuizParticipation.nickname, QuestionAttempt).join(
                QuestionAttempt, QuestionAttempt.participation_id == QuizParticipation.id
            )
        )
        results = {
            Row(each.rank, who.nickname, each.score, each.correct_answers, each.answered_questions)
            for who, each in attempts
        }
        answers = {
            (nickname, each.question_index, each.response, each.is_correct, each.points)
            for nickname, each in given
        }
    settings = msgspec.convert(session.settings, HomeworkSettings)
    questions = msgspec.convert(session.questions, list[Question])
    assert [question.stem for question in questions] == [stem for stem, _ in done["Ani"]]
    expected: set[tuple[str, int, str, bool | None, int]] = set()
    placed = []
    for number, (nickname, doings) in enumerate(done.items()):
        score = 0
        for index, (question, (_, text)) in enumerate(zip(questions, doings, strict=False)):
            assert isinstance(question, MultipleChoice)
            id_ = next(choice.id for choice in question.choices if choice.text == text)
            correct, points = grade_response(settings, question, id_, elapsed_ms=0)
            expected.add((nickname, index, id_, correct, points))
            score += points
        right = sum(RIGHT[stem] == text for stem, text in doings)
        result = RunResult(1, len(doings), right, score, 0)
        placed.append(Placed(nickname, nickname, number, result))
    assert answers == expected
    wanted = [
        Row(place, each.nickname, each.result.score, each.result.correct, each.result.answered)
        for each, place in places(settings, placed)
    ]
    assert results == set(wanted)
    assert [(row.nickname, row.correct, row.answered) for row in wanted] == [
        ("Ani", DRAWN - 1, DRAWN),
        ("Citra", DRAWN - 3, DRAWN - 3),
        ("Dewi", 1, 2),
    ]
    return wanted


async def results_say_the_same(page: Page, expected: list[Row], done: Doings) -> None:
    await page.get_by_role("link", name="Results", exact=True).click()
    table = page.locator("player-table tbody tr[aria-rowindex]")
    await expect(table).to_have_count(len(expected))
    for shown, row in zip(await table.all(), expected, strict=True):
        cells = [text.strip() for text in await shown.locator("td, th").all_inner_texts()]
        marks = ["✓" if RIGHT[stem] == text else "✗" for stem, text in done[row.nickname]]
        marks += ["\N{EN DASH}"] * (DRAWN - len(marks))
        score = f"{row.score:,}"
        assert cells == [str(row.place), row.nickname, score, str(row.correct), *marks]


async def downloads_say_the_same(
    page: Page, expected: list[Row], done: Doings, directory: Path
) -> None:
    answers = [
        (row.nickname, given.stem, given.text, "yes" if RIGHT[given.stem] == given.text else "no")
        for row in expected
        for given in done[row.nickname]
    ]
    book = load_workbook(io.BytesIO(await download(page, "Excel (XLSX)", directory)))
    for name, columns, wanted in (
        ("Places", ("Rank", "Nickname", "Score", "Correct", "Answered"), expected),
        ("Answers", ("Nickname", "Text", "Response", "Correct"), answers),
    ):
        header, *lines = book[name].iter_rows(values_only=True)
        at = [header.index(column) for column in columns]
        assert [tuple(line[column] for column in at) for line in lines] == wanted
    text = (await download(page, "CSV: players", directory)).decode("utf-8-sig")
    assert [
        Row(
            int(line["Rank"]),
            line["Nickname"],
            int(line["Score"]),
            int(line["Correct"]),
            int(line["Answered"]),
        )
        for line in csv.DictReader(io.StringIO(text))
    ] == expected


async def download(page: Page, name: str, directory: Path) -> bytes:
    async with page.expect_download() as started:
        await page.get_by_role("link", name=name).click()
    path = directory / "download"
    await (await started.value).save_as(path)
    return path.read_bytes()
