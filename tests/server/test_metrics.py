"""The metrics of one process and of several together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import REGISTRY

from server import metrics
from tests.conftest import ROOT

COUNT = """
import os
from server import metrics
metrics.SOCKETS.labels("player").inc(3)
metrics.SOCKETS_CLOSED_SLOW.inc()
print(os.getpid())
"""
SHOW = "from server import metrics; print(metrics.exposition().decode())"


def run(script: str, counts: Path) -> str:
    environ = {**os.environ, metrics.DIRECTORY_VARIABLE: str(counts)}
    command = [sys.executable, "-c", script]
    return subprocess.run(  # noqa: S603  # our own script
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    ).stdout


def test_any_process_answers_for_all(tmp_path: Path) -> None:
    first = int(run(COUNT, tmp_path))
    run(COUNT, tmp_path)
    shown = run(SHOW, tmp_path)
    assert 'kuis_sockets{role="player"} 6.0' in shown
    assert "kuis_sockets_closed_slow_total 2.0" in shown

    metrics.forget_process(first, str(tmp_path))
    shown = run(SHOW, tmp_path)
    assert 'kuis_sockets{role="player"} 3.0' in shown
    assert "kuis_sockets_closed_slow_total 2.0" in shown


def test_a_process_alone_answers_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(metrics.DIRECTORY_VARIABLE, raising=False)
    assert "# TYPE kuis_answers_total counter" in metrics.exposition().decode()


UNITS = (
    "seconds",
    "bytes",
    "rooms",
    "sockets",
    "answers",
    "entries",
    "connections",
    "jobs",
    "requests",
)


def families() -> list[Metric]:
    return [family for family in REGISTRY.collect() if family.name.startswith("kuis_")]


def test_names_end_with_their_unit_and_say_what_they_count() -> None:
    for family in families():
        assert family.documentation.endswith("."), family.name
        assert family.type == "counter" or family.name.endswith(UNITS), family.name


def test_no_metric_is_without_a_test_that_asks_for_it() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    assert [family.name for family in families() if f'"{family.name}' not in tests] == []
