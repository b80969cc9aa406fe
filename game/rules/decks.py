"""Decks: their limits and kinds."""

from typing import Annotated, Literal

from msgspec import Meta

from game.rules.quizzes import TITLE_MAX

DESCRIPTION_MAX = 2000
SHARE_CODE_MAX = 64

DeckKind = Literal["hand", "topic", "set"]
"""Filled by hand, with the questions of a topic, or from a question set."""
DeckTitle = Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]
DeckDescription = Annotated[str, Meta(max_length=DESCRIPTION_MAX)]
