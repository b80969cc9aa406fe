"""Decks: their limits and kinds."""

from typing import Annotated, Literal

from msgspec import Meta

from game.rules.quizzes import TITLE_MAX

DESCRIPTION_MAX = 2000
SHARE_CODE_MAX = 64
NOTES_MAX = 50_000
"""Notes in a deck."""
DECKS_MAX = 500
"""Decks of an account."""
SUBSCRIBERS_MAX = 5_000
LEARNERS_MIN = 5
"""Figures over the learners of a deck, without its owner, are shown from so many on."""

DeckKind = Literal["hand", "topic", "set"]
"""Filled by hand, with the questions of a topic, or from a question set."""
DeckTitle = Annotated[str, Meta(min_length=1, max_length=TITLE_MAX, pattern=r"\S")]
DeckDescription = Annotated[str, Meta(max_length=DESCRIPTION_MAX)]
