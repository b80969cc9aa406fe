"""Bots: believable players over real sockets, for trying a class of any size."""

from server.bots.bot import BotsError
from server.bots.crowd import Progress, Summary, play

__all__ = ["BotsError", "Progress", "Summary", "play"]
