"""Overload: new players wait a moment, so that those who are in a game can go on with it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from prometheus_client.registry import REGISTRY

from game.errors import Unavailable
from server.live import overload_guard as loads
from server.live.overload_guard import LATE_S, OVERLOADED_AFTER_S, OverloadGuard
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.server.live.conftest import Room


def admits(guard: OverloadGuard) -> bool:
    try:
        guard.admit()
    except Unavailable:
        return False
    return True


def shed() -> float:
    return REGISTRY.get_sample_value("kuis_joins_shed_total") or 0.0


def test_players_are_let_in_until_it_was_late_at_every_look_for_too_long() -> None:
    guard = OverloadGuard()
    assert admits(guard)
    guard.record_lag(LATE_S, now=10.0)
    guard.record_lag(10 * LATE_S, now=10.0 + OVERLOADED_AFTER_S - 0.01)
    assert admits(guard)
    guard.record_lag(LATE_S, now=10.0 + OVERLOADED_AFTER_S)
    assert not admits(guard)
    guard.record_lag(LATE_S / 2, now=10.0 + 2 * OVERLOADED_AFTER_S)
    assert admits(guard)


def test_one_long_step_is_no_overload() -> None:
    guard = OverloadGuard()
    guard.record_lag(60.0, now=100.0)
    assert admits(guard)
    guard.record_lag(0.0, now=100.1)
    guard.record_lag(60.0, now=200.0)
    assert admits(guard)


def test_each_is_told_another_moment_to_come_back_and_is_counted() -> None:
    guard, before = OverloadGuard(), shed()
    guard.record_lag(LATE_S, now=0.0)
    guard.record_lag(LATE_S, now=OVERLOADED_AFTER_S)
    moments = set()
    for _ in range(50):
        with pytest.raises(Unavailable) as refused:
            guard.admit()
        assert refused.value.code == "unavailable"
        assert refused.value.retry_ms is not None
        moments.add(refused.value.retry_ms)
    shortest, longest = loads.RETRY_MS
    assert shortest <= min(moments) <= max(moments) < longest
    assert len(moments) > 20
    assert shed() == before + 50


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads, "LATE_S", 0.02)
    monkeypatch.setattr(loads, "OVERLOADED_AFTER_S", 0.1)
    monkeypatch.setattr(loads, "SAMPLE_INTERVAL_S", 0.01)
    monkeypatch.setattr(loads, "RETRY_MS", (10, 20))


@pytest.fixture
def server(
    serve: Callable[[Settings], RunningServer], settings: Settings, quickly: None
) -> RunningServer:
    del quickly
    return serve(settings)


@contextlib.contextmanager
def burden(server: RunningServer) -> Iterator[None]:
    """Every turn of the server's loop lasts longer than it may."""
    guard: OverloadGuard = server.app.state.live.overload_guard
    task = guard._task  # noqa: SLF001  # whose loop is the server's
    assert task is not None
    loop, lifted = task.get_loop(), threading.Event()

    def weigh() -> None:
        time.sleep(0.04)
        if not lifted.is_set():
            loop.call_later(0, weigh)

    loop.call_soon_threadsafe(weigh)
    wait_for(lambda: not admits(guard), "the overload")
    yield
    lifted.set()
    wait_for(lambda: admits(guard), "the overload to pass")


async def test_only_joining_waits_while_there_is_too_much_to_do(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await room.player("Budi")
    late = await room.connect()
    with burden(room.server):
        await late.send("join", nickname="Late")
        refused = await late.refused("unavailable", "join")
        assert 10 <= refused["retry_ms"] < 20
        await host.send("start")
        await anna.hears("question")
        await anna.send("answer", question=0, response="a")
        await anna.hears("answered")
        await (await room.resumed(anna.token)).hears("welcome")
        await room.projector()
    await late.send("join", nickname="Late")
    await late.hears("welcome")
