"""The lobby on the class screen: everybody finds their name, in a class and in a crowd."""

import asyncio
import itertools
from collections.abc import Iterable

from playwright.async_api import Locator, expect

from tests.e2e.school import Teacher
from tests.web.conftest import PROJECTOR, People, resize
from tests.web.sessions.test_long_content import SIZES, outside

ONE = {
    "type": "true_false",
    "stem": "Yes?",
    "choices": [{"text": "Yes", "is_correct": True}, {"text": "No"}],
}
CLASS = 45
USUAL = ["Ayu", "Budi Santoso", "Dewi Kartika", "Eko", "Fajar Nugroho", "Siti N.", "Wayan", "Zahra"]
LONG = ["A name of 24 characters!", "王" * 24, "عبد الرحمن بن خالد محمود", "🦄" * 12, "W" * 24]


def several(names: list[str], count: int) -> list[str]:
    """So many different names that are as long as these."""
    return [f"{names[n % len(names)][:-2]}{n:02}" for n in range(count)]


async def arrive(teacher: Teacher, names: Iterable[str]) -> None:
    await asyncio.gather(*map(teacher.player, names))


async def size_of(names: Locator) -> float:
    """Of the letters, in hundredths of the screen's width."""
    size: float = await names.evaluate(
        "names => parseFloat(getComputedStyle(names).fontSize) / innerWidth * 100"
    )
    return size


async def test_a_class_finds_all_its_names(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    await arrive(teacher, several(USUAL, CLASS))
    walls = [
        await people.open(f"/screen/{teacher.code}", PROJECTOR),
        await people.host(teacher.session),
    ]
    for wall, size in itertools.product(walls, SIZES):
        await resize(wall, size)
        await expect(wall.locator(".names > li")).to_have_count(CLASS)
        assert await outside(wall, ".names", ".names > li") == 0
        assert await outside(wall, ".invite", ".invite *") == 0
        assert await size_of(wall.locator(".names")) >= 2.19
        assert await size_of(wall.locator(".giant")) >= 6.3


async def test_a_screen_reader_hears_how_many_are_here(teacher: Teacher, people: People) -> None:
    """That nobody is here, each of the first few, then every fifth."""
    await teacher.open(await teacher.write([ONE]))
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await expect(wall.get_by_role("status")).to_have_text("Waiting for the first player")
    for heard, newcomers in (("2", ["Ana", "Budi"]), ("5", several(USUAL, 4))):
        await arrive(teacher, newcomers)
        await expect(wall.get_by_role("status")).to_have_text(f"{heard} players")


async def test_a_class_of_long_names_finds_them_too(teacher: Teacher, people: People) -> None:
    await teacher.open(await teacher.write([ONE]))
    await arrive(teacher, several(LONG, CLASS))
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await expect(wall.locator(".names > li")).to_have_count(CLASS)
    assert await outside(wall, ".names", ".names > li") == 0


async def test_a_crowd_is_counted_and_its_latest_names_stand_still(
    teacher: Teacher, people: People
) -> None:
    await teacher.open(await teacher.write([ONE]))
    await arrive(teacher, several(USUAL, 81))
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    await wall.clock.install()
    await wall.reload()
    names = wall.locator(".names > li:not(.others)")
    await expect(names).to_have_count(60)
    await teacher.player("The latest")
    await expect(names.first).to_have_text("The latest")
    await expect(wall.locator(".others")).to_contain_text("+22")
    assert await outside(wall, ".names", ".names > li") == 0
    await wall.clock.run_for(7_000)
    assert await names.count() == 60
    assert await names.first.text_content() == "The latest"
