"""Codes as people type them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.codes import ALPHABET, is_code, normalise, quiz_code, session_code

LOOK_ALIKES = set("01ILOU")
randoms = st.randoms(use_true_random=False)


@given(randoms)
def test_codes_have_six_characters_without_look_alikes(random: Random) -> None:
    for code in (quiz_code(random), session_code(random)):
        assert len(code) == 6
        assert set(code) <= set(ALPHABET)
        assert not set(code) & LOOK_ALIKES
        assert normalise(code) == code
        assert is_code(code)


@given(randoms)
def test_a_quiz_and_a_session_never_have_the_same_code(random: Random) -> None:
    assert quiz_code(random)[0].isalpha()
    assert session_code(random)[0].isdigit()


@pytest.mark.parametrize("typed", ["ABC234", "abc234", " abc 234 ", "aBc-234"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert normalise(typed) == "ABC234"


@pytest.mark.parametrize("text", ["", "ABC23", "ABC2345", "ABC23O", "abc234", "ABC 34"])
def test_what_cannot_be_a_code(text: str) -> None:
    assert not is_code(text)


def test_rude_codes_are_not_given() -> None:
    random = Random(1)
    codes = "".join(f"{quiz_code(random)} " for _ in range(30_000))
    assert not any(word in codes for word in ("ASS", "A55", "SEX", "53X", "KKK"))


def test_codes_differ() -> None:
    random = Random(1)
    assert len({quiz_code(random) for _ in range(5_000)}) == 5_000
