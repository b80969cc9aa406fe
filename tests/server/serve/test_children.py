"""Child processes are restarted, replaced and ended."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server.serve import children
from server.serve.children import Child, ChildError
from tests.conftest import wait_for

NOTE_AND_WAIT = (
    "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(60)"
)
READY_AND_WAIT = f"import os; os.write(0, b'\\n'); {NOTE_AND_WAIT}"
FOLLOW = "import time; from server.serve.children import follow_supervisor; follow_supervisor()"


class Starts:
    """A command that notes each start's process id in a file and then waits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.dead: list[int] = []

    def child(
        self,
        script: str = NOTE_AND_WAIT,
        is_needed: Callable[[], bool] = lambda: True,
        program: Path = Path(sys.executable),
    ) -> Child:
        command = [str(program), "-c", script, str(self.path)]
        return Child(
            "test", command, dict(os.environ), on_death=self.dead.append, is_needed=is_needed
        )

    @property
    def pids(self) -> list[int]:
        return [int(pid) for pid in self.path.read_text().split()] if self.path.exists() else []

    async def number(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.pids) < count:  # noqa: ASYNC110  # another process writes
                await asyncio.sleep(0.01)


@pytest.fixture
def starts(tmp_path: Path) -> Starts:
    return Starts(tmp_path / "pids")


async def test_what_dies_is_started_again_and_its_death_told(starts: Starts) -> None:
    child = starts.child()
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        os.kill(starts.pids[0], signal.SIGKILL)
        await starts.number(2)
        assert starts.dead == starts.pids[:1]
        await child.stop()
    assert starts.dead == starts.pids


async def test_what_does_not_stop_is_killed(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOP_SECONDS", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    child = starts.child(deaf + NOTE_AND_WAIT)
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        await child.stop()
    assert starts.dead == starts.pids


async def test_what_keeps_dying_is_given_up(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_PAUSE_SECONDS", 0.01)
    with pytest.raises(ChildError, match=r"^test keeps dying: see the log above\.$"):
        await starts.child("raise SystemExit(3)").keep()
    assert len(starts.dead) == children.DEATHS_TOLERATED


async def test_what_keeps_dying_is_tried_on_while_others_do_without_it(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_PAUSE_SECONDS", 0.01)
    child = starts.child("raise SystemExit(3)", is_needed=lambda: len(starts.dead) > 7)
    with pytest.raises(ChildError):
        await child.keep()
    assert len(starts.dead) == 8
    assert not child.is_steady


async def test_pauses_grow_with_each_death_and_begin_again_after_a_good_life(
    starts: Starts,
) -> None:
    child = starts.child(is_needed=lambda: False)
    pauses = [child._pause(1.0) for _ in range(9)]  # noqa: SLF001  # hours in an instant
    assert pauses[:4] == [0.1, 0.2, 0.4, 0.8]
    assert pauses[-2:] == [children.LONGEST_PAUSE_SECONDS] * 2
    assert child._pause(children.DEATHS_WITHIN_SECONDS + 1) == 0.1  # noqa: SLF001  # the same


async def test_the_old_one_goes_when_the_new_one_is_ready(starts: Starts) -> None:
    child = starts.child(READY_AND_WAIT)
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        assert await child.replace()
        await starts.number(2)
        assert starts.dead == starts.pids[:1]
        assert child.is_steady
        await child.stop()
    assert starts.dead == starts.pids


@pytest.mark.parametrize("script", ["raise SystemExit(3)", "import time; time.sleep(60)"])
async def test_the_old_one_stays_when_the_new_one_does_not_get_ready(
    starts: Starts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    monkeypatch.setattr(children, "READY_SECONDS", 0.5)
    worse = tmp_path / "worse"
    child = starts.child(f"import os\nif os.path.exists({str(worse)!r}): {script}\n{NOTE_AND_WAIT}")
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        worse.touch()
        assert not await child.replace()
        assert len(starts.dead) == 1
        assert starts.pids[0] not in starts.dead
        assert child.is_steady
        await child.stop()


async def test_the_old_one_stays_when_no_new_one_can_be_started(
    starts: Starts, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.symlink_to(sys.executable)
    child = starts.child(program=program)
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        program.unlink()  # as an upgrade does for a moment
        assert not await child.replace()
        assert child.is_steady
        os.kill(starts.pids[0], signal.SIGKILL)
        await asyncio.to_thread(wait_for, lambda: bool(starts.dead), "its death")
        program.symlink_to(sys.executable)
        await starts.number(2)
        await child.stop()


async def test_what_can_never_be_started_is_given_up(
    starts: Starts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(children, "LONGEST_PAUSE_SECONDS", 0.01)
    with pytest.raises(ChildError, match="keeps dying"):
        await starts.child(program=tmp_path / "missing").keep()


async def test_a_child_is_in_a_session_of_its_own(starts: Starts) -> None:
    child = starts.child()
    async with asyncio.TaskGroup() as group:
        group.create_task(child.keep())
        await starts.number(1)
        assert os.getsid(starts.pids[0]) != os.getsid(0)
        await child.stop()


async def test_stopping_what_never_started_does_nothing(starts: Starts) -> None:
    await starts.child().stop()


def test_a_follower_stops_when_its_supervisor_is_gone() -> None:
    with subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, "-c", f"{FOLLOW}; time.sleep(60)"], stdin=subprocess.PIPE
    ) as follower:
        assert follower.stdin is not None
        follower.stdin.close()
        assert follower.wait(20) == -signal.SIGTERM
