"""A reducer in Python: the state of a client after each message, as docs/protocol.md says."""

from tests.server.live.client import Message

TIMING = ("opens_at", "closes_at")
OWN = ("score", "rank", "streak")
VOLATILE = {"now"}


def state(room: Message) -> Message:
    """A snapshot in a normal form: two are equal if a screen shows the same for both."""
    shown = _without(room, *VOLATILE)
    for people in {"roster", "absent", "removed"} & shown.keys():
        shown[people] = {person["id"]: person["nickname"] for person in shown[people]}
    return shown


def after(  # noqa: C901, PLR0911  # a table
    old: Message, message: Message, sent: object = None
) -> Message:
    """The state after a message. For an `answered`, `sent` is the response that was sent before."""
    match message["type"]:
        case "welcome":
            return state(message["room"])
        case "lobby":
            return _lobby(old, message)
        case "question":
            return _question(old, message)
        case "answered" if old["phase"] == "question":
            return old | {"you": old["you"] | {"response": sent}}
        case "removed":
            return old | state({"removed": message["players"]})
        case "tally" | "code_changed":
            return old | _without(message, "type", "question")
        case "extended" | "paused" | "unpaused":
            return _timing(old, message)
        case "reveal":
            return _reveal(old, message)
        case "shown":
            return old | {"view": message["view"]}
        case "finished":
            return _finished(old, message)
        case _:
            return old


def _lobby(old: Message, message: Message) -> Message:
    new = old | {"players": message["players"], "locked": message["locked"]}
    if "roster" in old:
        joined = {person["id"]: person["nickname"] for person in message["joined"]}
        absent = {person["id"]: person["nickname"] for person in message["absent"]}
        new["roster"] = _without(old["roster"], *message["left"]) | joined
        new["absent"] = _without(old["absent"], *message["left"], *joined) | absent
    return new


def _question(old: Message, message: Message) -> Message:
    new = _without(old, "reveal", "next_at", "paused_at", "view") | {
        "phase": "question",
        "paused": False,
        "question": _without(message, "type", "now"),
    }
    if "you" in old:
        new["you"] = {name: old["you"][name] for name in OWN}
    else:
        new["answered"] = 0
    return new


def _timing(old: Message, message: Message) -> Message:
    times = {name: message[name] for name in TIMING}
    new = _without(old, "paused_at") | {
        "question": old["question"] | times,
        "paused": message["type"] == "paused" or (message["type"] == "extended" and old["paused"]),
    }
    if message["type"] == "paused":
        new["paused_at"] = message["paused_at"]
    elif message["type"] == "extended" and "paused_at" in old:
        new["paused_at"] = old["paused_at"]
    return new | {name: message[name] for name in ("next_at",) if name in message}


def _reveal(old: Message, message: Message) -> Message:
    new = _without(old, "paused_at", "next_at") | {
        "phase": "reveal",
        "paused": False,
        "reveal": _without(message, "type", "you", "next_at"),
    }
    if "you" in old:
        new["you"] = message["you"]
    else:
        new |= {"answered": message["answered"], "view": "answer"}
    return new | {name: message[name] for name in ("next_at",) if name in message}


def _finished(old: Message, message: Message) -> Message:
    new = _without(old, "question", "reveal", "next_at", "paused_at", "answered", "view") | {
        "phase": "finished",
        "paused": False,
        "finished": _without(message, "type", "you"),
    }
    return new | {"you": message["you"]} if "you" in old else new


def _without(message: Message, *names: str) -> Message:
    return {name: value for name, value in message.items() if name not in names}
