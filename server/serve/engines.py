"""The embedded engines that the settings leave open, and the settings once they run."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from persistence.embedded import Engines
from server.secret_files import read_or_make
from server.settings import Settings

SECRET_FILE = "secret-key"  # noqa: S105  # its name only
SECRET_BYTES = 32


def embedded(settings: Settings) -> Engines:
    return Engines(
        settings.data_dir,
        postgres=not settings.database_url,
        redis=not settings.redis_url,
    )


@contextmanager
def reach_engines(settings: Settings) -> Iterator[Settings]:
    """Complete settings for one command: on the engines of a running server, else on our own."""
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
    return read_or_make(directory / SECRET_FILE, partial(secrets.token_urlsafe, SECRET_BYTES))
