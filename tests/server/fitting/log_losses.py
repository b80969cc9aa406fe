"""Prints how well parameters predict logs of reviews, as docs/reviews-internals.md shows.

`python -m tests.server.fitting.log_losses [log.csv …]`, where a file has the columns `card_id`,
`review_rating` (1 to 4) and `review_time`, such as the one among the tests of py-fsrs.
"""

import asyncio
import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from game.rules.cards import day_of
from game.rules.cards.evaluation import CardLog, log_loss, predictions
from server.fitting.fitting import fit
from server.fitting.messages import Request
from tests.game.rules.cards.generated_logs import generated

HEAD = """\
| log | cards | reviews | usual | fitted | half of the cards: usual | fitted to the others |
|---|---|---|---|---|---|---|"""


async def figures(logs: Sequence[CardLog]) -> tuple[float, ...]:
    """Log losses on the log, and on half of its cards with parameters fitted to the others."""
    others = logs[1::2]
    whole = await fit(Request(logs, None))
    half = await fit(Request(logs[::2], None))
    assert whole is not None
    assert half is not None
    usual, fitted = log_loss(others, None), log_loss(others, half.parameters)
    assert usual is not None
    assert fitted is not None
    return whole.log_loss_before, whole.log_loss_after, usual, fitted


def read(path: Path) -> list[CardLog]:
    """The logs in a file, with days in UTC."""
    reviews = defaultdict[str, list[tuple[datetime, int]]](list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["review_time"])
            reviews[row["card_id"]].append((at, int(row["review_rating"])))
    return [_history(sorted(of_card)) for of_card in reviews.values()]


def _history(reviews: Sequence[tuple[datetime, int]]) -> CardLog:
    days = [day_of(at, UTC) for at, _ in reviews]
    before = [days[0], *days[:-1]]
    graded = [
        (grade, (day - last).days)
        for (_, grade), day, last in zip(reviews, days, before, strict=True)
    ]
    return CardLog(days[0].toordinal(), graded)


def table(paths: Sequence[str]) -> str:
    named = {f"generated, {cards:,} cards": generated(cards) for cards in (100, 1_000, 5_000)}
    named |= {Path(path).name: read(Path(path)) for path in paths}
    lines = [HEAD]
    for name, logs in named.items():
        losses = " | ".join(f"{loss:.4f}" for loss in asyncio.run(figures(logs)))
        lines.append(f"| {name} | {len(logs):,} | {predictions(logs):,} | {losses} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(sys.argv[1:]))  # noqa: T201  # a program for the terminal
