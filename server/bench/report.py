"""The results as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.bench.results import Bar, Line, Result

HEAD = ("measure", "", "value", "reference", "ratio", "bar", "holds", "client busy", "")
LARGE, SMALL = 100, 10


def table(results: Mapping[str, Result]) -> str:
    rows = [HEAD, *_rows(results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
    )


def markdown(results: Mapping[str, Result]) -> str:
    rows = [HEAD, tuple("---" for _ in HEAD), *_rows(results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def encode(results: Mapping[str, Result]) -> dict[str, Any]:  # Any: JSON
    """By measure: the figures of its last line, whether all lines hold, and all lines."""
    return {
        name: {
            **_encoded(result.lines[-1]),
            "holds": result.holds,
            "lines": [_encoded(line) for line in result.lines],
        }
        for name, result in results.items()
    }


def _encoded(line: Line) -> dict[str, Any]:  # Any: JSON
    return {
        "what": line.what,
        "value": _rounded(line.value),
        "unit": line.unit,
        "reference": _rounded(line.reference),
        "ratio": _rounded(line.ratio),
        "bar": line.bar.limit,
        "bar_on": line.bar.on,
        "bar_at": line.bar.at,
        "holds": line.holds,
        "rounds": line.rounds,
        "client_busy": line.client_busy,
        **{name: _rounded(value) for name, value in line.more.items()},
        "note": line.note,
    }


def _rows(results: Mapping[str, Result]) -> Sequence[Sequence[str]]:
    return [_row(name, line) for name, result in results.items() for line in result.lines]


def _row(name: str, line: Line) -> Sequence[str]:
    return (
        name,
        line.what,
        _shown(line.value, line.unit),
        _shown(line.reference, line.unit),
        "" if line.ratio is None else f"{line.ratio:.2f}",
        _bar(line.bar, line.unit),
        "yes" if line.holds else "NO",
        "" if line.client_busy is None else f"{line.client_busy:.0%}",
        line.note,
    )


def _bar(bar: Bar, unit: str) -> str:
    sign = "≥" if bar.at == "least" else "≤"
    return f"{sign} {bar.limit:g}" if bar.on == "ratio" else f"{sign} {bar.limit:,g} {unit}"


def _shown(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    digits = 0 if abs(number) >= LARGE else 1 if abs(number) >= SMALL else 2
    return f"{number:,.{digits}f} {unit}"


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
