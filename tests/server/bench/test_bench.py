"""`kuis bench` as people start it, with classes small enough for a test."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from server import bench, settings
from server.bench import NAMES
from server.bench.measures import growth
from server.bench.results import Bar, Line
from server.bench.server import environment
from server.commands import main
from server.limits import JOIN_FROM_ADDRESS
from tests.conftest import ROOT, wait_for
from tests.serving import Kuis, bare_environment

WITHIN_S = 200
ENDED_WITHIN_S = 45  # a question that was under way would be waited for longer
FIGURES = {"value", "reference", "ratio", "bar", "holds"}


@pytest.fixture
def home() -> Iterator[Path]:
    """Where the bench keeps its temporary files: a short path, as sockets must have."""
    with tempfile.TemporaryDirectory(prefix="kb-") as path:
        yield Path(path)


@pytest.fixture
def kuis(home: Path) -> Iterator[Kuis]:
    kuis = Kuis(home / "data")
    yield kuis
    kuis.stop()


def teacher(kuis: Kuis) -> tuple[str, str]:
    return "--email=teacher@kuis.example", f"--password={kuis.demo_password}"


class Bench:
    """A `kuis bench` that has begun."""

    def __init__(self, home: Path, *words: str) -> None:
        self.said, self.told = home / "said", home / "told"
        with self.said.open("w") as said, self.told.open("w") as told:
            self.process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", "server", "bench", *words],
                cwd=ROOT,
                # What is set for a server must not matter to one that the bench starts.
                env=bare_environment() | {"TMPDIR": str(home), "DATA_DIR": str(home / "not-ours")},
                stderr=said,
                stdout=told,
            )

    def says(self, words: str) -> bool:
        return words in self.said.read_text() or self.process.poll() is not None

    def ends(self) -> int:
        return self.process.wait(WITHIN_S)


@pytest.mark.slow
@pytest.mark.longest
def test_every_measure_is_taken_told_and_written(home: Path, kuis: Kuis) -> None:
    to = home / "figures.json"
    words = (f"--url={kuis.url}", *teacher(kuis), "--players=20", "--rounds=1", f"--json={to}")
    bench = Bench(home, *words)
    assert bench.ends() == 0, bench.said.read_text()
    figures = json.loads(to.read_text())
    assert tuple(figures) == NAMES
    for own in ("scaleout", "search", "lists", "reviews"):
        measure = figures.pop(own)
        assert measure["value"] is None
        assert measure["note"] == "only on servers that the bench starts"
    for name, measure in figures.items():
        assert measure.keys() >= FIGURES, name
        assert measure["value"] is not None, measure
        assert isinstance(measure["holds"], bool), name
        assert all(line["rounds"] == 1 for line in measure["lines"]), name
        assert all(line["value"] is not None for line in measure["lines"]), name
        assert name in bench.told.read_text()
    assert figures["fanout"]["reference"] > 0
    assert figures["burst"]["stored"] == 20
    assert 900 < figures["points"]["few_median"] < 1000  # for a right answer, after half a second
    assert figures["deadlines"]["earliest_ms"] >= 0
    assert "round 1 of 1" in bench.said.read_text()


def test_its_own_server_takes_all_joins_from_one_address() -> None:
    limit_scale = settings.read(environment(Path("data"), 1)).limit_scale
    a_round = sum(growth.MOST // share for share in growth.SHARES)
    assert JOIN_FROM_ADDRESS.times * limit_scale > 10 * a_round


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Programs started here heed Ctrl-C, although a background job of a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_leaves_nothing_behind(home: Path) -> None:
    bench = Bench(home, "fanout", "--players=20", "--rounds=200")
    wait_for(lambda: bench.says("round 2 "), "the second round", WITHIN_S)
    tree = psutil.Process(bench.process.pid).children(recursive=True)
    running = " ".join(word for process in tree for word in process.cmdline())
    assert all(
        name in running
        for name in ("client_process", "bench.reference_server", "--fd=", "postgres")
    )
    bench.process.send_signal(signal.SIGINT)
    assert bench.process.wait(ENDED_WITHIN_S) == 1
    _, alive = psutil.wait_procs(tree, timeout=10)
    assert not alive
    assert sorted(home.iterdir()) == [bench.said, bench.told]


def test_what_was_measured_is_kept_when_a_later_measure_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(
        _: bench.BenchOptions, say: bench.ReportProgress
    ) -> Iterator[tuple[str, bench.Result]]:
        say("memory")
        line = Line(what="20 players", value=14.0, unit="KB a player", bar=Bar(25.0))
        yield "memory", bench.Result([line])
        raise bench.BenchError("The server is gone.")

    monkeypatch.setattr(bench, "measure", measure)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    to = tmp_path / "figures.json"
    outcome = CliRunner().invoke(main, ["bench", f"--json={to}"])
    assert outcome.exit_code == 1
    assert outcome.stderr.splitlines()[-1] == "Error: The server is gone."
    assert "14.0 KB a player" in outcome.stdout
    assert json.loads(to.read_text())["memory"]["value"] == 14.0


def test_a_server_that_is_not_there_is_told_in_a_line(home: Path) -> None:
    bench = Bench(home, "fanout", "--url=http://127.0.0.1:9")
    assert bench.ends() == 1
    last = bench.said.read_text().splitlines()[-1]
    assert last.startswith("Error: http://127.0.0.1:9 does not answer: ")
