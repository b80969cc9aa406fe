"""The faults at the size of a school, then at random for as long as you like: `make soak`.

Prints the table of docs/operating.md. Exits with 1 if an answer that was stored is not recorded
once.
"""

import asyncio
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic

import uvloop

from server import garbage_collection
from server.serve.web import raise_file_limit
from tests.faults.game import Account, playing, questions
from tests.faults.processes import Site
from tests.faults.scenarios import SCENARIOS, Outcome, Scale

CALM_S = (0.5, 3.0)  # between two random faults
QUESTIONS = 6


def main() -> int:
    parser = ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--players", type=int, default=500)
    parser.add_argument("--deaf", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50, help="of the recorder")
    parser.add_argument("--minutes", type=float, default=5.0, help="of random faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SCENARIOS, nargs="*", default=list(SCENARIOS))
    arguments = parser.parse_args()
    raise_file_limit()
    garbage_collection.collect_seldom()  # else the players' own looked like the server's delay
    with tempfile.TemporaryDirectory(prefix="kuis-soak-", ignore_cleanup_errors=True) as path:
        site = Site(Path(path) / "data")
        try:
            return uvloop.run(_soak(site, arguments))
        finally:
            site.end()


async def _soak(site: Site, arguments: Namespace) -> int:
    scale = Scale(
        players=arguments.players,
        deaf=arguments.deaf,
        kills=arguments.kills,
        rounds=10,
        quiet_rounds=10,
        answers_over_s=3.0,
    )
    wrong = 0
    _row("fault", "players", "stored", "recorded", "wrong", "measured")
    _row(*["---"] * 6)
    for name in arguments.only:
        await asyncio.to_thread(site.heal)
        wrong += _show(name, await SCENARIOS[name](site, scale))
    if arguments.minutes:
        await asyncio.to_thread(site.heal)
        wrong += _show("random faults", await _random_faults(site, arguments))
    return int(wrong > 0)


async def _random_faults(site: Site, arguments: Namespace) -> Outcome:
    """Games one after the other, and all the time something dies."""
    random = Random(arguments.seed)
    whole, faults = Account(), Counter[str]()
    games = 0
    until = monotonic() + arguments.minutes * 60
    while monotonic() < until:
        outcome = await _one_game(site, arguments.players, random, faults)
        games += 1
        whole.players += outcome.players
        whole.stored += outcome.stored
        whole.recorded += outcome.recorded
        whole.wrong += outcome.wrong
    return Outcome(whole, {"games": games, **faults})


async def _one_game(site: Site, players: int, random: Random, faults: Counter[str]) -> Account:
    async with playing(site.place, players, questions(QUESTIONS)) as game:
        over = asyncio.Event()
        breaking = asyncio.create_task(_break_things(site, random, faults, over))
        for question in range(QUESTIONS):
            await game.ask(question)
            await game.answer(question, over_s=3.0)
            await game.all_see("reveal", question)
        await game.finish()
        over.set()
        await breaking
        return await game.account()


async def _break_things(
    site: Site, random: Random, faults: Counter[str], over: asyncio.Event
) -> None:
    """One thing after the other; each runs again before the next is broken."""
    ways: dict[str, Callable[[], None]] = {
        "web killed": lambda: random.choice(site.web).kill(),
        "web stopped": lambda: random.choice(site.web).end(),
        "worker killed": site.worker.kill,
        "Redis killed": site.kill_redis,
        "PostgreSQL stopped": site.postgres.stop,
    }
    while not over.is_set():
        await asyncio.sleep(random.uniform(*CALM_S))
        fault = random.choice(list(ways))
        faults[fault] += 1
        await asyncio.to_thread(ways[fault])
        await asyncio.to_thread(site.heal)


def _show(name: str, outcome: Outcome) -> int:
    account, figures = outcome.account, outcome.figures
    measured = "; ".join(f"{what}: {much:.4g}" for what, much in figures.items())
    counts = (account.players, account.stored, account.recorded, len(account.wrong))
    _row(name.replace("_", " "), *counts, measured)
    for each in account.wrong[:10]:
        sys.stderr.write(f"  {each}\n")
    return len(account.wrong)


def _row(*cells: object) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
