"""Opening and closing times in the teacher's zone, also where clocks are changed."""

import re

import pytest
from playwright.async_api import Page

from tests.web.modules import run

MOMENTS = {
    ("2026-11-30T18:00", "Asia/Jakarta"): "2026-11-30T11:00:00.000Z",
    ("2026-03-29T02:30", "Asia/Jakarta"): "2026-03-28T19:30:00.000Z",
    ("2026-07-01T23:59", "Europe/Berlin"): "2026-07-01T21:59:00.000Z",
    ("2026-03-29T01:59", "Europe/Berlin"): "2026-03-29T00:59:00.000Z",
    ("2026-03-29T02:30", "Europe/Berlin"): "2026-03-29T01:30:00.000Z",  # never shown: 03:30
    ("2026-03-29T03:00", "Europe/Berlin"): "2026-03-29T01:00:00.000Z",
    ("2026-10-25T01:59", "Europe/Berlin"): "2026-10-24T23:59:00.000Z",
    ("2026-10-25T02:30", "Europe/Berlin"): "2026-10-25T01:30:00.000Z",  # shown twice: the later
    ("2026-10-25T03:00", "Europe/Berlin"): "2026-10-25T02:00:00.000Z",
    ("2026-03-29T01:30", "Europe/London"): "2026-03-29T01:30:00.000Z",
    ("2026-10-25T01:30", "Europe/London"): "2026-10-25T01:30:00.000Z",
    ("2026-11-01T01:30", "America/New_York"): "2026-11-01T06:30:00.000Z",
    ("2026-03-08T02:30", "America/New_York"): "2026-03-08T07:30:00.000Z",
}


async def test_a_local_time_is_one_moment_in_every_zone(blank: Page) -> None:
    body = "return given.map(([at, zone]) => new Date(m.momentOf(at, zone)).toISOString());"
    found = await run(blank, "ui/zones.js", body, [list(each) for each in MOMENTS])
    assert dict(zip(MOMENTS, found, strict=True)) == MOMENTS


@pytest.mark.parametrize(
    ("locale", "words"), [("en", ["Mon", "Nov", "30"]), ("id", ["Sen", "Nov", "30"])]
)
async def test_a_moment_is_spelled_with_its_zone_in_the_language_of_the_page(
    blank: Page, locale: str, words: list[str]
) -> None:
    moment = "Date.UTC(2026, 10, 30, 11)"
    said = await run(blank, "ui/dates.js", f'return m.spelled({moment}, "Asia/Jakarta");')
    assert all(word in said for word in words), (locale, said)
    assert said.endswith("(Asia/Jakarta)")


async def test_a_day_has_its_year_if_it_is_far_away(blank: Page) -> None:
    body = "return given.map((days) => m.soon(Date.now() + days * 86_400_000).text);"
    near, *far = await run(blank, "ui/dates.js", body, [170, 200, 3_000, -200])
    year = re.compile(r">[^<]*20\d\d")
    assert not year.search(near)
    assert all(map(year.search, far)), far
