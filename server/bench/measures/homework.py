"""Measures homework: 2,000 students start within a minute, and answer every few seconds.

The reference is as many requests to a route of the same server that does nothing.
"""

import asyncio
from collections.abc import Sequence
from statistics import median

from server.bench import students
from server.bench.cores import pinned
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line
from server.bench.students import Times
from server.bench.testbeds import BenchOptions, Testbed

STUDENTS = 2_000
START_WITHIN_S = 60.0
QUESTIONS = 7
BAR = Bar(50)
P95, P99 = 0.95, 0.99


def needs(_: BenchOptions) -> Needs:
    """No games: it has no rooms."""
    return {}


def lines(testbed: Testbed, _: Games) -> Sequence[Line]:
    count = testbed.at_most(STUDENTS)
    within_s = START_WITHIN_S * count / STUDENTS
    own, idle, busy = [], [], []
    for number in range(1, testbed.rounds + 1):
        testbed.say(f"homework: round {number} of {testbed.rounds}")
        code = testbed.teacher.give_homework(QUESTIONS)
        before, times, nothing = testbed.server.cpu_s()["web"], Times(), Times()
        with pinned(testbed.cores.others):
            asyncio.run(students.work(testbed.server, code, count, within_s, times))
        busy.append((testbed.server.cpu_s()["web"] - before) / count / QUESTIONS * 1e6)
        with pinned(testbed.cores.others):
            asyncio.run(students.idle_requests(testbed.server, count, within_s, QUESTIONS, nothing))
        own.append(times)
        idle.append(nothing)
    value = median(_ms(each.answers, P95) for each in own)
    reference = median(_ms(each.answers, P95) for each in idle)
    return [
        Line(
            what=f"{count:,} students, p95 of an answer",
            value=value,
            unit="ms",
            reference=reference,
            ratio=reference / value,
            bar=BAR,
            rounds=len(own),
            more={
                "answer_p50_ms": median(_ms(each.answers, 0.5) for each in own),
                "answer_p99_ms": median(_ms(each.answers, P99) for each in own),
                "start_p95_ms": median(_ms(each.starts, P95) for each in own),
                "next_p95_ms": median(_ms(each.others, P95) for each in own),
                "answers": float(sum(len(each.answers) for each in own)),
                "web_us_per_question": median(busy),
            },
        )
    ]


def _ms(seconds: Sequence[float], share: float) -> float:
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)] * 1000
