"""Refusals that only HTTP knows."""

from typing import ClassVar

from game.errors import Refusal


class HttpRefusal(Refusal):
    """A refusal with an HTTP status of its own; others have theirs from `server/problems.py`."""

    status: ClassVar[int]
