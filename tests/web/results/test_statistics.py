"""The computations of the results page without the page: statistics of players and questions."""

from playwright.async_api import Page

from tests.web.modules import run

Player = dict[str, object]


def players(*right: int) -> list[Player]:
    return [
        {"player": str(place), "nickname": f"P{place}", "correct": n, "answered": n, "score": n}
        | {"kicked": False, "rank": place + 1, "answers": []}
        for place, n in enumerate(right)
    ]


async def test_the_distribution_counts_everybody_once(blank: Page) -> None:
    told = await run(
        blank,
        "results/statistics.js",
        """const row = (one) => [one.from, one.to, one.players];
        const told = (of) => m.distribution(given, of).map(row);
        return [told(3), told(30)];""",
        [*players(0, 3, 3, 2), {**players(1)[0], "kicked": True}],
    )
    assert told[0] == [[0, 0, 1], [1, 1, 0], [2, 2, 1], [3, 3, 2]]
    assert [one[:2] for one in told[1]][-2:] == [[27, 29], [30, 30]]
    assert sum(one[2] for one in told[1]) == 4


async def test_fewer_than_half_right_needs_help(blank: Page) -> None:
    told = await run(
        blank,
        "results/statistics.js",
        "return [4, 0].map((of) => m.needHelp(given, of).map((one) => one.correct));",
        players(2, 1, 4, 0),
    )
    assert told == [[0, 1], []]


async def test_what_everybody_knew_is_not_hard(blank: Page) -> None:
    shares = [("poll", None), ("numeric", 1.0), ("ordering", 0.25), ("numeric", 0.5)]
    questions = [
        {"index": index, "kind": kind, "asked": True, "answered": 4, "correct_share": share}
        for index, (kind, share) in enumerate(shares)
    ]
    told = await run(
        blank,
        "results/statistics.js",
        "return m.hardest(given, 5).map((one) => one.index);",
        questions,
    )
    assert told == [2, 3]
