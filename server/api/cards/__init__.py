"""Cards over HTTP: the queue and grades, the learner's own cards, and how it goes."""

from server.api.cards.browsing import OwnCardsController
from server.api.cards.parameters import CardParametersController
from server.api.cards.reviewing import CardsController
from server.api.cards.statistics import CardStatisticsController

__all__ = [
    "CardParametersController",
    "CardStatisticsController",
    "CardsController",
    "OwnCardsController",
]
