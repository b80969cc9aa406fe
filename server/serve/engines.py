"""The embedded engines that the settings leave open, and the settings once they run."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from persistence.embedded import Engines
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
        secret_key=settings.secret_key or _kept_secret(engines.directory.path / SECRET_FILE),
    )


def _kept_secret(path: Path) -> str:
    """The secret of this data directory, made when it is first asked for: whole, or not at all."""
    if not path.exists() or not path.read_text():
        new = path.with_name(f"{path.name}.new")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(SECRET_BYTES))
        new.replace(path)
    return path.read_text()
