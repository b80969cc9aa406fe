"""Parameters are fitted in a process of its own, which may take only so much time and memory."""

import sys

import fsrs_rs_python as optimizer
import pytest

from game.rules.cards import RATINGS, Schedule, Scheduler
from game.rules.cards.evaluation import FIT_REVIEWS_MIN, CardLog, log_loss, predictions
from game.rules.cards.fsrs6 import DEFAULTS, outcome, within_bounds
from server.fitting import fitter, fitting
from server.fitting.fitting import fit
from server.fitting.messages import Request
from tests.game.rules.cards.generated_logs import generated
from tests.server.fitting.log_losses import figures


async def test_fitted_parameters_predict_better() -> None:
    logs = generated(120)
    assert predictions(logs) > FIT_REVIEWS_MIN
    fitted = await fit(Request(logs, None))
    assert fitted is not None
    assert fitted.parameters == within_bounds(fitted.parameters)
    assert fitted.log_loss_after < fitted.log_loss_before == log_loss(logs, None)
    again = await fit(Request(logs, fitted.parameters))
    assert again is not None
    assert again.log_loss_before == fitted.log_loss_after


def test_the_memory_of_the_scheduler_is_that_of_the_optimizer() -> None:
    """Or parameters would be fitted to another algorithm than the one that uses them."""
    model = optimizer.FSRS(list(DEFAULTS))
    for log in generated(10):
        schedule = Schedule()
        for grade, elapsed in log.reviews:
            after = outcome(schedule, RATINGS[grade - 1], elapsed, Scheduler())
            schedule = Schedule(after.state, after.step, after.stability, after.difficulty)
        reviews = [optimizer.FSRSReview(*review) for review in log.reviews]
        theirs = model.memory_state(optimizer.FSRSItem(reviews))
        assert schedule.stability == pytest.approx(theirs.stability, rel=1e-3)
        assert schedule.difficulty == pytest.approx(theirs.difficulty, rel=1e-3)


def test_the_optimizer_gets_reviews_in_the_order_of_time() -> None:
    logs = [CardLog(7, [(3, 0), (3, 0), (1, 2)]), CardLog(1, [(3, 0), (3, 3), (3, 30)])]
    items = [(day, len(item.reviews)) for day, item in fitter._items(logs)]  # noqa: SLF001
    assert sorted(items) == [(4, 2), (9, 3), (34, 3)]


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(1)",
        "print('nothing')",
        "import resource as r, os; r.setrlimit(r.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "import time; time.sleep(60)",
    ],
)
async def test_a_fitter_that_fails_has_fitted_nothing(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(fitting, "PROGRAM", (sys.executable, "-c", program))
    monkeypatch.setattr(fitting, "SECONDS", 2.0)
    assert await fit(Request([], None)) is None


@pytest.mark.parametrize("reviews", [[], [(3, 0)], [(9, 0), (3, 7)]])
async def test_a_log_without_predictions_gives_no_parameters(
    reviews: list[tuple[int, int]],
) -> None:
    assert await fit(Request([CardLog(0, reviews)], None)) is None


@pytest.mark.slow
async def test_a_log_as_long_as_may_be_is_fitted_in_time() -> None:
    """More is never read; its time is bounded to a third of what a job may take."""
    logs = [CardLog(0, [(3, 0), *[(3, 2)] * 63])] * 1_562
    assert await fit(Request(logs, None)) is not None


@pytest.mark.slow
async def test_other_cards_are_predicted_better_with_enough_reviews() -> None:
    usual, fitted, usual_of_others, fitted_to_others = await figures(generated(1_000))
    assert fitted < usual
    assert fitted_to_others < usual_of_others
    shown = (0.4150, 0.4040, 0.4125, 0.4021)  # in docs/reviews-internals.md
    assert (usual, fitted, usual_of_others, fitted_to_others) == pytest.approx(shown, abs=0.002)
