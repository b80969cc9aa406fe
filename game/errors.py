"""Refusals: the errors that tell a client what it did wrong, each with a stable code.

A refusal is raised where a rule is broken and turned into an HTTP problem (`server/problems.py`) or
an `error` message (`server/live/connection.py`) in one place each.
"""

from msgspec import Struct


class Detail(Struct, frozen=True):
    """One error in a request: a path such as `choices[2].text`, a code and a sentence."""

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

    def __reduce__(self) -> tuple[object, ...]:
        """Also a refusal of another process can be raised, whatever its class is made with."""
        return type(self).__new__, (type(self), self.message), vars(self)


class Invalid(Refusal):
    """The request is well-formed but wrong; `details` say where."""


class Unauthenticated(Refusal):
    """Nobody is signed in, or the credentials are wrong."""


class Forbidden(Refusal):
    """The user may not do this."""


class NotFound(Refusal):
    """The thing does not exist, or the user may not see it."""


class Conflict(Refusal):
    """The present state does not allow this."""


class RateLimited(Refusal):
    """Too many requests; `retry_after` is in seconds."""

    def __init__(self, code: str, message: str, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """PostgreSQL or Redis is away, or the server is overloaded; a retry may help.

    `retry_ms` is how long to wait, if that is known.
    """

    def __init__(self, code: str, message: str, retry_ms: int | None = None) -> None:
        super().__init__(code, message)
        self.retry_ms = retry_ms


# The refusals of live rooms. Rules, scripts in Redis and handlers name a code; the sentence for it
# is only here.
ROOM_REFUSALS: dict[str, tuple[type[Refusal], str]] = {
    "already_answered": (Conflict, "You have already answered this question."),
    "bad_message": (Refusal, "The room does not understand this message."),
    "bad_response": (Refusal, "This response does not fit the question."),
    "nickname_invalid": (Refusal, "Choose a nickname of 1 to 24 visible characters."),
    "nickname_taken": (Conflict, "Somebody in the room already has this nickname."),
    "no_such_question": (NotFound, "The room has no such question."),
    "nobody_absent_long": (Conflict, "Nobody has been away for half a minute yet."),
    "not_allowed": (Forbidden, "You may not send this message here."),
    "not_joined": (Refusal, "Join the room first."),
    "not_open_yet": (Conflict, "The question is not open yet."),
    "room_full": (Conflict, "The room is full."),
    "room_locked": (Conflict, "The host has locked the room."),
    "too_late": (Conflict, "The question is closed."),
    "wrong_phase": (Conflict, "The room is not in a phase that allows this."),
}


def room_refusal(code: str, message: str | None = None) -> Refusal:
    """The refusal of a live room with this code, with a more specific `message` if there is one."""
    kind, sentence = ROOM_REFUSALS[code]
    return kind(code, message or sentence)
