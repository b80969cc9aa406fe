"""Games scored again from their record, by the rules that scored them in the room."""

import contextlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from game.errors import Refusal
from game.live import outcomes
from game.live.journal import Entry, JournalPlayer, Kicked
from game.live.script_data import Commit, ScoringInput, StoredAnswer
from game.rules import rooms
from game.rules.questions import Choice, MultipleChoice, Poll, Question
from game.rules.rescoring import (
    Difference,
    RecordedAnswer,
    RecordedGame,
    RecordedParticipant,
    RecordedResult,
    RecordedValue,
    RevealedQuestion,
    differences,
    rescore,
)
from game.rules.rooms import Phase, RoomSettings
from game.rules.scoring import Standing, elapsed_ms
from tests.game.recorded import recorded_game
from tests.game.rules.strategies import questions, responses, right_response

COMMANDS: tuple[rooms.Command, ...] = (
    rooms.Next(),
    rooms.CloseQuestion(),
    rooms.Pause(),
    rooms.Unpause(),
    rooms.Extend(10),
    rooms.Tick(),
)
STEPS = (*(["join"] * 2 + ["answer"] * 6 + ["command"] * 4), "pass time", "kick")
STEP_MS = 700
AB = (Choice("a", "Yes"), Choice("b", "No"))
POLL = Poll(stem="?", choices=AB)
QUESTION = MultipleChoice(stem="?", choices=AB, key="a", time_limit=20)


class Room:
    """A room with everything that happens in it, and neither Redis nor a clock."""

    def __init__(
        self, asked: tuple[Question, ...], settings: RoomSettings, data: st.DataObject
    ) -> None:
        self.questions = asked
        self.draw = data.draw
        self.now = 1_000_000
        self.state = rooms.opened(len(asked), settings, self.now)
        self.players: dict[str, JournalPlayer] = {}
        self.kicked: set[str] = set()
        self.answers: dict[str, StoredAnswer] = {}
        self.standings: tuple[Standing, ...] = ()
        self.entries: list[Entry] = []

    def do(self, step: str) -> None:
        if self.state.phase is not Phase.FINISHED:
            self.now += STEP_MS
            getattr(self, "_" + step.replace(" ", "_"))()

    def end(self) -> None:
        if self.state.phase is not Phase.FINISHED:
            self._apply(rooms.End())

    def _join(self) -> None:
        player = f"player-{len(self.players)}"
        self.players[player] = JournalPlayer(player, player, None, None, self.now)

    def _answer(self) -> None:
        opens_at, closes_at = self.state.opens_at or 0, self.state.closes_at or 0
        waiting = sorted(self.players.keys() - self.kicked - self.answers.keys())
        if self.state.phase is not Phase.QUESTION or not waiting or self.now > closes_at:
            return
        arrived_at = max(self.now, opens_at)
        claimed = self.draw(st.none() | st.integers(0, 30_000))
        question = self.questions[self.state.question or 0]
        right = right_response(question)
        anything = responses(question)
        response = self.draw(anything if right is None else st.just(right) | anything)
        took = elapsed_ms(opens_at, arrived_at, claimed, self.draw(st.integers(0, 1000)))
        self.answers[self.draw(st.sampled_from(waiting))] = StoredAnswer(took, arrived_at, response)

    def _command(self) -> None:
        with contextlib.suppress(Refusal):
            self._apply(self.draw(st.sampled_from(COMMANDS)))

    def _pass_time(self) -> None:
        self.now += self.draw(st.integers(1, 20_000))
        self._apply(rooms.Tick())

    def _kick(self) -> None:
        if left := sorted(self.players.keys() - self.kicked):
            player = self.draw(st.sampled_from(left))
            self.kicked.add(player)
            self.answers.pop(player, None)
            entry = Kicked(session="session", player=self.players[player], at=self.now)
            self.entries.append(entry)

    def _apply(self, command: rooms.Command) -> None:
        state, events = rooms.apply(self.state, command, self.now, self.questions)
        if state.phase is Phase.SCORING:
            self.state = state
            self._commit(outcomes.revealed("session", self._input(), self.questions, self.now))
            self.answers = {}
        elif state.phase is Phase.FINISHED:
            decided = (state, events)
            self._commit(
                outcomes.finished("session", self._input(), self.questions, decided, self.now)
            )
        else:
            self.state = state

    def _commit(self, commit: Commit) -> None:
        self.state = commit.state
        if commit.standings is not None:
            self.standings = commit.standings
        self.entries.extend(commit.journal)

    def _input(self) -> ScoringInput:
        unseen = [player for player in self.players if self.draw(st.booleans())]
        return ScoringInput(
            state=self.state,
            revision=1,
            players=self.players,
            kicked=frozenset(self.kicked),
            unseen=frozenset(unseen),
            answers=self.answers,
            standings=self.standings,
        )


@given(
    asked=st.lists(questions(), min_size=1, max_size=4).map(tuple),
    settings=st.builds(
        RoomSettings,
        lead_in_ms=st.sampled_from([0, 500]),
        streak_bonus=st.booleans(),
        double_points=st.sampled_from([(), (1,), (0, 2)]),
    ),
    steps=st.lists(st.sampled_from(STEPS), min_size=10, max_size=60),
    data=st.data(),
)
def test_whatever_is_played_the_record_follows_from_its_answers(
    asked: tuple[Question, ...], settings: RoomSettings, steps: Sequence[str], data: st.DataObject
) -> None:
    room = Room(asked, settings, data)
    for step in ("join", "command", *steps):
        room.do(step)
    room.end()
    game = recorded_game(room.entries, asked, settings)
    assert [*differences(game)] == []
    assert [each.player for each in rescore(game).standings] == [
        each.player for each in room.standings if each.player not in room.kicked
    ]


ANI = RecordedParticipant(
    player="ani",
    nickname="Ani",
    joined_at=0,
    kicked=False,
    answers=[
        RecordedAnswer(0, "a", correct=True, points=750, elapsed_ms=10_000),
        RecordedAnswer(1, "a", correct=True, points=2100, elapsed_ms=0),
    ],
    result=RecordedResult(
        score=2850,
        rank=1,
        correct=2,
        answered=2,
        total_time_ms=10_000,
        best_streak=2,
        of=2,
        performance_band="excellent",
    ),
)
BUDI = RecordedParticipant(
    player="budi",
    nickname="Budi",
    joined_at=1500,  # after the first question opened
    kicked=False,
    answers=[RecordedAnswer(0, "a", correct=True, points=500, elapsed_ms=0)],
    result=RecordedResult(
        score=500,
        rank=2,
        correct=1,
        answered=1,
        total_time_ms=25_000,
        best_streak=1,
        of=2,
        performance_band="fair",
    ),
)
GAME = RecordedGame(
    revealed=[
        RevealedQuestion(QUESTION, opened_at=1000, limit_ms=20_000),
        RevealedQuestion(QUESTION, opened_at=40_000, limit_ms=25_000),  # the host extended it
        RevealedQuestion(POLL, opened_at=90_000, limit_ms=0),
    ],
    settings=RoomSettings(streak_bonus=True, double_points=(1,)),
    participants=[ANI, BUDI],
)


def found(*participants: RecordedParticipant, **changes: object) -> list[Difference]:
    return [*differences(replace(GAME, participants=participants, **changes))]


def with_result(participant: RecordedParticipant, **changes: object) -> RecordedParticipant:
    assert participant.result is not None
    return replace(participant, result=replace(participant.result, **changes))


def test_bonuses_double_points_extensions_and_late_players_are_computed_as_in_the_room() -> None:
    assert found(ANI, BUDI) == []


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        ("score", 2851),
        ("rank", 2),
        ("correct", 1),
        ("answered", 3),
        ("total_time_ms", 9_999),
        ("best_streak", 1),
        ("of", 3),
        ("performance_band", "good"),
    ],
)
def test_a_result_that_does_not_follow_is_named(value: str, recorded: RecordedValue) -> None:
    computed = getattr(ANI.result, value)
    changed = with_result(ANI, **{value: recorded})
    assert found(changed, BUDI) == [Difference("Ani", None, value, recorded, computed)]


def test_an_answer_that_does_not_follow_is_named() -> None:
    first, second = ANI.answers
    wrong = replace(second, correct=False, points=2000)
    assert found(replace(ANI, answers=[first, wrong]), BUDI) == [
        Difference("Ani", 1, "correct", recorded=False, computed=True),
        Difference("Ani", 1, "points", 2000, 2100),
    ]


def test_an_answer_to_a_question_that_was_never_revealed_is_named() -> None:
    extra = RecordedAnswer(7, "a", correct=True, points=0, elapsed_ms=0)
    assert found(replace(ANI, answers=[*ANI.answers, extra]), BUDI) == [
        Difference("Ani", 7, "answer", "given", None)
    ]


def test_another_key_changes_points_and_places() -> None:
    other = replace(QUESTION, key="b")
    revealed = [replace(each, question=other) for each in GAME.revealed[:2]]
    computed = {
        (each.nickname, each.question, each.value): each.computed
        for each in found(ANI, BUDI, revealed=revealed)
    }
    assert computed["Ani", 0, "points"] == 0
    assert computed["Ani", None, "score"] == 0
    assert ("Ani", None, "rank") not in computed  # no points, but less time


def test_who_is_ranked_is_compared_too() -> None:
    assert found(replace(ANI, result=None), BUDI) == [Difference("Ani", None, "rank", None, 1)]
    kicked = replace(BUDI, kicked=True)
    assert found(ANI, kicked) == [Difference("Budi", None, "rank", 2, None)]
    assert found(ANI, replace(kicked, result=None)) == []


def test_of_a_lost_room_only_the_answers_are_compared() -> None:
    ani, budi = replace(ANI, result=None), replace(BUDI, result=None)
    assert found(ani, budi) == []
    wrong = replace(budi, answers=[replace(BUDI.answers[0], points=501)])
    assert found(ani, wrong) == [Difference("Budi", 0, "points", 501, 500)]


def test_without_recorded_limits_the_recorded_times_decide() -> None:
    budi = with_result(BUDI, total_time_ms=7)
    assert found(ANI, budi, has_times=False) == []
    assert found(ANI, budi) == [Difference("Budi", None, "total_time_ms", 7, 25_000)]
