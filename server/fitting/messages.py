"""What the fitter reads and writes. A separate module: no other process loads its native code."""

from collections.abc import Sequence

from msgspec import Struct

from game.rules.cards.evaluation import CardLog


class Request(Struct, frozen=True):
    """The logs of cards, and the parameters that apply now; None for the usual ones."""

    logs: Sequence[CardLog]
    parameters: tuple[float, ...] | None


class Fitted(Struct, frozen=True):
    """The parameters that fit best, and the log loss of those before and of these."""

    parameters: tuple[float, ...]
    log_loss_before: float
    log_loss_after: float
    workload: tuple[float, ...]
