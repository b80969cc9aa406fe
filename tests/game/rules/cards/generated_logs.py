"""Logs of learners who forget as FSRS with some parameters says."""

from random import Random
from typing import Final

from game.rules.cards import RATINGS, Schedule, Scheduler
from game.rules.cards.evaluation import CardLog
from game.rules.cards.fsrs6 import DEFAULTS, outcome, recall

FIRST_GRADES: Final = (0.25, 0.05, 0.6, 0.1)
KNOWN_GRADES: Final = (0.1, 0.8, 0.1)
REVIEWS_MAX: Final = 40
QUICK: Final = (0.9, 3.2, 6.0, 14.0, *DEFAULTS[4:8], 1.3, *DEFAULTS[9:20], 0.35)
"""A learner who keeps more than others, but forgets it in another way."""


def generated(
    cards: int, parameters: tuple[float, ...] = QUICK, *, days: int = 400, seed: int = 1
) -> list[CardLog]:
    """The logs of cards that the learner began on random days, as the usual scheduler asked."""
    random = Random(seed)
    return [_card(random, parameters, random.randrange(days // 2), days) for _ in range(cards)]


def _card(random: Random, parameters: tuple[float, ...], day: int, days: int) -> CardLog:
    begun_on = day
    asking, knowing = Scheduler(), Scheduler(parameters=parameters)
    asked, known, elapsed = Schedule(), Schedule(), 0
    reviews: list[tuple[int, int]] = []
    while day < days and len(reviews) < REVIEWS_MAX:
        if not reviews:
            (grade,) = random.choices((1, 2, 3, 4), FIRST_GRADES)
        elif random.random() > recall(known, elapsed, knowing):
            grade = 1
        else:
            (grade,) = random.choices((2, 3, 4), KNOWN_GRADES)
        reviews.append((grade, elapsed))
        wanted = outcome(asked, RATINGS[grade - 1], elapsed, asking)
        remembered = outcome(known, RATINGS[grade - 1], elapsed, knowing)
        asked = Schedule(wanted.state, wanted.step, wanted.stability, wanted.difficulty)
        known = Schedule(asked.state, asked.step, remembered.stability, remembered.difficulty)
        # Nobody comes on every day.
        elapsed = wanted.interval_days + (random.randrange(3) if wanted.interval_days else 0)
        day += elapsed
    return CardLog(begun_on, reviews)
