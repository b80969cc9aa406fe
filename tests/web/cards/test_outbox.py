"""Grades that wait on a device for the network: sent in order, each counted once."""

from typing import Any

from playwright.async_api import Page

from tests.web.modules import run

SERVER = """
    const { Problem } = await import(path.replace("cards/outbox.js", "ui/api.js"));
    localStorage.clear();
    const told = [];
    let fails = [];   // what the next requests end with: a status, "lost" for a lost answer
    const stored = new Map();
    const versions = { a: 3, b: 7 };
    async function send(entry) {
        const fault = fails.shift();
        if (typeof fault === "number") throw new Problem(fault, { code: `http_${fault}` });
        if (entry.kind === "grade" && !stored.has(entry.key)) {
            if (entry.version !== versions[entry.card]) throw new Problem(409, { code: "card_changed" });
            stored.set(entry.key, ++versions[entry.card]);
        }
        if (entry.kind === "undo") { stored.delete(entry.key); versions[entry.card] += 1; }
        if (fault === "lost") throw new Problem(0, { code: "offline" });
        return { key: entry.key, card: { id: entry.card, version: versions[entry.card] } };
    }
    const outbox = new m.Outbox({
        send,
        confirmed: (entry) => told.push(`${entry.id} arrived`),
        refused: async (entry, ids, problem) => told.push(`${ids.join("+")} ${problem.code}`),
        rested: (state) => told.push(state),
    });
    const grade = (key, card, version, after = null) =>
        outbox.add({ id: key, kind: "grade", key, card, title: "", rating: "good", version, after, took_ms: 1, response: null, at: 0, is_cram: false });
    const undo = (key, card) =>
        outbox.add({ id: `undo-${key}`, kind: "undo", key, card, title: "", rating: "good", version: 0, after: null, took_ms: 0, response: null, at: 0, is_cram: false });
"""  # noqa: E501


async def told(page: Page, script: str) -> Any:  # noqa: ANN401  # JSON
    """What the outbox tells its page, while `script` uses it."""
    return await run(page, "cards/outbox.js", f"{SERVER} {script} outbox.stop(); return told;")


async def test_grades_are_sent_one_after_the_other(blank: Page) -> None:
    script = "grade('1', 'a', 3); grade('2', 'b', 7); await outbox.send(); grade('3', 'a', 4);"
    heard = await told(blank, f"{script} await outbox.send(); told.push(outbox.entries.length);")
    assert heard == ["1 arrived", "2 arrived", "sent", "3 arrived", "sent", 0]


async def test_a_lost_answer_makes_no_second_review(blank: Page) -> None:
    """The same key is sent again; and nothing overtakes it."""
    heard = await told(
        blank,
        """fails = ["lost", 503, 429]; grade("1", "a", 3); grade("2", "b", 7);
        for (let each = 0; each < 4; each += 1) await outbox.send();
        told.push(versions);""",
    )
    arrived = ["1 arrived", "2 arrived", "sent"]
    assert heard == ["offline", "offline", "busy", *arrived, {"a": 4, "b": 8}]


async def test_a_server_that_asks_to_wait_hears_nothing_until_then(blank: Page) -> None:
    """Whatever is graded meanwhile."""
    heard = await told(
        blank,
        """let asked = 0;
        outbox.owner.send = async (entry) => {
            asked += 1;
            if (asked === 1) throw new Problem(429, { code: "rate_limited" }, 0.3);
            return send(entry);
        };
        grade("1", "a", 3); await outbox.send(); grade("2", "b", 7); await outbox.send();
        told.push(asked);
        while (outbox.size) await new Promise((next) => setTimeout(next, 20));""",
    )
    assert heard == ["busy", "busy", 1, "1 arrived", "2 arrived", "sent"]


async def test_what_was_kept_is_sent_by_the_next_page(blank: Page) -> None:
    heard = await told(
        blank,
        """fails = [0]; grade("1", "a", 3); await outbox.send();
        const { Outbox } = await import(path);
        const next = new Outbox({ ...outbox.owner, send });
        await next.send(); told.push(versions.a, next.entries.length);""",
    )
    assert heard == ["offline", "1 arrived", "sent", 4, 0]


async def test_a_card_that_was_graded_twice_meanwhile_goes_by_the_newer_version(
    blank: Page,
) -> None:
    heard = await told(
        blank,
        """fails = [0]; grade("1", "a", 3); await outbox.send(); grade("2", "a", 0, "1");
        grade("3", "a", 0, "2"); await outbox.send(); told.push(versions.a);""",
    )
    assert heard == ["offline", "1 arrived", "2 arrived", "3 arrived", "sent", 6]


async def test_what_was_built_on_a_refused_grade_goes_with_it(blank: Page) -> None:
    """Another device was first. What concerns other cards is sent all the same."""
    heard = await told(
        blank,
        """fails = [0]; grade("1", "a", 2); await outbox.send(); undo("1", "a");
        grade("2", "a", 0, "undo-1"); grade("3", "b", 7); await outbox.send();
        told.push(versions, outbox.entries.length);""",
    )
    refused = "1+undo-1+2 card_changed"
    assert heard == ["offline", refused, "3 arrived", "sent", {"a": 3, "b": 8}, 0]


async def test_an_undo_is_sent_only_if_the_server_can_have_the_grade(blank: Page) -> None:
    heard = await told(
        blank,
        """fails = ["lost"]; grade("1", "a", 3); await outbox.send(); grade("2", "b", 7);
        told.push(outbox.withdraw("2"), outbox.withdraw("1")); undo("1", "a");
        await outbox.send(); told.push(stored.size, versions);""",
    )
    arrived = ["1 arrived", "undo-1 arrived", "sent"]
    assert heard[:1] + heard[-7:] == ["offline", True, False, *arrived, 0, {"a": 5, "b": 7}]


async def test_whoever_is_signed_out_keeps_the_grades(blank: Page) -> None:
    heard = await told(
        blank, 'fails = [401]; grade("1", "a", 3); await outbox.send(); await outbox.send();'
    )
    assert heard == ["signed_out", "1 arrived", "sent"]


async def test_a_grade_counts_once_when_the_storage_has_become_full(blank: Page) -> None:
    heard = await told(
        blank,
        """fails = [0]; grade("1", "a", 3); await outbox.send();
        fails = [0]; localStorage.__proto__.setItem = () => { throw new Error("full"); };
        await outbox.send(); told.push(outbox.entries.length, outbox.size);""",
    )
    assert heard == ["offline", "offline", 1, 1]


async def test_an_entry_that_nobody_can_read_holds_up_nothing(blank: Page) -> None:
    heard = await told(
        blank,
        """localStorage.setItem("kuis.reviews..entry.000000000.x", "{cut");
        grade("1", "a", 3); await outbox.send(); told.push(outbox.size);""",
    )
    assert heard == ["1 arrived", "sent", 0]


async def test_what_another_tab_has_sent_is_no_longer_waited_for(blank: Page) -> None:
    heard = await told(
        blank,
        """fails = [0]; grade("1", "a", 3); await outbox.send();
        localStorage.clear(); await outbox.send(); await outbox.send();""",
    )
    assert heard == ["offline", "sent"]


async def test_only_the_server_itself_can_refuse_a_grade(blank: Page) -> None:
    """Not a proxy before it, which knows no codes."""
    heard = await told(
        blank,
        """let proxy = [404, 403, 408];
        outbox.owner.send = async (entry) => { if (proxy.length) throw new Problem(proxy.shift(), {}); return send(entry); };
        grade("1", "a", 3);
        for (let each = 0; each < 4; each += 1) await outbox.send();
        told.push(versions.a);""",  # noqa: E501
    )
    assert heard == ["offline", "offline", "offline", "1 arrived", "sent", 4]
