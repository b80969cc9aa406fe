"""The error codes and close codes of the room protocol, with their meanings.

The meanings are part of the contract: the documentation and AsyncAPI are made from them.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class ErrorCode(StrEnum):
    """What an `error` says; the connection stays."""

    BAD_MESSAGE = "bad_message"
    UNKNOWN_TYPE = "unknown_type"
    NOT_JOINED = "not_joined"
    NOT_ALLOWED = "not_allowed"
    NICKNAME_INVALID = "nickname_invalid"
    NICKNAME_TAKEN = "nickname_taken"
    ROOM_FULL = "room_full"
    ROOM_LOCKED = "room_locked"
    WRONG_PHASE = "wrong_phase"
    NOBODY_ABSENT_LONG = "nobody_absent_long"
    NO_SUCH_QUESTION = "no_such_question"
    NOT_OPEN_YET = "not_open_yet"
    TOO_LATE = "too_late"
    ALREADY_ANSWERED = "already_answered"
    BAD_RESPONSE = "bad_response"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"


class CloseCode(IntEnum):
    """Why the server ended a connection."""

    KICKED = 4000
    BAD_FRAMES = 4400
    NOT_SIGNED_IN = 4401
    NOT_HOST = 4403
    NO_SUCH_ROOM = 4404
    TOO_SLOW = 4408
    CONNECTED_ELSEWHERE = 4409
    ROOM_OVER = 4410
    TOO_MANY_PROJECTORS = 4413
    RATE_LIMITED = 4429
    ABNORMAL = 1006
    NOT_UTF8 = 1007
    SILENT = 1008
    FRAME_TOO_LARGE = 1009
    INTERNAL = 1011
    RESTART = 1012
    UNAVAILABLE = 1013


RETRYABLE_CLOSES = frozenset(
    {
        CloseCode.TOO_SLOW,
        CloseCode.RATE_LIMITED,
        CloseCode.ABNORMAL,
        CloseCode.SILENT,  # a phone may freeze before it has spoken
        CloseCode.INTERNAL,
        CloseCode.RESTART,
        CloseCode.UNAVAILABLE,
    }
)
"""After these a client reconnects by itself, with growing waits."""

ERROR_MEANING: Mapping[ErrorCode, str] = {
    ErrorCode.BAD_MESSAGE: "Not JSON; a missing, extra or wrong field; a binary frame; "
    "or a player to kick who is not there, or to readmit who was not removed.",
    ErrorCode.UNKNOWN_TYPE: "There is no message of this type.",
    ErrorCode.NOT_JOINED: "The first message must be `join`, `resume`, `host` or `watch`; "
    "or a token that this room does not know.",
    ErrorCode.NOT_ALLOWED: "This role may not send this message; or a second first message.",
    ErrorCode.NICKNAME_INVALID: "A nickname has 1 to 24 visible characters and, with the word "
    "filter, no rude word.",
    ErrorCode.NICKNAME_TAKEN: "Another player has this nickname, or one that looks the same.",
    ErrorCode.ROOM_FULL: "The session's player cap is reached; see Seats.",
    ErrorCode.ROOM_LOCKED: "The host has locked the room; players who were in can resume.",
    ErrorCode.WRONG_PHASE: "This is not possible in the room's present phase.",
    ErrorCode.NOBODY_ABSENT_LONG: "Nobody has been absent for 30 s: there is nobody to clear.",
    ErrorCode.NO_SUCH_QUESTION: "The game has no question with this number.",
    ErrorCode.NOT_OPEN_YET: "The answer came before `opens_at`.",
    ErrorCode.TOO_LATE: "The answer reached the server after `closes_at`.",
    ErrorCode.ALREADY_ANSWERED: "This player has already given another answer.",
    ErrorCode.BAD_RESPONSE: "The response does not fit the kind of question.",
    ErrorCode.RATE_LIMITED: "More than 30 frames at once or 10 per second: this one was not read. "
    "Or too many new codes of a room within a minute; retry after `retry_ms`.",
    ErrorCode.UNAVAILABLE: "PostgreSQL or Redis is away, or too many players join at once; "
    "retry in a moment, after `retry_ms` if it is given.",
}

CLOSE_MEANING: Mapping[CloseCode, str] = {
    CloseCode.KICKED: "Kicked; `kicked` was sent before. Token, device and account are refused, "
    "until the host sends `readmit`.",
    CloseCode.BAD_FRAMES: "The tenth bad frame.",
    CloseCode.NOT_SIGNED_IN: "`host` without a valid cookie, bearer token or ticket; "
    "or the sign-in with which this connection was opened has ended, or its account was closed, "
    "or the host's account lost its role.",
    CloseCode.NOT_HOST: "`host` by somebody who is not the session's teacher, "
    "or not a teacher any more.",
    CloseCode.NO_SUCH_ROOM: "No room has this code, or it ended long ago; or `join` or `watch` "
    "with a former code of the room.",
    CloseCode.TOO_SLOW: "The client reads too slowly: too many bytes wait for it.",
    CloseCode.CONNECTED_ELSEWHERE: "The same player connected again, here or elsewhere; "
    "or the oldest of more than 20 sockets of the host.",
    CloseCode.ROOM_OVER: "`join` in a room that is finished.",
    CloseCode.TOO_MANY_PROJECTORS: "`watch` in a room that has 50 projectors already; those of the "
    "session's teacher do not count.",
    CloseCode.RATE_LIMITED: "Far too many frames, joins, wrong codes, or sockets "
    "without a first message.",
    CloseCode.ABNORMAL: "Never sent: a client sees it when the connection broke without a close.",
    CloseCode.NOT_UTF8: "A text frame that is not UTF-8.",
    CloseCode.SILENT: "No first message within 10 s, or no other nickname within 10 min.",
    CloseCode.FRAME_TOO_LARGE: "A message of more than 4 KiB.",
    CloseCode.INTERNAL: "No pong within 20 s of a ping, or a failure of the server.",
    CloseCode.RESTART: "The server restarts: reconnect.",
    CloseCode.UNAVAILABLE: "The room cannot be reached at the moment: reconnect later.",
}
