"""`kuis bench`: how fast live rooms are on this machine."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from server import bench as kuis_bench
from server.bench.terminal import Terminal


@click.command()
@click.argument("measures", nargs=-1, metavar="[MEASURE]...", type=click.Choice(kuis_bench.NAMES))
@click.option("--rounds", type=click.IntRange(1, 200), default=5, show_default=True)
@click.option("--players", type=click.IntRange(20, 10_000), default=10_000, show_default=True)
@click.option("--url", help="A running server; else one is started, with data of its own.")
@click.option("--email", help="A teacher's account there; else one is registered.")
@click.option("--password", envvar="KUIS_BENCH_PASSWORD", help="Or KUIS_BENCH_PASSWORD.")
@click.option(
    "--json", "to", type=click.Path(dir_okay=False, path_type=Path), help="A file for the figures."
)
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def bench(  # noqa: PLR0913  # an option each
    *,
    measures: tuple[str, ...],
    rounds: int,
    players: int,
    url: str | None,
    email: str | None,
    password: str | None,
    to: Path | None,
    markdown: bool,
) -> None:
    """Measure how fast live rooms are here, beside a bare server; see docs/sizing.md.

    Without a MEASURE all of them, in some minutes. PLAYERS is the most that a room gets.
    """
    wishes = kuis_bench.BenchOptions(
        measures=measures or kuis_bench.NAMES,
        rounds=rounds,
        players=players,
        url=url,
        email=email,
        password=password,
    )
    terminal = Terminal(sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left running
    results: dict[str, kuis_bench.Result] = {}
    click.echo("\n".join(kuis_bench.head(markdown=markdown)))
    try:
        for name, result in kuis_bench.measure(wishes, terminal.say):
            results[name] = result
            terminal.end()
            click.echo("\n".join(kuis_bench.rows(name, result, markdown=markdown)))
            if to is not None:
                _save(to, kuis_bench.encode(results))
        for details in kuis_bench.details(results):
            click.echo(f"\n{details}")
    finally:
        terminal.end()


def _save(to: Path, figures: Mapping[str, Any]) -> None:  # Any: JSON
    """Replaces the file as a whole: whoever reads it, or ends us, never finds half of it."""
    draft = to.with_name(f"{to.name}.part")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    draft.replace(to)
