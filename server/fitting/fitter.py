"""The fitter: reads a learner's reviews from stdin, and writes fitted parameters to stdout.

It runs as a separate process with limited time and memory, because the optimizer is native code,
and learners decide what it is given.
"""

import math
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

import fsrs_rs_python as optimizer
import msgspec

from game.rules.cards.evaluation import CardLog, log_loss, workload
from game.rules.cards.fsrs6 import DEFAULTS, within_bounds
from server.bounded_programs import serve
from server.fitting.messages import Fitted, Request

PROCESSOR_SECONDS: Final = 20
MEMORY_MAX_BYTES: Final = 1024 * 1024 * 1024
RELEARNING_STEPS: Final = 1


def fit(given: bytes) -> Fitted:
    request = msgspec.msgpack.decode(given, type=Request)
    items = [item for _, item in sorted(_items(request.logs), key=itemgetter(0))]
    computed = optimizer.FSRS(list(DEFAULTS)).compute_parameters(
        items, num_relearning_steps=RELEARNING_STEPS
    )
    parameters = within_bounds(computed)
    before = log_loss(request.logs, request.parameters)
    after = log_loss(request.logs, parameters)
    if before is None or after is None or not all(map(math.isfinite, parameters)):
        raise ValueError
    return Fitted(parameters, before, after, workload(parameters))


def _items(logs: Iterable[CardLog]) -> Iterator[tuple[int, optimizer.FSRSItem]]:
    """What the optimizer learns from: each predicted review with all before it, and its day.

    It wants them in the order of time, because it learns more from the later ones.
    """
    for log in logs:
        reviews = [optimizer.FSRSReview(grade, elapsed) for grade, elapsed in log.reviews]
        day = log.begun_on
        for nth, (_, elapsed) in enumerate(log.reviews[1:], 2):
            day += elapsed
            if elapsed > 0:
                yield day, optimizer.FSRSItem(reviews[:nth])


if __name__ == "__main__":
    serve(fit, PROCESSOR_SECONDS, MEMORY_MAX_BYTES)
