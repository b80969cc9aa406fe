"""`kuis web`: one web process."""

import socket
from collections.abc import Mapping

import click
import msgspec

from server.serve import listeners
from server.serve import web as web_process
from server.serve.children import follow_supervisor
from server.settings import Settings


@click.command()
@click.option("--host", help="Where to listen; HOST, else everywhere.")
@click.option("--port", type=click.IntRange(0, 65535), help="PORT, else 8000.")
@click.option("--fd", type=int, hidden=True, help="A listening socket to serve on.")
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when standard input ends.")
@click.pass_obj
def web(
    settings: Settings, /, fd: int | None, *, lifeline: bool, **options: str | int | None
) -> None:
    """Run one web process on engines that run elsewhere."""
    settings = with_options(settings, options).require_engines()
    listener = listeners.bind(settings) if fd is None else socket.socket(fileno=fd)
    web_process.run(settings, listener, follow_supervisor() if lifeline else lambda: None)


def with_options(settings: Settings, options: Mapping[str, str | int | None]) -> Settings:
    """Options that are given win over the environment."""
    given = {name: value for name, value in options.items() if value is not None}
    return msgspec.structs.replace(settings, **given)
