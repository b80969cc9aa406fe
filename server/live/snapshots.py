"""What each role may see of a room: from the server's view, which holds the keys, to messages.

Nothing of a question's key leaves here before the room is in `reveal`.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from game.live.events import Player
from game.live.room_view import RoomView, in_order
from game.rules.questions import (
    Numeric,
    Poll,
    Question,
    Response,
    ShortAnswer,
    is_scored,
    kind,
    reveal_key,
)
from game.rules.rooms import Phase
from game.rules.scoring import Standing, scored_questions
from server.live import protocol
from server.live.protocol import Role

TOP = 5
PODIUM = 3

T = TypeVar("T")

OwnPart = protocol.OwnStanding | protocol.OwnResult | protocol.OwnPlace


def snapshot(
    view: RoomView,
    role: Role,
    now: int,
    player: str | None = None,
    answer: tuple[int, Response] | None = None,
) -> protocol.Room:
    """The room for a role.

    For a player with the own part; `answer` is what this player has stored for which question.
    """
    state, phase = view.state, view.phase
    with_question = phase in (Phase.QUESTION, Phase.REVEAL)
    staff = role is not Role.PLAYER
    return protocol.Room(
        code=view.current_code if staff else view.code,
        title=view.title,
        phase=protocol.Phase(phase.value),
        locked=state.locked,
        paused=state.paused_at is not None,
        players=len(view.players),
        of=state.of,
        now=now,
        paused_at=_or_unset(state.paused_at),
        next_at=_or_unset(state.next_at),
        question=question(view) if with_question else UNSET,
        reveal=result(view) if phase is Phase.REVEAL else UNSET,
        finished=ending(view) if phase is Phase.FINISHED else UNSET,
        roster=people(in_order(view.players)) if staff else UNSET,
        absent=people(in_order(view.absent)) if staff else UNSET,
        removed=people(in_order(view.removed)) if role is Role.HOST else UNSET,
        answered=view.answered if staff and with_question else UNSET,
        late_join=state.settings.late_join if staff else UNSET,
        view=state.view if staff and phase is Phase.REVEAL else UNSET,
        you=own(view, player, answer) if player is not None else UNSET,
    )


def question(view: RoomView) -> protocol.Question:
    """The question that is open or was revealed last. There must be one."""
    return protocol.Question(**_question_fields(view))


def question_opened(view: RoomView, now: int) -> protocol.QuestionOpened:
    return protocol.QuestionOpened(**_question_fields(view), now=now)


def _question_fields(view: RoomView) -> dict[str, Any]:  # Any: the fields of a struct
    state, asked = view.state, view.question
    if asked is None:
        raise LookupError(f"room {view.session} shows no question")
    return {
        "question": state.question,
        "of": state.of,
        "kind": kind(asked),
        "stem": asked.stem,
        "points": asked.points,
        "time_limit": asked.time_limit,
        "opens_at": state.opens_at,
        "closes_at": state.closes_at,
        "media": _or_unset(asked.media),
        "choices": _choices(asked),
        "multiple": asked.multiple if isinstance(asked, Poll) else UNSET,
    }


def _choices(asked: Question) -> tuple[protocol.Choice, ...]:
    if isinstance(asked, ShortAnswer | Numeric):
        return ()
    return tuple(
        protocol.Choice(choice.id, choice.text, _or_unset(choice.media)) for choice in asked.choices
    )


def result(view: RoomView) -> protocol.Result:
    return protocol.Result(**_result_fields(view))


def reveal(view: RoomView, next_at: int | None) -> protocol.Reveal:
    return protocol.Reveal(**_result_fields(view), next_at=_or_unset(next_at))


def _result_fields(view: RoomView) -> dict[str, Any]:  # Any: the fields of a struct
    asked, counted = view.question, view.counted
    if asked is None or counted is None:
        raise LookupError(f"room {view.session} has no question to reveal")
    return {
        "question": counted.question,
        "key": reveal_key(asked),
        "counts": counted.counts,
        "answered": counted.answered,
        "players": len(view.standings),
        "top": places(view, TOP),
        "explanation": _or_unset(asked.explanation),
    }


def ending(view: RoomView) -> protocol.Ending:
    return protocol.Ending(places(view, PODIUM), view.state.of, len(view.standings))


def finished(view: RoomView) -> protocol.Finished:
    return protocol.Finished(places(view, PODIUM), view.state.of, len(view.standings))


def places(view: RoomView, count: int) -> tuple[protocol.Place, ...]:
    return tuple(_place(standing) for standing in islice(view.standings.values(), count))


def people(players: Iterable[Player]) -> tuple[protocol.Person, ...]:
    return tuple(protocol.Person(player.id, player.nickname) for player in players)


def own(view: RoomView, player: str, answer: tuple[int, Response] | None) -> OwnPart:
    """What a player sees of themselves in this phase."""
    match view.phase:
        case Phase.REVEAL:
            return own_result(view, player)
        case Phase.FINISHED:
            return own_place(view, player, scored_count(view))
        case _:
            return own_standing(view, player, answer)


def own_standing(
    view: RoomView, player: str, answer: tuple[int, Response] | None
) -> protocol.OwnStanding:
    standing = view.standings.get(player) or _empty_standing(player)
    response = answer[1] if answer is not None and answer[0] == view.state.question else UNSET
    return protocol.OwnStanding(standing.score, standing.rank, standing.streak, response)


def own_result(view: RoomView, player: str) -> protocol.OwnResult:
    standing = view.standings.get(player) or _empty_standing(player)
    scored = view.question is not None and is_scored(view.question)
    return protocol.OwnResult(
        response=standing.response,
        correct=bool(standing.is_correct) if scored else None,
        gained=standing.gained,
        score=standing.score,
        rank=standing.rank,
        streak=standing.streak,
        previous_rank=standing.previous_rank or UNSET,
    )


def own_place(view: RoomView, player: str, of: int) -> protocol.OwnPlace:
    standing = view.standings.get(player) or _empty_standing(player)
    return protocol.OwnPlace(standing.score, standing.rank, standing.correct, of)


def scored_count(view: RoomView) -> int:
    """The questions of this game that had a right answer and were asked."""
    return scored_questions(view.questions, view.state.question)


def _place(standing: Standing) -> protocol.Place:
    return protocol.Place(
        standing.player,
        standing.nickname,
        standing.score,
        standing.gained,
        standing.rank,
        standing.previous_rank or UNSET,
    )


def _empty_standing(player: str) -> Standing:
    """The standing of a player who joined after the last reveal."""
    return Standing(player, "", 0)


def _or_unset(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value
