"""The settings of a session, and the questions prepared with them."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.questions import ChoiceDraft, Kind, MultipleChoice, QuestionDraft
from game.rules.rooms import RoomSettings, prepare_questions, settings_problems

DRAFTS = tuple(
    QuestionDraft(
        type=Kind.MULTIPLE_CHOICE,
        stem=f"question {at}",
        choices=tuple(ChoiceDraft(text=text, is_correct=text == "b") for text in "abcdefgh"),
    )
    for at in range(6)
)


def test_nothing_is_wrong_with_the_defaults() -> None:
    assert settings_problems(RoomSettings(), of=1) == []


@pytest.mark.parametrize(
    "settings",
    [
        RoomSettings(lead_in_ms=0, auto_advance_ms=1_000, max_players=1, double_points=(0,)),
        RoomSettings(
            lead_in_ms=10_000, auto_advance_ms=300_000, max_players=20_000, double_points=(2,)
        ),
    ],
)
def test_nothing_is_wrong_with_the_least_and_the_most(settings: RoomSettings) -> None:
    assert settings_problems(settings, of=3) == []


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (RoomSettings(lead_in_ms=-1), "lead_in_ms"),
        (RoomSettings(lead_in_ms=10_001), "lead_in_ms"),
        (RoomSettings(auto_advance_ms=999), "auto_advance_ms"),
        (RoomSettings(max_players=0), "max_players"),
        (RoomSettings(max_players=20_001), "max_players"),
        (RoomSettings(double_points=(0, 3)), "double_points[1]"),
        (RoomSettings(double_points=(-1,)), "double_points[0]"),
    ],
)
def test_what_is_out_of_range_is_named(settings: RoomSettings, path: str) -> None:
    found = settings_problems(settings, of=3)
    assert [(problem.path, problem.code) for problem in found] == [(path, "out_of_range")]


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"no_such_setting": 1}', type=RoomSettings)


def test_a_quiz_is_dealt_as_it_was_written() -> None:
    questions, settings = prepare_questions(
        DRAFTS, RoomSettings(double_points=(4, 1, 4)), Random(1)
    )
    assert [question.stem for question in questions] == [draft.stem for draft in DRAFTS]
    assert settings.double_points == (1, 4)
    assert all(isinstance(question, MultipleChoice) for question in questions)


@pytest.mark.parametrize("shuffled", [True, False])
def test_choices_are_shuffled_where_the_settings_say_so(*, shuffled: bool) -> None:
    questions, _ = prepare_questions(DRAFTS, RoomSettings(shuffle_choices=shuffled), Random(1))
    orders = {
        "".join(choice.text for choice in question.choices)
        for question in questions
        if isinstance(question, MultipleChoice)
    }
    assert (orders != {"abcdefgh"}) is shuffled


@given(st.randoms(use_true_random=False), st.sets(st.integers(0, 5)))
def test_double_points_stay_with_their_questions(random: Random, doubled: set[int]) -> None:
    given_ = RoomSettings(
        double_points=tuple(doubled), shuffle_questions=True, shuffle_choices=True
    )
    questions, settings = prepare_questions(DRAFTS, given_, random)
    stems = [question.stem for question in questions]
    assert sorted(stems) == [draft.stem for draft in DRAFTS]
    assert {stems[at] for at in settings.double_points} == {f"question {at}" for at in doubled}
    for question in questions:
        assert isinstance(question, MultipleChoice)
        assert {choice.text for choice in question.choices if choice.id == question.key} == {"b"}
