"""Refusals: what the product says no to, each with a stable code.

A refusal is raised where a rule is broken and turned into an HTTP problem (`server/problems.py`) or an `error`
message (`server/live/handler.py`) in one place each.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  # the product's own word: a refusal is not a failure
    """A request that the product understands and declines.

    Attributes:
        code: stable, machine-readable, in snake case; the pages translate it.
        message: one English sentence that says what to do about it.
        details: where the request is wrong, one a place, for answers that name several.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, details: tuple["Detail", ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Detail:
    """One place in a request that is wrong: a path like `questions[2].choices`, a code and a sentence."""

    __slots__ = ("code", "message", "path")

    def __init__(self, path: str, code: str, message: str) -> None:
        self.path = path
        self.code = code
        self.message = message


class Invalid(Refusal):
    status = 422


class Unauthenticated(Refusal):
    status = 401


class Forbidden(Refusal):
    status = 403


class NotFound(Refusal):
    status = 404


class Conflict(Refusal):
    status = 409


class RateLimited(Refusal):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, code: str, message: str, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """An engine that the request needs is away; trying again later helps."""

    status = 503
