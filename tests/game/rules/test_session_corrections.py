"""Corrections after a game: what they do to scores and places, and which keys fit."""

from datetime import UTC, datetime
from itertools import combinations, permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from game.errors import Invalid
from game.rules.grading import grade
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    Response,
    ShortAnswer,
    TrueFalse,
)
from game.rules.rescoring import (
    RecordedAnswer,
    RecordedGame,
    RecordedParticipant,
    RevealedQuestion,
    rescore,
)
from game.rules.rooms import RoomSettings
from game.rules.session_corrections import (
    Correction,
    Corrections,
    Move,
    Place,
    apply,
    decide,
    outcome,
    with_key,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ABC = tuple(Choice(id_, id_.upper()) for id_ in "abc")
ASKED = MultipleChoice(stem="?", choices=ABC, key="a", time_limit=20)
ORDER = Ordering(stem="?", choices=ABC, key=("b", "a", "c"))
SELECT = MultipleSelect(stem="?", choices=ABC, key=("a", "b"))
TRUE = TrueFalse(stem="?", choices=(Choice("true", "Yes"), Choice("false", "No")), key=True)
TEXT = ShortAnswer(stem="?", key=AcceptedAnswers(("Bogor",), ignore_case=False))
NUMBER = Numeric(stem="?", key=NumericKey(3, 0.5))
POLL = Poll(stem="?", choices=ABC)
VOID = Correction(None, NOW)
SUBSETS = [each for size in (1, 2, 3) for each in combinations("abc", size)]


def player(name: str, *responses: str | None) -> RecordedParticipant:
    """Each answer after 10 s; None for no answer."""
    answers = [
        RecordedAnswer(index, response, correct=None, points=0, elapsed_ms=10_000)
        for index, response in enumerate(responses)
        if response is not None
    ]
    return RecordedParticipant(name, name, joined_at=0, kicked=False, answers=answers, result=None)


def scored(
    corrections: Corrections, *players: RecordedParticipant, streak_bonus: bool = False
) -> dict[str, tuple[int, int, int, int, int]]:
    """By player: score, place, right answers, best streak, seconds; and of how many questions."""
    revealed = [RevealedQuestion(ASKED, opened_at=0, limit_ms=20_000)] * 3
    game = RecordedGame(
        revealed=apply(corrections, revealed),
        settings=RoomSettings(streak_bonus=streak_bonus),
        participants=players,
    )
    found = rescore(game)
    assert found.of == 3 - sum(each.voids for each in corrections.values())
    return {
        each.player: (
            each.score,
            each.rank,
            each.correct,
            each.best_streak,
            each.total_time_ms // 1000,
        )
        for each in found.standings
    }


def test_a_voided_question_counts_for_nobody() -> None:
    ani, budi = player("ani", "a", "a", None), player("budi", "a", "b", "a")
    assert scored({}, ani, budi) == {"ani": (1500, 2, 2, 2, 40), "budi": (1500, 1, 2, 1, 30)}
    assert scored({1: VOID}, ani, budi) == {"ani": (750, 2, 1, 1, 30), "budi": (1500, 1, 2, 2, 20)}


def test_a_streak_goes_on_over_a_voided_question() -> None:
    wrong, right = player("wrong", "a", "b", "a"), player("right", "a", "a", "a")
    voided = scored({1: VOID}, wrong, right, streak_bonus=True)
    assert voided["wrong"][:1] + voided["wrong"][3:4] == (1600, 2)
    assert voided["wrong"][0] == voided["right"][0]


def test_another_key_grades_and_ranks_anew() -> None:
    ani, budi = player("ani", "a", "a", "a"), player("budi", "a", "b", "a")
    key = Correction("b", NOW)
    assert [each[:3] for each in scored({1: key}, ani, budi).values()] == [
        (2250, 1, 3),
        (1500, 2, 2),
    ]
    assert [*scored({1: key}, ani, budi)] == ["budi", "ani"]


@pytest.mark.parametrize(
    ("question", "key", "stored"),
    [
        (ASKED, "b", "b"),
        (TRUE, False, False),
        (SELECT, ["c", "a"], ("a", "c")),  # in displayed order
        (ORDER, ["a", "b", "c"], ("a", "b", "c")),
        (TEXT, {"accepted": ["Depok"]}, AcceptedAnswers(("Depok",), ignore_case=False)),
        (TEXT, {"accepted": ["x"], "ignore_case": True}, AcceptedAnswers(("x",))),
        (NUMBER, {"value": 4}, NumericKey(4, 0)),
    ],
)
def test_another_key_fits_its_kind(question: Question, key: object, stored: object) -> None:
    assert with_key(question, key) == replace(question, key=stored)


@pytest.mark.parametrize(
    ("question", "key", "path", "code"),
    [
        (ASKED, "d", "key", "bad_key"),
        (ASKED, ["a"], "key", "bad_key"),
        (ASKED, None, "key", "bad_key"),
        (TRUE, "true", "key", "bad_key"),
        (SELECT, ["a", "z"], "key", "bad_key"),
        (SELECT, [], "key", "some_right"),
        (ORDER, ["a", "b"], "key", "bad_key"),
        (ORDER, ["a", "b", "b"], "key", "bad_key"),
        (TEXT, {"ignore_case": True}, "key", "bad_key"),
        (TEXT, {"accepted": []}, "key.accepted", "accepted_count"),
        (TEXT, {"accepted": ["Depok", " "]}, "key.accepted[1]", "missing"),
        (NUMBER, {"value": float("inf")}, "key.value", "bad_key"),
        (NUMBER, {"value": 1, "tolerance": -1}, "key.tolerance", "out_of_range"),
        (POLL, ["a"], "key", "no_key"),
    ],
)
def test_a_key_that_does_not_fit_is_refused_as_in_the_editor(
    question: Question, key: object, path: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        with_key(question, key)
    assert [(each.path, each.code) for each in caught.value.details] == [(path, code)]


@pytest.mark.parametrize(
    ("question", "key", "also", "stored"),
    [
        (ASKED, "c", ["b", "c", "b"], ("b", ("c",))),  # in displayed order
        (ASKED, "a", [], ("a", ())),
        (SELECT, ["a", "b"], [["c", "b", "a"], ["b", "a"]], (("a", "b"), (("a", "b", "c"),))),
        (ORDER, ["b", "a", "c"], [["a", "b", "c"]], (("b", "a", "c"), (("a", "b", "c"),))),
        (NUMBER, {"value": 3}, [{"value": 5}], (NumericKey(3), (NumericKey(5),))),
    ],
)
def test_further_keys_are_accepted(
    question: Question, key: object, also: list[object], stored: tuple[object, object]
) -> None:
    corrected = with_key(question, key, also)
    assert corrected == replace(question, key=stored[0], also=stored[1])
    holds = decide({}, 0, question, "key", key, NOW, also)
    [shown] = apply(holds, [RevealedQuestion(question, opened_at=0, limit_ms=1)])
    assert shown.question == corrected
    assert decide(holds, 0, question, "key", key, NOW, also) is holds


@pytest.mark.parametrize(
    ("question", "also", "path", "code"),
    [
        (TRUE, [False], "also", "one_key"),
        (TEXT, [{"accepted": ["Depok"]}], "also", "one_key"),
        (POLL, ["a"], "key", "no_key"),
        (ASKED, ["b", "z"], "also[1]", "bad_key"),
        (SELECT, [[]], "also[0]", "some_right"),
        (NUMBER, [{"value": 1, "tolerance": -1}], "also[0].tolerance", "out_of_range"),
    ],
)
def test_a_further_key_that_does_not_fit_is_refused(
    question: Question, also: list[object], path: str, code: str
) -> None:
    key = msgspec.to_builtins(question.key)
    with pytest.raises(Invalid) as caught:
        with_key(question, key, also)
    assert [(each.path, each.code) for each in caught.value.details] == [(path, code)]


KEYED: list[tuple[Question, list[object], list[Response]]] = [
    (ASKED, [*"abc"], [*"abc"]),
    (SELECT, [*SUBSETS], [*SUBSETS]),
    (ORDER, [*permutations("abc")], [*permutations("abc")]),
    (NUMBER, [{"value": 1}, {"value": 3, "tolerance": 1}, {"value": 9}], [1.0, 2.5, 9.0]),
]


@given(st.data())
def test_an_answer_is_as_right_as_by_the_best_of_the_keys(data: st.DataObject) -> None:
    question, keys, responses = data.draw(st.sampled_from(KEYED))
    chosen = data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4))
    corrected = with_key(question, chosen[0], chosen[1:])
    response = data.draw(st.sampled_from(responses))
    best = max(grade(with_key(question, key), response) for key in chosen)
    assert grade(corrected, response) == best


def test_a_correction_is_decided_once() -> None:
    voided = decide({}, 1, ASKED, "void", None, NOW)
    assert voided == {1: VOID}
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert decide(voided, 1, ASKED, "void", None, later) is voided
    keyed = decide(voided, 1, ASKED, "key", "b", later)
    assert keyed == {1: Correction("b", later)}
    assert decide(keyed, 1, ASKED, "key", "b", NOW) is keyed
    assert decide(keyed, 1, ASKED, "undo", None, NOW) == {}
    assert decide(keyed, 1, ASKED, "key", "a", NOW) == {}, "the key that was played"
    both = decide(keyed, 0, ASKED, "void", None, NOW)
    assert decide(both, 1, ASKED, "undo", None, NOW) == {0: VOID}
    nothing: Corrections = {}
    assert decide(nothing, 1, ASKED, "undo", None, NOW) is nothing
    assert decide(nothing, 1, ASKED, "key", "a", NOW) is nothing


def test_who_moves_is_said_by_the_new_place() -> None:
    found = outcome(
        [
            ("Ani", Place(900, 1), Place(0, 3)),
            ("Budi", Place(800, 2), Place(800, 1)),
            ("Citra", Place(700, 3), Place(600, 2)),
            ("Dewi", Place(0, 4), Place(0, 4)),
        ]
    )
    assert (found.scores_changed, found.places_changed) == (2, 3)
    assert [move.nickname for move in found.moves] == ["Budi", "Citra", "Ani"]
    assert found.moves[0] == Move("Budi", Place(800, 2), Place(800, 1))
