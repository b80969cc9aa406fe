"""Garbage is collected in idle moments, and seldom otherwise."""

import gc
from collections.abc import Iterator

import pytest

from server import garbage_collection

NEW = 5_000
assert garbage_collection.IDLE_THRESHOLDS[0] < NEW


@pytest.fixture
def looked_at() -> Iterator[list[int]]:
    """The generations that were looked at since the test began; none by itself."""
    looked_at: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            looked_at.append(info["generation"])

    gc.collect()
    gc.disable()
    gc.callbacks.append(note)
    yield looked_at
    gc.callbacks.remove(note)
    gc.enable()


def test_an_idle_moment_is_used_when_there_is_something_to_look_at(looked_at: list[int]) -> None:
    garbage_collection.collect_when_idle()
    assert looked_at == []
    made: list[list[None]] = [[] for _ in range(NEW)]
    garbage_collection.collect_when_idle()
    garbage_collection.collect_when_idle()
    assert looked_at == [0]
    assert len(made) == NEW


def test_older_generations_have_their_turn(looked_at: list[int]) -> None:
    looks = garbage_collection.IDLE_THRESHOLDS[1]
    made: list[list[None]] = []
    for _ in range(looks + 1):
        made += [[] for _ in range(NEW)]
        garbage_collection.collect_when_idle()
    assert looked_at == [0] * looks + [1]
