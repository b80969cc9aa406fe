"""Starts the embedded engines for which the settings name no server, and completes the settings."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from persistence.embedded import DataDirectory, Engines
from server import secret_files
from server.settings import Settings

SECRET_FILE = "secret-key"  # noqa: S105  # its name only
SECRET_BYTES = 32
ADDRESS_FILE = "address.json"


class _Address(msgspec.Struct, frozen=True):
    """The settings with the addresses of a server."""

    host: str
    port: int
    public_url: str
    tls_cert: str


def embedded(settings: Settings) -> Engines:
    return Engines(
        settings.data_dir,
        postgres=not settings.database_url,
        redis=not settings.redis_url,
    )


@contextmanager
def reach_engines(settings: Settings) -> Iterator[Settings]:
    """Complete settings for one command. It uses a running server's engines or starts its own."""
    if not settings.embeds_engines:
        yield settings
        return
    engines = embedded(settings)
    if engines.directory.in_use():
        yield complete(settings, engines)
        return
    with engines:
        yield complete(settings, engines)


def complete(settings: Settings, engines: Engines) -> Settings:
    addresses = engines.addresses
    return msgspec.structs.replace(
        settings,
        data_dir=engines.directory.path,
        database_url=settings.database_url or addresses.database_url,
        redis_url=settings.redis_url or addresses.redis_url,
        secret_key=settings.secret_key or _secret_key(engines.directory.path),
    )


def _secret_key(directory: Path) -> str:
    return secret_files.read_or_make(
        directory / SECRET_FILE, partial(secrets.token_urlsafe, SECRET_BYTES)
    )


@contextmanager
def publish_address(settings: Settings) -> Iterator[None]:
    """Keep the address of this server in the data directory while it runs."""
    path = settings.data_dir / ADDRESS_FILE
    address = msgspec.convert(settings, _Address, from_attributes=True)
    secret_files.write(path, msgspec.json.encode(address).decode())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_server(settings: Settings) -> Settings:
    """The settings with the address of the server that runs on this data directory, if one does.

    A command in another terminal does not know with which port it was started.
    """
    directory = DataDirectory(settings.data_dir)
    if not (settings.embeds_engines and directory.in_use()):
        return settings
    if not (found := secret_files.read(directory.path / ADDRESS_FILE)):
        return settings
    address = msgspec.structs.asdict(msgspec.json.decode(found, type=_Address))
    if settings.public_url:
        address.pop("public_url")
    return msgspec.structs.replace(settings, **address)
