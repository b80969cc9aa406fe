"""The base class of refusals that exist only over HTTP."""

from typing import ClassVar

from game.errors import Refusal


class HttpRefusal(Refusal):
    """A refusal with its own HTTP status. Those of other refusals are in server/problems.py."""

    status: ClassVar[int]
