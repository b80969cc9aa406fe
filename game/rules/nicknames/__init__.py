"""Nicknames: validation, names that look alike, the word filter, and friendly names."""

from game.rules.nicknames.friendly import friendly
from game.rules.nicknames.profanity import is_profane
from game.rules.nicknames.validation import NICKNAME_MAX, clean, fold, numbered

__all__ = ["NICKNAME_MAX", "clean", "fold", "friendly", "is_profane", "numbered"]
