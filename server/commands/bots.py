"""`kuis bots`: believable players for a room."""

import asyncio
import sys

import click
import uvloop

from server.addresses import url_here
from server.bots import play
from server.bots.terminal import Terminal, summary_lines
from server.serve.engines import find_server
from server.settings import Settings


@click.command()
@click.argument("code")
@click.option("--players", type=click.IntRange(1, 20_000), default=30, show_default=True)
@click.option("--url", help="The server; else PUBLIC_URL, else this machine's.")
@click.option("--seed", "number", type=int, help="The same number, the same names and choices.")
@click.pass_obj
def bots(settings: Settings, code: str, players: int, url: str | None, number: int | None) -> None:
    """Let believable players join the room with CODE and play it to its end."""
    terminal = Terminal(sys.stdout)
    settings = find_server(settings)
    url = url or settings.public_url or url_here(settings)
    game = play(url, code, players, seed=number, report=terminal.show)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            summary = runner.run(game)
    finally:
        terminal.end_line()
    click.echo("\n".join(summary_lines(summary)))
