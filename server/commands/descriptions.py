"""`kuis openapi` and `kuis asyncapi`: the interfaces described, as /schema serves them."""

import click
import msgspec

from server.app import create_app
from server.live import asyncapi as room_protocol
from server.settings import Settings

NOWHERE = ("postgresql://", "unix://")


@click.command()
@click.pass_obj
def openapi(settings: Settings) -> None:
    """Print the HTTP interface's description, as /schema serves it."""
    # Nothing connects here, but the addresses must be addresses.
    app = create_app(
        msgspec.structs.replace(settings, database_url=NOWHERE[0], redis_url=NOWHERE[1])
    )
    click.echo(msgspec.json.format(msgspec.json.encode(app.openapi_schema.to_schema())))


@click.command()
def asyncapi() -> None:
    """Print the room protocol's description."""
    click.echo(msgspec.json.format(msgspec.json.encode(room_protocol.document())))
