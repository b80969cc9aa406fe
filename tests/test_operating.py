"""The dashboard and the alerts name what there is, and the documentation explains them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from server import metrics

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "operating.md").read_text()
SERIES = re.compile(r"\bkuis_\w+")
LABELLED = re.compile(r"\b(kuis_\w+)\{([^}]*)\}")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job", "le"}
Json = dict[str, Any]  # Any: JSON


def known() -> dict[str, set[str]]:
    """Every series that can be asked for, with its labels."""
    series = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
            for ending in endings.get(family.type, ("",)):
                series[family.name + ending] = {*metric._labelnames} | OF_PROMETHEUS  # noqa: SLF001
    return series


def rules() -> list[Json]:
    document = yaml.safe_load((DOCS / "operating" / "alerts.yml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def dashboard() -> Json:
    board: Json = json.loads((DOCS / "operating" / "grafana.json").read_text())
    return board


def panels() -> list[Json]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> Iterator[str]:
    for rule in rules():
        yield rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"]


@pytest.mark.parametrize("query", [*queries()])
def test_every_query_names_series_and_labels_that_there_are(query: str) -> None:
    series = known()
    named = set(SERIES.findall(query))
    assert named <= series.keys()
    for name, matchers in LABELLED.findall(query):
        assert set(LABEL.findall(matchers)) <= series[name]
    labels = set().union(*(series[name] for name in named))
    for group in GROUPED.findall(query):
        assert {label.strip() for label in group.split(",")} <= labels


def test_every_metric_is_on_the_dashboard_and_explained() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    for name in {re.sub(r"_(bucket|sum|count)$", "", series) for series in known()}:
        assert name in shown
        assert f"`{name}" in PAGE


def test_panels_say_what_they_show_and_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    assert [panel["title"] for panel in panels() if not panel["description"]] == []
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_every_alert_waits_has_a_severity_and_says_what_to_do(rule: Json) -> None:
    assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"\d+m", rule["for"])
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"].keys() == {"summary", "description", "action"}
    assert all(rule["annotations"].values())
    assert f"| `{rule['alert']}` |" in PAGE
