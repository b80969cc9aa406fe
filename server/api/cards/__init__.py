"""Cards over HTTP: the queue and grades, the learner's own cards, and how it goes."""

from server.api.cards.browsing import OwnCardsController
from server.api.cards.parameters import CardParametersController
from server.api.cards.reviewing import CardsController

__all__ = ["CardParametersController", "CardsController", "OwnCardsController"]
