"""Refusals."""

import pickle

import pytest

from game.errors import Detail, Invalid, RateLimited, Refusal, Unavailable


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("malformed_json", "The body is not JSON."),
        Invalid("invalid", "Something is wrong.", (Detail("title", "too_long", "Too long."),)),
        RateLimited("rate_limited", "Wait.", 5),
        Unavailable("still_busy", "Wait.", 1000),
    ],
)
def test_a_refusal_of_another_process_is_the_same(refusal: Refusal) -> None:
    came = pickle.loads(pickle.dumps(refusal))  # noqa: S301  # our own
    assert (type(came), vars(came), str(came)) == (type(refusal), vars(refusal), str(refusal))
