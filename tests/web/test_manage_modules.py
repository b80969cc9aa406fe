"""What the teachers' pages compute, without their pages: drafts, undo, figures, addresses."""

from typing import Any

import pytest
from playwright.async_api import Page

from server.web.static import read_static
from tests.web.conftest import PHONE, People

Player = dict[str, object]


@pytest.fixture
async def blank(people: People) -> Page:
    """Any page of ours, for its modules."""
    return await people.open("/sign-in", PHONE)


async def run(page: Page, module: str, body: str, argument: object = None) -> Any:  # noqa: ANN401  # JSON
    """What `body` returns, with the module as `m` and the argument as `given`."""
    script = f"async ([path, given]) => {{ const m = await import(path); {body} }}"
    return await page.evaluate(script, [read_static().url(f"manage/{module}"), argument])


async def test_letters_are_undone_by_the_word(blank: Page) -> None:
    seen = await run(
        blank,
        "editor/undo-history.js",
        """const history = new m.UndoHistory("");
        history.push("a", "stem", 0);
        history.push("ab", "stem", 500);
        history.push("abc", "stem", 2000);
        history.push("abc!", "title", 2100);
        const seen = [];
        for (let step = 0; step < 4; step++) { history.undo(); seen.push(history.now); }
        history.redo();
        history.push("new", "", 3000);
        return [...seen, history.now, history.canRedo];""",
    )
    assert seen == ["abc", "ab", "", "", "new", False]


async def test_moving_keeps_within_the_list(blank: Page) -> None:
    places = await run(
        blank,
        "editor/draft.js",
        """const list = ["a", "b", "c"].map((key) => ({ key }));
        const names = (moved) => moved.map((one) => one.key).join("");
        return given.map(([key, to]) => names(m.moved(list, key, to)));""",
        [["a", 2], ["c", 0], ["b", 9], ["b", -4], ["x", 1]],
    )
    assert places == ["bca", "cab", "acb", "bac", "abc"]


async def test_a_change_of_kind_keeps_what_both_have(blank: Page) -> None:
    kinds = await run(
        blank,
        "editor/draft.js",
        """const words = { yes: "True", no: "False" };
        let question = m.blank("multiple_select", words);
        question.choices.forEach((one, index) =>
          Object.assign(one, { text: `c${index}`, is_correct: index > 1 }));
        const told = {};
        for (const kind of m.KINDS) {
          const { choices, answer_key } = m.withKind(question, kind, words);
          const right = choices.filter((one) => one.is_correct).length;
          told[kind] = [choices.map((one) => one.text), right, answer_key];
        }
        return told;""",
    )
    written = ["c0", "c1", "c2", "c3"]
    assert kinds == {
        "multiple_choice": [written, 1, None],
        "true_false": [["True", "False"], 1, None],
        "multiple_select": [written, 2, None],
        "short_answer": [[], 0, {"accepted": ["c2", "c3"]}],
        "numeric": [[], 0, {"value": None, "tolerance": 0}],
        "ordering": [written, 0, None],
        "poll": [written, 0, None],
    }


async def test_a_new_poll_takes_one_choice(blank: Page) -> None:
    """Also one that was another kind before. A poll that is there already stays as it is."""
    options = await run(
        blank,
        "editor/draft.js",
        """const words = { yes: "True", no: "False" };
        const poll = m.blank("poll", words);
        const other = m.withKind(poll, "multiple_choice", words);
        return [poll, m.withKind(other, "poll", words), m.copyOf({ ...poll, options: {} }), other]
            .map(({ options }) => options);""",
    )
    assert options == [{"multiple": False}, {"multiple": False}, {}, {}]


async def test_drafts_are_the_same_whatever_their_ids_and_order_of_names(blank: Page) -> None:
    same = await run(
        blank,
        "editor/draft.js",
        """const questions = [m.blank("poll", { yes: "", no: "" })];
        const one = { title: "A", description: "", is_public: false, questions };
        const copies = questions.map(m.copyOf);
        const other = { questions: copies, is_public: false, description: "", title: "A" };
        return [m.same(one, other), m.same(one, { ...other, title: "B" })];""",
    )
    assert same == [True, False]


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


@pytest.mark.parametrize(
    ("search", "address"),
    [
        ("", "/dashboard"),
        ("?view=rooms&quiz=7&page=2", "/dashboard?view=rooms&quiz=7&page=2"),
        ("?view=nonsense&sort=evil&page=-3", "/dashboard"),
        ("?search=a%26b&sort=title&page=1.5", "/dashboard?search=a%26b&sort=title"),
    ],
)
async def test_addresses_say_what_is_shown(blank: Page, search: str, address: str) -> None:
    told = await run(
        blank, "dashboard/url-state.js", "return m.urlOf(m.stateFromUrl(given));", search
    )
    assert told == address
