"""A room as a process keeps it, from which the snapshots for all roles are made.

It has the keys of all questions, so it must not leave the server as it is. An old view with all
later messages applied is the same as a view that was just read.
"""

from collections.abc import Iterable

import msgspec

from game.live.events import (
    Connected,
    Counted,
    Dropped,
    Event,
    Joined,
    Kicked,
    Left,
    Message,
    Player,
    Ranked,
    Readmitted,
    Tally,
)
from game.live.journal import JournalPlayer
from game.rules.questions import Question
from game.rules.rooms import Phase, RoomState
from game.rules.scoring import Standing


class RoomSummary(msgspec.Struct, frozen=True):
    """What anybody may know of a room.

    `players` is how many are connected. With `friendly_names`, the room gives players their names.
    """

    code: str
    title: str
    phase: Phase
    players: int
    locked: bool
    friendly_names: bool


class RoomView(msgspec.Struct, frozen=True):
    """One room at one version.

    Attributes:
        players: the connected players, by id, in no particular order. See `in_order`.
        absent: the players who have a seat and are not connected.
        answered: how many answers to the open or just closed question are stored.
        counted: how the last revealed question was answered.
        standings: after the last reveal, by player, best first, without kicked players.
        kicked: players who were removed.
        removed: those of them who may not join again.
    """

    session: str
    code: str
    title: str
    host: str
    questions: tuple[Question, ...]
    version: int
    state: RoomState
    players: dict[str, Player] = {}
    absent: dict[str, Player] = {}
    answered: int = 0
    counted: Counted | None = None
    standings: dict[str, Standing] = {}
    kicked: frozenset[str] = frozenset()
    removed: dict[str, Player] = {}

    @property
    def current_code(self) -> str:
        """The code that leads to the room now. `code` is the one that it was opened with."""
        return self.state.code or self.code

    @property
    def phase(self) -> Phase:
        return shown_phase(self.state)

    @property
    def question(self) -> Question | None:
        """The question that is open or was last revealed."""
        return None if self.state.question is None else self.questions[self.state.question]


def players_by_id(records: Iterable[JournalPlayer]) -> dict[str, Player]:
    return {each.player: Player(each.player, each.nickname, each.joined_at) for each in records}


def in_order(players: dict[str, Player]) -> list[Player]:
    """The players in the order in which they joined."""
    return sorted(players.values(), key=lambda player: (player.joined_at, player.id))


def shown_phase(state: RoomState) -> Phase:
    """The phase that clients see. To them, scoring is still a part of the question."""
    return Phase.QUESTION if state.phase is Phase.SCORING else state.phase


def apply(view: RoomView, message: Message) -> RoomView:
    """The view after the next message. The given view is not changed."""
    if isinstance(message, Tally):
        return _tallied(view, message)
    for event in message.events:
        view = _after(view, event)
    if message.state is not None:
        view = _moved(view, message.state)
    return msgspec.structs.replace(view, version=message.version)


def _tallied(view: RoomView, tally: Tally) -> RoomView:
    if tally.question != view.state.question or tally.answered <= view.answered:
        return view
    return msgspec.structs.replace(view, answered=tally.answered)


def _moved(view: RoomView, state: RoomState) -> RoomView:
    answered = view.answered if state.question == view.state.question else 0
    return msgspec.structs.replace(view, state=state, answered=answered)


def _after(view: RoomView, event: Event) -> RoomView:
    match event:
        case Joined() | Left() | Dropped() | Kicked() | Readmitted():
            return _with_people(view, event)
        case Counted():
            return msgspec.structs.replace(view, counted=event)
        case Ranked(standings):
            return msgspec.structs.replace(view, standings=by_player(standings, frozenset()))
        case Connected() | _:  # the message has the state after the other events
            return view


def _with_people(view: RoomView, event: Joined | Left | Dropped | Kicked | Readmitted) -> RoomView:
    match event:
        case Joined(players):
            here = {player.id: player for player in players}
            return msgspec.structs.replace(
                view, players=view.players | here, absent=without(view.absent, here)
            )
        case Left(players):
            gone = {id_: view.players[id_] for id_ in players if id_ in view.players}
            return msgspec.structs.replace(
                view, players=without(view.players, players), absent=view.absent | gone
            )
        case Dropped(players):
            return msgspec.structs.replace(view, absent=without(view.absent, players))
        case Readmitted(player):
            return msgspec.structs.replace(view, removed=without(view.removed, (player,)))
        case Kicked(player, answered, who):
            return msgspec.structs.replace(
                view,
                players=without(view.players, (player,)),
                absent=without(view.absent, (player,)),
                standings=by_player(view.standings.values(), {player}),
                answered=answered,
                kicked=view.kicked | {player},
                removed=view.removed if who is None else view.removed | {player: who},
            )


def without(players: dict[str, Player], gone: Iterable[str]) -> dict[str, Player]:
    left = dict(players)
    for player in gone:
        left.pop(player, None)
    return left


def by_player(
    standings: Iterable[Standing], kicked: set[str] | frozenset[str]
) -> dict[str, Standing]:
    """Standings by player, best first, without kicked players and without gaps in the ranks."""
    kept = {standing.player: standing for standing in standings if standing.player not in kicked}
    if kicked:
        return {
            player: msgspec.structs.replace(standing, rank=rank)
            for rank, (player, standing) in enumerate(kept.items(), 1)
        }
    return kept
