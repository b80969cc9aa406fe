"""Nicknames: what one may be, which look alike, which are foul, and friendly ones."""

from game.rules.nicknames.friendly import friendly
from game.rules.nicknames.profanity import is_profane
from game.rules.nicknames.validation import NICKNAME_MAX, clean, fold, numbered

__all__ = ["NICKNAME_MAX", "clean", "fold", "friendly", "is_profane", "numbered"]
