"""The results as a table for people, row by row, and as JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.bench.results import Bar, Line, Result

HEAD = ("measure", "", "value", "reference", "ratio", "bar", "holds", "client busy", "")
WIDTHS = (9, 41, 17, 10, 5, 18, 5, 11, 0)
"""Fixed, because a row is printed before the next one is known."""
LARGE, SMALL = 100, 10


def head(*, markdown: bool) -> list[str]:
    """The lines that stand above all rows."""
    rows = [HEAD, tuple("---" for _ in HEAD)] if markdown else [HEAD]
    return [_written(row, markdown=markdown) for row in rows]


def rows(name: str, result: Result, *, markdown: bool) -> list[str]:
    """A measure's lines."""
    return [_written(_row(name, line), markdown=markdown) for line in result.lines]


def details(results: Mapping[str, Result]) -> list[str]:
    """What is printed below all rows."""
    return [line.details for result in results.values() for line in result.lines if line.details]


def _written(row: Sequence[str], *, markdown: bool) -> str:
    if markdown:
        return f"| {' | '.join(row)} |"
    cells = (cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=True))
    return "  ".join(cells).rstrip()


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
        **({"details": line.details} if line.details else {}),
    }


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
    return f"{sign} {bar.limit:.3g}" if bar.on == "ratio" else f"{sign} {bar.limit:,g} {unit}"


def _shown(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    digits = 0 if abs(number) >= LARGE else 1 if abs(number) >= SMALL else 2
    return f"{number:,.{digits}f} {unit}"


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
