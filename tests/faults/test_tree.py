"""`kuis serve --workers 2` in the middle of a game: replaced piece by piece, and killed whole."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from persistence.embedded import Engines
from tests.conftest import wait_for
from tests.faults.game import playing, questions
from tests.faults.processes import Place, free_port
from tests.serving import Kuis

pytestmark = pytest.mark.slow

PLAYERS = 24
ANSWERS_OVER_S = 0.6


class Tree:
    """Started again and again with the same data, at the same address."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = str(free_port("127.0.0.1"))
        self.kuis = self.start()
        self.place = Place([self.kuis.url], Engines(data).addresses.database_url)

    def start(self) -> Kuis:
        self.kuis = Kuis(self._data, "--workers=2", PORT=self._port)
        return self.kuis

    @property
    def serving(self) -> set[int]:
        """The web processes and the worker, by id."""
        named = (*self.kuis.named("server web"), *self.kuis.named("server worker"))
        return {process.pid for process in named}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    tree = Tree(tmp_path_factory.mktemp("tree") / "data")
    yield tree
    assert tree.kuis.stop() == 0


async def test_replacing_all_processes_goes_unnoticed_but_for_reconnects(tree: Tree) -> None:
    async with playing(tree.place, PLAYERS, questions(1)) as game:
        await game.ask(0)
        before, began = tree.serving, monotonic()
        tree.kuis.process.send_signal(signal.SIGUSR1)
        answering = asyncio.create_task(game.answer(0, over_s=ANSWERS_OVER_S))
        await asyncio.to_thread(
            wait_for, lambda: len(tree.serving) == 3 and not tree.serving & before, "new processes"
        )
        await answering
        await game.all_see("reveal", 0)
        await game.everyone_is_in()
        codes = [code for line in game.lines for code in line.codes(began)]
        assert set(codes) == {1012}
        assert max(away for line in game.lines for away, _ in line.absences(began)) < 5.0
        await game.finish()
        account = await game.account()
        assert account.wrong == []
        assert account.stored == PLAYERS


async def test_a_game_survives_kill_9_of_everything(tree: Tree) -> None:
    async with playing(tree.place, PLAYERS, questions(1)) as game:
        await game.ask(0)
        async with game.half_answered(0, ANSWERS_OVER_S):
            tree.kuis.kill_everything()
            await asyncio.to_thread(tree.start)
        await game.all_see("reveal", 0)
        await game.finish()
        account = await game.account()
        assert account.wrong == []
        assert account.stored == PLAYERS
