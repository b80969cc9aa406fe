"""Measures how fast questions are searched over HTTP, with 100,000 of them in the bank.

Each search is requested for a page of questions, the same with facets, and a page of questions and
quizzes together with facets (`GET /api/search`). One teacher has all of the bank, another one only
50. The reference is a request for one question by its id. The plans are of PostgreSQL, for the
statements that the requests execute.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from statistics import median
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Struct

from persistence import database
from persistence.plans import plan_of
from persistence.repositories import search, search_hits
from persistence.repositories.questions import search as questions_search
from persistence.repositories.questions.filters import QuestionFilter
from persistence.repositories.questions.search import Where
from persistence.repositories.viewers import TEACHER, Account
from server.bench import question_bank
from server.bench.games import Games, Needs
from server.bench.question_bank import COMMON, rare_word
from server.bench.reader import Reader, p95
from server.bench.results import Bar, Line
from server.bench.teacher import Teacher
from server.bench.testbeds import BenchOptions, Testbed

QUESTIONS = 100_000
TIMES = 10
"""How often each search is requested in a round."""
PAGE_BAR, FACETS_BAR = Bar(50.0), Bar(100.0)
BARS = {
    "": PAGE_BAR,
    ", with facets": FACETS_BAR,
    ", questions and quizzes with facets": FACETS_BAR,
}
NO_SCAN = Bar(0.0)
LABELS = {"level", "skill", "tag"}
SCAN = "Seq Scan on questions"
ENGLISH, INDONESIAN = COMMON


class Case(Struct, frozen=True):
    """A kind of search: the same parameters, or others in each request."""

    what: str
    searches: Sequence[Mapping[str, str]]
    is_of_few: bool = False
    """Whether the teacher with few questions searches."""


EVERYWHERE = Case("bank and quizzes", [{"q": "membaca buku", "where": "all"}])
CASES = (
    Case("a rare word", [{"q": rare_word(number)} for number in range(100)]),
    Case("a word of 25,000", [{"q": f"{ENGLISH} "}, {"q": f"{INDONESIAN} "}]),
    Case("a word in another form", [{"q": "dibaca "}, {"q": "readings "}]),
    Case("one letter", [{"q": letter} for letter in "cmpst"]),
    Case("two words", [{"q": "membaca buku"}, {"q": "reading grammar"}]),
    Case("a word without another", [{"q": f"{ENGLISH} -river"}, {"q": f"{INDONESIAN} -sungai"}]),
    Case("a phrase", [{"q": '"correct word"'}, {"q": '"tata kalimat"'}, {"q": '"read book"'}]),
    Case("filters only", [{"level": "B1", "skill": "reading"}]),
    Case("a frequent word and filters", [{"q": ENGLISH, "level": "A1", "tag": "tag 6"}]),
    EVERYWHERE,
    Case("a frequent word, 50 of 100,000", [{"q": word} for word in COMMON], is_of_few=True),
    Case("one letter, 50 of 100,000", [{"q": letter} for letter in "cmpst"], is_of_few=True),
)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    server = testbed.server
    if server.database_url is None:
        remark = "only on servers that the bench starts"
        return [Line(what="questions", value=None, unit="ms", bar=PAGE_BAR, remarks=[remark])]
    few = Teacher(server, None, None)
    owners = Account(testbed.teacher.user_id, TEACHER), Account(few.user_id, TEACHER)
    testbed.say(f"writing {QUESTIONS:,} questions")
    ids = question_bank.fill(server.database_url, owners[0].user_id, owners[1].user_id, QUESTIONS)
    server.settle()
    with closing(Reader(server, testbed.teacher)) as many, closing(Reader(server, few)) as other:
        reference, *samples = _measure(testbed, many, other, ids)
    testbed.say("plans of searches")
    plans = asyncio.run(_plans(server.database_url, owners))
    return [
        *(
            line
            for (with_, bar), took in zip(BARS.items(), samples, strict=True)
            for line in _lines(testbed, took, reference, with_, bar)
        ),
        Line(
            what="sequential scans of questions",
            value=float(sum(plan.count(SCAN) for plan in plans.values())),
            unit="scans",
            bar=NO_SCAN,
            details="\n\n".join(f"{what}:\n{plan}" for what, plan in plans.items()),
        ),
    ]


Samples = dict[str, list[float]]


def _measure(
    testbed: Testbed, many: Reader, few: Reader, ids: Sequence[UUID]
) -> tuple[list[float], Samples, Samples, Samples]:
    reference: list[float] = []
    pages: Samples = {case.what: [] for case in CASES}
    facets: Samples = {case.what: [] for case in CASES}
    both: Samples = {case.what: [] for case in CASES if case is not EVERYWHERE}
    number = 0
    for counts in testbed.turns("searches"):
        for _ in range(TIMES):
            number += 1
            took = many.took_ms(f"/api/questions/{ids[number * 997 % len(ids)]}")
            reference += [took] * counts
            for case in CASES:
                reader = few if case.is_of_few else many
                asked = case.searches[number % len(case.searches)]
                page = reader.took_ms(f"/api/questions?{urlencode(asked)}")
                pages[case.what] += [page] * counts
                took = reader.took_ms(f"/api/questions?{urlencode({**asked, 'facets': 'true'})}")
                facets[case.what] += [took] * counts
                if case.what in both:
                    took = reader.took_ms(f"/api/search?{urlencode(asked)}")
                    both[case.what] += [took] * counts
    return reference, pages, facets, both


def _lines(
    testbed: Testbed, samples: Samples, reference: list[float], with_: str, bar: Bar
) -> Iterator[Line]:
    for what, took in samples.items():
        yield Line(
            what=what + with_,
            value=p95(took),
            unit="ms",
            reference=p95(reference),
            ratio=p95(reference) / p95(took),
            bar=bar,
            rounds=testbed.rounds,
            more={"p50_ms": median(took), "p95_ms": p95(took)},
            remarks=[f"p95; the median is {median(took):.1f} ms"],
        )


async def _plans(url: str, owners: tuple[Account, Account]) -> Mapping[str, str]:
    engine = database.connect(url)
    plans = {}
    for case in CASES:
        asked = case.searches[0]
        where: Where = "all" if "where" in asked else "bank"
        labels = {name: [value] for name, value in asked.items() if name in LABELS}
        wanted = msgspec.convert(labels, QuestionFilter)
        async with database.sessions(engine)() as session, search.bounded(session):
            searched = await questions_search.prepare(
                session, owners[case.is_of_few], asked.get("q", ""), where, wanted
            )
            for what, statement in (
                (case.what, questions_search.page_statement(searched, 1, 20)),
                (f"{case.what}, facets", questions_search.facets_statement(searched)),
            ):
                plans[what] = await plan_of(session, statement)
            if case is not EVERYWHERE:
                both = await questions_search.prepare(
                    session, owners[case.is_of_few], asked.get("q", ""), "all", wanted
                )
                statement = search_hits.page_statement(both, search_hits.KINDS, 1, 20)
                plans[f"{case.what}, questions and quizzes"] = await plan_of(session, statement)
    await engine.dispose()
    return plans
