"""Measures reviews over HTTP: the queue, grades and statistics of a learner with many cards.

One learner has 100,000 cards and about a million reviews, one has 1,000 cards, and 10,000 others
have some each. The reference is a request for the own account. Then 500 learners grade at once.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from statistics import median
from uuid import uuid4

from server.bench import learners, review_cards
from server.bench.cores import pinned
from server.bench.games import Games, Needs
from server.bench.reader import Reader, p95
from server.bench.results import Bar, Line
from server.bench.teacher import Teacher
from server.bench.testbeds import BenchOptions, Testbed

CARDS = {"100,000 cards": 100_000, "1,000 cards": 1_000}
LEARNERS, LEARNERS_CARDS = 500, 20
GRADES, THINK_S = 6, 5.0
TIMES = 20
"""How often each page is requested, and how many cards are graded, in a round."""
PAGES = {
    "queue": ("/api/cards/queue?limit=20", Bar(50.0)),
    "statistics": ("/api/cards/statistics", Bar(200.0)),
    "forecast": ("/api/cards/forecast", Bar(200.0)),
    "list of due cards": ("/api/cards?state=due&page_size=50", Bar(25.0)),
}
GRADE, GRADE_BAR = "grade", Bar(20.0)
AT_ONCE_BAR = Bar(LEARNERS / THINK_S, at="least")
REFERENCE = "/api/me"

Took = dict[str, list[float]]


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, games: Games) -> list[Line]:
    del games
    server = testbed.server
    if server.database_url is None:
        remark = "only on servers that the bench starts"
        return [Line(what="reviews", value=None, unit="ms", bar=GRADE_BAR, remarks=[remark])]
    testbed.say("writing a million reviews")
    people = {what: Teacher(server, None, None) for what in CARDS}
    many = [Teacher(server, None, None) for _ in range(testbed.at_most(LEARNERS))]
    have = [(person.user_id, CARDS[what]) for what, person in people.items()]
    have += [(person.user_id, LEARNERS_CARDS) for person in many]
    review_cards.fill(server.database_url, have)
    server.settle()
    found = [line for what, person in people.items() for line in _of_learner(testbed, what, person)]
    return [*found, *_at_once(testbed, many)]


def _of_learner(testbed: Testbed, cards: str, person: Teacher) -> list[Line]:
    took: Took = {what: [] for what in (REFERENCE, *PAGES, GRADE)}
    with closing(Reader(testbed.server, person)) as reader:
        for counts in testbed.turns(f"reviews, {cards}"):
            for what, times in _round(reader).items():
                took[what] += times * counts
    reference = p95(took[REFERENCE])
    bars = {what: bar for what, (_, bar) in PAGES.items()} | {GRADE: GRADE_BAR}
    return [
        Line(
            what=f"{what}, {cards}",
            value=p95(took[what]),
            unit="ms",
            reference=reference,
            ratio=reference / p95(took[what]),
            bar=bar,
            rounds=testbed.rounds,
            more={"p50_ms": median(took[what]), "p95_ms": p95(took[what])},
            remarks=[f"p95; the median is {median(took[what]):.1f} ms"],
        )
        for what, bar in bars.items()
    ]


def _round(reader: Reader) -> Took:
    """Requests every page, grades the cards of a queue, and takes the grades back."""
    took: Took = {REFERENCE: [reader.took_ms(REFERENCE) for _ in range(TIMES)]}
    for what, (path, _) in PAGES.items():
        took[what] = [reader.took_ms(path) for _ in range(TIMES)]
    _, queue = reader.ask("GET", f"/api/cards/queue?limit={TIMES}")
    keys = {card["id"]: str(uuid4()) for card in queue["cards"]}
    took[GRADE] = []
    for card in queue["cards"]:
        body = {"key": keys[card["id"]], "rating": "good", "version": card["version"]}
        took[GRADE].append(reader.ask("POST", f"/api/cards/{card['id']}/grades", body)[0])
    for key in keys.values():
        reader.ask("POST", "/api/cards/undo", {"key": key})
    return took


def _at_once(testbed: Testbed, many: Sequence[Teacher]) -> list[Line]:
    tokens = [person.token for person in many]
    paced = list[tuple[float, float]]()
    full = list[tuple[float, float]]()
    for counts in testbed.turns(f"reviews, {len(many):,} learners at once"):
        for think_s, into in ((THINK_S, paced), (0.0, full)):
            with pinned(testbed.cores.others):
                took, all_s = asyncio.run(learners.grade(testbed.server, tokens, GRADES, think_s))
            into.extend([(p95(took) * 1000, len(took) / all_s)] * counts)
    rate = median(rate for _, rate in full)
    return [
        Line(
            what=f"{len(many):,} learners, a card every {THINK_S:.0f} s",
            value=median(ms for ms, _ in paced),
            unit="ms",
            bar=Bar(1_000.0),
            rounds=testbed.rounds,
            remarks=["p95 of a grade"],
        ),
        Line(
            what=f"{len(many):,} learners, without a pause",
            value=rate,
            unit="grades/s",
            bar=AT_ONCE_BAR,
            rounds=testbed.rounds,
            remarks=[f"p95 of a grade {median(ms for ms, _ in full):,.0f} ms"],
        ),
    ]
