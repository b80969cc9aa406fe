"""Decks over HTTP: what is in them, and who learns them."""

from server.api.decks.controller import DecksController
from server.api.decks.sharing import DeckLearnersController

__all__ = ["DeckLearnersController", "DecksController"]
