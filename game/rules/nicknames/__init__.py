"""Nicknames: what one may be, which look alike, which are foul, and friendly ones."""

from game.rules.nicknames.foul import is_foul
from game.rules.nicknames.friendly import friendly
from game.rules.nicknames.visible import NICKNAME_MAX, clean, fold, numbered

__all__ = ["NICKNAME_MAX", "clean", "fold", "friendly", "is_foul", "numbered"]
