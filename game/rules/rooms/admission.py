"""Decides whether a room accepts an answer, and whether it accepts new players."""

from game.errors import room_refusal
from game.rules.rooms.states import Phase, RoomState, current_question


def may_answer(state: RoomState, question: int, arrived_at: int) -> None:
    """Check that an answer that arrived at this time may be stored.

    Raises:
        Refusal: `no_such_question`, `wrong_phase`, `not_open_yet` or `too_late`.
    """
    if (code := _answer_refusal(state, question, arrived_at)) is not None:
        raise room_refusal(code)


def _answer_refusal(state: RoomState, question: int, arrived_at: int) -> str | None:
    if not 0 <= question < state.of:
        return "no_such_question"
    if state.phase in {Phase.LOBBY, Phase.FINISHED} or state.paused_at is not None:
        return "wrong_phase"
    current, opens_at, closes_at = current_question(state)
    if question > current or (question == current and arrived_at < opens_at):
        return "not_open_yet"
    is_open = question == current and state.phase is Phase.QUESTION
    return None if is_open and arrived_at <= closes_at else "too_late"


def may_join(state: RoomState) -> None:
    """Check that new players may join. Whether the room is full is checked by `join.lua`.

    Raises:
        Refusal: `wrong_phase` (finished or about to, or late joining is off) or `room_locked`.
    """
    if state.phase is Phase.FINISHED or state.ending:
        raise room_refusal("wrong_phase", "The room is over.")
    if state.phase is not Phase.LOBBY and not state.settings.late_join:
        raise room_refusal("wrong_phase", "The game has started and does not accept new players.")
    if state.locked:
        raise room_refusal("room_locked")
