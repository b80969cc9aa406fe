"""The order of the questions of a set."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.question_sets import inserted, rearranged

IDS = st.lists(st.uuids(), unique=True, max_size=8)
ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))


@given(IDS, st.data())
def test_questions_that_were_taken_out_come_back_to_their_places(
    ids: list[UUID], data: st.DataObject
) -> None:
    removed = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    places = {each: place for place, each in enumerate(ids) if each in removed}
    assert inserted([each for each in ids if each not in removed], places) == ids


def test_a_place_beyond_the_end_is_the_end() -> None:
    assert inserted([ONE, TWO], {THREE: 9, FOUR: 9}) == [ONE, TWO, THREE, FOUR]


def test_questions_that_are_rearranged_share_their_places() -> None:
    assert rearranged([ONE, TWO, THREE, FOUR], [FOUR, ONE]) == [FOUR, TWO, THREE, ONE]


@pytest.mark.parametrize("wanted", [[FOUR], [ONE, ONE]])
def test_an_order_of_other_questions_is_refused(wanted: list[UUID]) -> None:
    with pytest.raises(ValueError, match="each once"):
        rearranged([ONE, TWO, THREE], wanted)
