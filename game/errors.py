"""Refusals: what the product says no to, each with a stable code.

A refusal is raised where a rule is broken and turned into an HTTP problem (`server/problems.py`) or
an `error` message (`server/live/connection.py`) in one place each.
"""

from msgspec import Struct


class Detail(Struct, frozen=True):
    """One wrong place in a request: a path like `choices[2].text`, a code and a sentence."""

    path: str
    code: str
    message: str


class Refusal(Exception):  # noqa: N818  # the product's own word: a refusal is not a failure
    """A request that the product understands and declines.

    Attributes:
        code: stable, machine-readable, in snake case; the pages translate it.
        message: one English sentence that says what to do about it.
        details: where the request is wrong, one a place, for answers that name several.
    """

    def __init__(self, code: str, message: str, details: tuple[Detail, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Invalid(Refusal):
    """The request is understood and wrong; `details` say where."""


class Unauthenticated(Refusal):
    """Nobody is signed in, or not with what was given."""


class Forbidden(Refusal):
    """Not allowed to whoever asks."""


class NotFound(Refusal):
    """There is no such thing for whoever asks."""


class Conflict(Refusal):
    """The present state does not allow it."""


class RateLimited(Refusal):
    """Too many tries; `retry_after` is in seconds."""

    def __init__(self, code: str, message: str, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """An engine that the request needs is away, or too much is asked; trying again later helps.

    `retry_ms` is when, if that is known.
    """

    def __init__(self, code: str, message: str, retry_ms: int | None = None) -> None:
        super().__init__(code, message)
        self.retry_ms = retry_ms


# What a live room says no to. Rules, scripts in Redis and handlers name a code, and the sentence
# for it stands here once.
ROOM_REFUSALS: dict[str, tuple[type[Refusal], str]] = {
    "already_answered": (Conflict, "You have already answered this question."),
    "bad_message": (Refusal, "This message is not one that the room understands."),
    "bad_response": (Refusal, "This response does not fit the question."),
    "nickname_invalid": (Refusal, "Choose a nickname of 1 to 24 visible characters."),
    "nickname_taken": (Conflict, "Somebody in the room already has this nickname."),
    "no_such_question": (NotFound, "The room has no such question."),
    "nobody_absent_long": (Conflict, "Nobody has been away for half a minute yet."),
    "not_allowed": (Forbidden, "This is not yours to say here."),
    "not_joined": (Refusal, "Join the room first."),
    "not_open_yet": (Conflict, "The question is not open yet."),
    "room_full": (Conflict, "The room is full."),
    "room_locked": (Conflict, "The host has locked the room."),
    "too_late": (Conflict, "The question is closed."),
    "wrong_phase": (Conflict, "The room is not in a phase that allows this."),
}


def room_refusal(code: str, message: str | None = None) -> Refusal:
    """The refusal of a live room with this code; `message` where a closer sentence is known."""
    kind, sentence = ROOM_REFUSALS[code]
    return kind(code, message or sentence)
