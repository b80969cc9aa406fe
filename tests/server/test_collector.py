import gc
from collections.abc import Iterator

import pytest

from server import collector

NEW = 5_000
assert collector.IDLE_THRESHOLDS[0] < NEW


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
    collector.use_idle_moment()
    assert looked_at == []
    made: list[list[None]] = [[] for _ in range(NEW)]
    collector.use_idle_moment()
    collector.use_idle_moment()
    assert looked_at == [0]
    assert len(made) == NEW


def test_older_generations_have_their_turn(looked_at: list[int]) -> None:
    looks = collector.IDLE_THRESHOLDS[1]
    made: list[list[None]] = []
    for _ in range(looks + 1):
        made += [[] for _ in range(NEW)]
        collector.use_idle_moment()
    assert looked_at == [0] * looks + [1]
