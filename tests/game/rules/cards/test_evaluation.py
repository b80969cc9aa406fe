"""How well parameters predict a learner, and what knowing more costs."""

import math
from itertools import pairwise

import pytest

from game.rules.cards import evaluation
from game.rules.cards.evaluation import (
    RETENTIONS,
    USUAL_WORKLOAD,
    CardLog,
    log_loss,
    predictions,
    workload,
)
from game.rules.cards.fsrs6 import DEFAULTS
from game.rules.user_preferences import RETENTION_MAX, RETENTION_MIN
from tests.game.rules.cards.generated_logs import QUICK, generated


def test_a_review_on_a_later_day_is_predicted() -> None:
    """After so many days as the stability says, nine of ten are known."""
    easy = CardLog(0, [(4, 0), (3, 8)])
    expected = (1 + (0.9 ** (-1 / 0.1542) - 1) * 8 / 8.2956) ** -0.1542
    assert log_loss([easy], None) == pytest.approx(-math.log(expected))
    assert log_loss([CardLog(0, [(4, 0), (1, 8)])], None) == pytest.approx(-math.log(1 - expected))
    assert predictions([easy, CardLog(0, [(3, 0), (3, 0), (3, 2), (1, 5)])]) == 3


def test_reviews_of_the_same_day_are_not_predicted() -> None:
    assert log_loss([CardLog(0, [(3, 0), (3, 0)]), CardLog(0, [])], None) is None
    assert predictions([CardLog(0, [(3, 5), (3, 0)]), CardLog(0, [])]) == 0


def test_a_surprise_costs_no_infinity() -> None:
    assert math.isfinite(log_loss([CardLog(0, [(4, 0), (1, 1), (1, 1)])], DEFAULTS) or math.inf)


def test_the_true_parameters_predict_better() -> None:
    logs = generated(150)
    assert (log_loss(logs, QUICK) or 0) < (log_loss(logs, None) or 0)


def test_there_is_a_workload_for_each_retention() -> None:
    assert (RETENTIONS[0], RETENTIONS[-1]) == (RETENTION_MIN, RETENTION_MAX)
    assert len(USUAL_WORKLOAD) == len(RETENTIONS)
    assert all(less <= more for less, more in pairwise(USUAL_WORKLOAD))


def test_whoever_forgets_everything_is_not_simulated_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulated: list[int] = []

    def daily(*_: object) -> int:
        simulated.append(400)
        return 400

    monkeypatch.setattr(evaluation, "_reviews_of_a_year", daily)
    assert set(workload(None)) == {400.0}
    assert sum(simulated) <= len(RETENTIONS) * (evaluation.SIMULATED_REVIEWS + 400)


@pytest.mark.slow
def test_the_usual_workload_is_as_computed() -> None:
    assert workload(None) == USUAL_WORKLOAD
