"""The state of a review session on a device, as its pure functions compute it."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.web.modules import run

MAKE = """
    const NOW = Date.parse("2026-11-22T10:00:00Z");
    const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
    const step = (minutes) => ({ days: 0, due_at: at(5 + minutes) });
    const days = (n) => ({ days: n, due_at: at(n * 1440) });
    const card = (id, state = "review", version = 1) => ({
        id, version, state, due_at: at(-60), question: null, note: null,
        intervals: { again: step(1), hard: state === "new" ? step(6) : days(2), good: state === "new" ? step(10) : days(3), easy: days(8) },
    });
    const progress = { counts: { learning: 1, review: 2, new: 1 }, done: { new: 0, reviews: 0, took_ms: 0 }, streak: 3, held_back: [], next_due_at: null };
    const fresh = (cards) => ({ ...progress, now: at(5), day: "2026-11-22", has_cards: true, next_learning_at: null, cards });
    const all = [card("l", "learning"), card("r"), card("s"), card("n", "new")];
    let session = m.loaded(null, fresh(all), new Set(), "", NOW);   // the server's clock is five minutes ahead
    let now = NOW;
    const grade = (id, rating, key) => (session = m.graded(session, m.find(session, id), { key, rating, took_ms: 10, is_cram: false }, now));
    const entry = (id, kind, card) => ({ id, kind, key: id, card, title: card, rating: "good", is_cram: false });
    const order = () => { const found = []; for (let rest = session, next; (next = m.next(rest, now)); rest = m.without(rest, next.id)) found.push(next.id); return found.join(""); };
"""  # noqa: E501


async def session(page: Page, script: str) -> Any:  # noqa: ANN401  # JSON
    return await run(page, "cards/queue.js", MAKE + script)


async def test_undoing_everything_leads_back_to_the_start(blank: Page) -> None:
    """Whatever was graded: order, counts and what was done are as before."""
    script = """
        const before = JSON.stringify([order(), session.counts, session.done]);
        let seed = 7;
        const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
        for (let each = 0; each < 300; each += 1) {
            const grades = random(12);
            for (let n = 0; n < grades; n += 1) {
                now += random(90_000);
                const next = m.next(session, now) ?? m.soonest(session.waiting);
                if (next) grade(next.id, m.RATINGS[random(4)], `${each}-${n}`);
            }
            while (session.steps.length) session = m.undone(session, false);
            now = NOW;
            if (JSON.stringify([order(), session.counts, session.done]) !== before) return each;
        }
        return "same";"""
    assert await session(blank, script) == "same"


async def test_a_full_page_of_a_deck_may_have_another_after_it(blank: Page) -> None:
    script = """
        const page = fresh(Array.from({ length: 50 }, (_, n) => card(`c${n}`)));
        const first = m.loaded(null, page, new Set(), " cram", NOW);
        const whole = m.extended(first, fresh([card("last")]));
        return [session.more, first.more, whole.more, whole.queue.length, whole.last];"""
    assert await session(blank, script) == [False, True, False, 51, "last"]


async def test_a_learning_card_comes_when_its_step_has_ended(blank: Page) -> None:
    script = """
        grade("l", "again", "1"); grade("n", "good", "2");
        const seen = [order(), session.counts.learning, session.counts.new];
        now += 60_000 - 1; seen.push(order()); now += 1; seen.push(order());
        now += 9 * 60_000; seen.push(order(), m.find(session, "n").is_stale);
        return seen;"""
    assert await session(blank, script) == ["rs", 2, 0, "rs", "lrs", "lnrs", True]


async def test_the_servers_answer_replaces_what_was_assumed(blank: Page) -> None:
    script = """
        grade("r", "again", "1");
        now += 1_200_000;
        const newer = { ...card("r", "relearning", 2), due_at: at(25 + 10) };
        newer.intervals.hard = { days: 0, due_at: at(25 + 15) };
        const answer = { card: newer, key: "1", ...progress, counts: { learning: 2, review: 1, new: 1 }, streak: 4 };
        session = m.confirmed(session, entry("1", "grade", "r"), answer, [], now);
        const found = m.find(session, "r");
        return [found.version, found.is_stale ?? false, (found.show_at - now) / 60_000, m.stepMs(found, "hard") / 60_000, session.streak, session.counts];"""  # noqa: E501
    counts = {"learning": 2, "review": 1, "new": 1}
    assert await session(blank, script) == [2, False, 10, 15, 4, counts]


@pytest.mark.parametrize(("state", "listed"), [("relearning", True), ("review", False)])
async def test_only_the_server_knows_what_follows_a_second_grade(
    blank: Page, state: str, *, listed: bool
) -> None:
    """Without it the device assumes that "Good" puts a card away, and "Again" does not."""
    script = f"""
        grade("r", "again", "1"); now += 120_000; grade("r", "good", "2");
        const answer = {{ card: {{ ...card("r", "{state}", 3), due_at: at(25) }}, key: "2", ...progress }};
        session = m.confirmed(session, entry("2", "grade", "r"), answer, [], now);
        return m.find(session, "r") !== null;"""  # noqa: E501
    assert await session(blank, script) is listed


async def test_of_a_single_deck_the_device_counts_what_is_left(blank: Page) -> None:
    """The server's answer to a grade counts all decks, and knows of learning steps in them."""
    script = """
        session = { ...session, scope: "deck" };
        grade("r", "good", "1");
        const answer = { card: card("r", "review", 2), key: "1", ...progress, streak: 9, next_learning_at: at(10) };
        session = m.confirmed(session, entry("1", "grade", "r"), answer, [], now);
        return [session.counts.review, session.streak, m.stepEndsAt(session)];"""  # noqa: E501
    assert await session(blank, script) == [1, 9, None]


async def test_a_refused_grade_is_told_and_the_newer_card_comes_back(blank: Page) -> None:
    script = """
        grade("r", "good", "1"); grade("s", "good", "2");
        session = m.refused(session, entry("1", "grade", "r"), ["1"], "card_changed", card("r", "review", 9), now);
        return [order(), m.find(session, "r").version, session.steps.map(({ key }) => key), session.refused.map(({ id, code }) => id + code)];"""  # noqa: E501
    assert await session(blank, script) == ["rln", 9, ["2"], ["1card_changed"]]


async def test_a_new_queue_leaves_out_what_waits_to_be_sent(blank: Page) -> None:
    """It keeps the learning cards of this device, as long as the server knows of any."""
    script = """
        grade("l", "again", "1"); grade("r", "good", "2");
        const newer = { ...card("l", "learning", 2), due_at: at(6) };
        session = m.confirmed(session, entry("1", "grade", "l"), { card: newer, key: "1", ...progress }, [entry("2", "grade", "r")], now);
        const again = { ...fresh([card("r"), card("s"), card("x")]), next_learning_at: at(6) };
        session = m.loaded(session, again, new Set(["r"]), "", NOW);
        const seen = [order(), session.steps.length];
        now += 600_000; seen.push(order());
        session = m.loaded(session, { ...again, next_learning_at: null }, new Set(), "", NOW);
        seen.push(order());
        session = m.loaded(session, { ...again, day: "2026-11-23" }, new Set(), "", NOW);
        return [...seen, session.steps.length];"""  # noqa: E501
    assert await session(blank, script) == ["sx", 2, "lsx", "rsx", 0]


async def test_a_queue_that_was_read_before_a_grade_does_not_bring_its_card_back(
    blank: Page,
) -> None:
    """It was on its way while the card was graded, and the server has confirmed that already."""
    script = """
        grade("r", "good", "1");
        const answer = { card: card("r", "review", 2), key: "1", ...progress, counts: { learning: 1, review: 1, new: 1 } };
        session = m.confirmed(session, entry("1", "grade", "r"), answer, [], now);
        session = m.loaded(session, fresh(all), new Set(["r"]), "", NOW);
        return [order(), session.counts.review];"""  # noqa: E501
    assert await session(blank, script) == ["lsn", 1]


async def test_a_step_whose_grade_another_tab_has_sent_comes_from_the_server(blank: Page) -> None:
    """This tab has not heard the card's version."""
    script = """
        grade("l", "again", "1");
        session = m.loaded(session, { ...fresh([card("r")]), next_learning_at: at(9) }, new Set(), "", NOW);
        return m.find(session, "l");"""  # noqa: E501
    assert await session(blank, script) is None


async def test_of_a_long_session_the_device_stores_the_latest_steps(blank: Page) -> None:
    """Each has its card with it, for an undo. What was done in the others still counts."""
    script = """
        const steps = Array.from({ length: 250 }, (_, n) => ({ key: `${n}`, card: all[0], rating: n % 5 ? "good" : "again", took_ms: 10 }));
        const long = { ...session, steps };
        const [one, two] = [m.shortened(long), m.shortened({ ...m.shortened(long), steps })];
        return [m.sums(long), m.sums(one), m.sums(two), one.steps.length, one.steps.at(-1).key];"""  # noqa: E501
    sums = {"answers": 250, "known": 200, "took_ms": 2500}
    both = {"answers": 400, "known": 320, "took_ms": 4000}
    assert await session(blank, script) == [sums, sums, both, 100, "249"]


async def test_pictures_of_all_cards_that_may_be_shown_are_stored(blank: Page) -> None:
    """Also of those that were graded here, which may come again, and of an undo."""
    script = """
        const picture = (n) => `/pictures/00000000-0000-0000-0000-00000000000${n}`;
        const shown = (id, n) => ({ ...card(id), note: { front_media: picture(n), back_media: "https://example.org/a.png" } });
        session = m.loaded(null, fresh([shown("a", 1), shown("b", 2), shown("c", 3)]), new Set(), "", NOW);
        grade("a", "again", "1"); grade("b", "easy", "2");
        return m.pictures(session).map((each) => each.slice(-7)).sort();"""  # noqa: E501
    assert set(await session(blank, script)) == {"1/small", "2/small", "3/small"}


async def test_what_a_homework_asks_leaves_the_device(blank: Page) -> None:
    """The server tells it with the queue, and with the answer to a grade."""
    script = """
        grade("l", "again", "1"); grade("r", "again", "2");
        const held = { ...card("r", "relearning", 2), answer: null, is_held_back: true };
        session = m.confirmed(session, entry("2", "grade", "r"), { card: held, key: "2", ...progress, held_back: ["r"] }, [], now);
        now += 600_000;
        const seen = [order()];
        const rest = { ...fresh([card("s")]), next_learning_at: at(6), held_back: ["l", "r"] };
        session = m.loaded(session, rest, new Set(), "", now);
        return [...seen, order(), session.held_back.length];"""  # noqa: E501
    assert await session(blank, script) == ["lsn", "s", 2]


async def test_a_step_that_ends_soon_waits_although_the_server_lists_it(blank: Page) -> None:
    script = """
        const soon = { ...card("w", "learning"), due_at: at(5 + 3) };
        session = m.loaded(null, fresh([card("r"), soon]), new Set(), "", NOW);
        const seen = [order(), (m.stepEndsAt(session) - NOW) / 60_000];
        now += 180_000;
        return [...seen, order()];"""
    assert await session(blank, script) == ["r", 3, "wr"]


async def test_cramming_repeats_what_failed_and_counts_nothing(blank: Page) -> None:
    script = """
        const cram = (id, rating, key) => (session = m.graded(session, m.find(session, id), { key, rating, took_ms: 10, is_cram: true }, now));
        cram("l", "again", "1"); cram("r", "good", "2");
        const seen = [order(), session.counts];
        session = m.resumed(session, { ...fresh(all), held_back: ["n"] }, now);
        seen.push(order(), session.held_back);
        session = m.undone(m.undone(session, true), true);
        return [...seen, order()];"""  # noqa: E501
    counts = {"learning": 1, "review": 2, "new": 1}
    assert await session(blank, script) == ["snl", counts, "sl", ["n"], "lrs"]
