"""The results of closed questions and finished rooms."""

import msgspec

from game.live import outcomes
from game.live.events import Counted
from game.live.journal import Answered, Finished, Joined, JournalPlayer
from game.live.script_data import ScoringInput, StoredAnswer
from game.rules import rooms
from game.rules.questions import Question
from game.rules.rooms import Phase, RoomSettings
from tests.game.live.playing import POLL, QUESTION

NOW = 1_000_000
PLAYERS = {f"p{at}": JournalPlayer(f"p{at}", f"Player {at}", None, None, at) for at in range(4)}


def scoring_input(
    questions: tuple[Question, ...] = (QUESTION, QUESTION), **state: object
) -> ScoringInput:
    """A room in scoring; p0 is right at once, p1 is right at the end, p2 is wrong, p3 silent."""
    opened = rooms.opened(len(questions), RoomSettings(lead_in_ms=0), NOW - 20_000)
    asked, _ = rooms.apply(opened, rooms.Start(), NOW - 20_000, questions)
    closed, _ = rooms.apply(asked, rooms.CloseQuestion(), NOW, questions)
    opens_at = closed.opens_at or 0
    return ScoringInput(
        state=msgspec.structs.replace(closed, **state),
        revision=7,
        players=PLAYERS,
        kicked=frozenset(),
        unseen=frozenset(),
        answers={
            "p0": StoredAnswer(0, opens_at, "a"),
            "p1": StoredAnswer(20_000, opens_at + 20_000, "a"),
            "p2": StoredAnswer(10_000, opens_at + 10_000, "b"),
        },
        standings=(),
    )


def test_a_reveal_scores_everyone_who_was_there() -> None:
    change = outcomes.revealed("session", scoring_input(), (QUESTION, QUESTION), NOW)
    assert change.standings is not None
    assert [(each.player, each.score) for each in change.standings] == [
        ("p0", 1000),
        ("p1", 500),
        ("p2", 0),
        ("p3", 0),
    ]
    assert change.counted == Counted(0, {"a": 2, "b": 1}, 3)
    assert change.events == (change.counted, rooms.Revealed(0))
    assert (change.revision, change.kicked) == (7, 0)
    [entry, silent] = change.journal
    assert silent == Joined(session="session", players=(PLAYERS["p3"],))
    assert isinstance(entry, Answered)
    assert (entry.question, entry.source) == (0, "source-1")
    assert (entry.opened_at, entry.limit_ms) == (NOW - 20_000, 20_000)
    assert [(a.player.player, a.correct, a.points, a.elapsed_ms) for a in entry.answers] == [
        ("p0", True, 1000, 0),
        ("p1", True, 500, 20_000),
        ("p2", False, 0, 10_000),
    ]


def test_the_same_room_comes_to_the_same_whoever_computes_it() -> None:
    questions = (QUESTION, QUESTION)
    shuffled = msgspec.structs.replace(
        scoring_input(),
        players=dict(reversed(PLAYERS.items())),
        answers=dict(reversed(scoring_input().answers.items())),
    )
    assert outcomes.revealed("s", scoring_input(), questions, NOW) == outcomes.revealed(
        "s", shuffled, questions, NOW
    )


def test_the_kicked_are_left_out() -> None:
    room = msgspec.structs.replace(scoring_input(), kicked=frozenset({"p0"}))
    change = outcomes.revealed("session", room, (QUESTION, QUESTION), NOW)
    assert change.standings is not None
    assert [each.player for each in change.standings] == ["p1", "p2", "p3"]
    assert change.kicked == 1
    entry = change.journal[0]
    assert isinstance(entry, Answered)
    assert [each.player.player for each in entry.answers] == ["p1", "p2"]


def test_who_was_absent_all_the_while_has_no_place() -> None:
    room = msgspec.structs.replace(scoring_input(), unseen=frozenset({"p2", "p3"}))
    change = outcomes.revealed("session", room, (QUESTION, QUESTION), NOW)
    assert change.standings is not None
    assert [each.player for each in change.standings] == ["p0", "p1", "p2"]  # p2 has answered
    assert [type(entry) for entry in change.journal] == [Answered]


def test_an_ending_room_is_revealed_and_finished_in_one_change() -> None:
    change = outcomes.revealed("session", scoring_input(ending=True), (QUESTION, QUESTION), NOW)
    assert change.state.phase is Phase.FINISHED
    assert change.events[1:] == (rooms.Revealed(0), rooms.Finished(NOW))
    assert [type(entry) for entry in change.journal] == [Answered, Finished]


def test_a_poll_counts_neither_as_right_nor_towards_of() -> None:
    questions = (POLL, QUESTION)
    room = msgspec.structs.replace(
        scoring_input(questions, ending=True), answers={"p0": StoredAnswer(0, NOW, ("a",))}
    )
    change = outcomes.revealed("session", room, questions, NOW)
    [answered, finished] = change.journal
    assert isinstance(answered, Answered)
    assert isinstance(finished, Finished)
    assert [(a.correct, a.points) for a in answered.answers] == [(None, 0)]
    assert finished.of == 0
    assert {each.correct for each in finished.results} == {0}
