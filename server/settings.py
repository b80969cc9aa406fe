"""The settings: read once from environment variables, checked, and passed on as one struct."""

import logging
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeVar, get_args

import msgspec

from game.live.connect import redis_from_url
from persistence.database import parse_url
from server.errors import CommandError
from server.providers.files import parse_files_url
from server.providers.mail import parse_sender, parse_smtp_url

TeacherSignup = Literal["open", "closed"]
T = TypeVar("T")

SECRET_CHARACTERS = 32
REDIS = re.compile(
    r"rediss?://[^/?#]*(/\d*)?(\?.*)?|unix://.*/.+|rediss?\+(cluster|sentinel)://[^/?#]+(/[^?#]*)?(\?.*)?"
)
ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/*", re.IGNORECASE)
USUAL_PORTS = {"http": "80", "https": "443"}


class SettingsError(CommandError):
    """A wrong setting, with which nothing starts; the message is one line that names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of a process."""

    host: str = ""
    """Empty: all interfaces, IPv6 and IPv4."""
    port: int = 8000
    workers: int = 1
    data_dir: Path = Path("data")
    database_url: str = ""
    """Empty: the embedded PostgreSQL."""
    database_pool_size: int = 5
    database_max_overflow: int = 10
    redis_url: str = ""
    """Empty: the embedded Redis."""
    secret_key: str = ""
    """Empty: a key is made and kept in the data directory, if an engine is embedded."""
    public_url: str = ""
    """The address for links and QR codes; empty: that of the request."""
    allowed_origins: tuple[str, ...] = ()
    """Other sites whose pages may use the API and the sockets."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Proxies whose X-Forwarded-… headers are trusted: addresses and networks, or `*`."""
    tls_cert: str = ""
    """A file with the certificate chain; with it the server speaks HTTPS."""
    tls_key: str = ""
    smtp_url: str = ""
    """The mail server; empty: mails are written into the data directory."""
    mail_from: str = ""
    """The sender of mails."""
    files_url: str = ""
    """An S3-compatible store for uploaded files; empty: a directory in the data directory."""
    teacher_signup: TeacherSignup = "open"
    metrics_allowed: str = "127.0.0.0/8,::1"
    """Clients that may read /metrics: addresses and networks, or `*`."""
    metrics_token: str = ""
    """A bearer token with which anybody may read /metrics; empty: no such token."""
    limit_scale: int = 1
    """Multiplies all limits, for tests with load from one machine."""
    log_level: str = "INFO"

    def __repr__(self) -> str:
        """Without URLs and keys, because they are secret and a traceback may show this."""
        return f"Settings(host={self.host!r}, port={self.port}, data_dir={str(self.data_dir)!r}, …)"

    @property
    def embeds_engines(self) -> bool:
        return not (self.database_url and self.redis_url)

    @property
    def files_directory(self) -> Path:
        return self.data_dir / "files"

    def require_engines(self) -> "Settings":
        """These settings, if a process that starts no engines itself can run with them."""
        for name in ("database_url", "redis_url", "secret_key"):
            if not getattr(self, name):
                raise SettingsError(f"{name.upper()} is not set.")
        return self


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment; an empty variable counts as not set."""
    given = {
        name: _read_one(variable, environ[variable].strip(), parse)
        for name, parse in PARSERS.items()
        if environ.get(variable := name.upper(), "").strip()
    }
    settings = Settings(**given)  # type: ignore[arg-type]  # PARSERS yield the fields' types
    if not settings.embeds_engines and not settings.secret_key:
        raise SettingsError("SECRET_KEY is not set.")
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise SettingsError("TLS_CERT and TLS_KEY belong together: set both.")
    if bool(settings.smtp_url) != bool(settings.mail_from):
        raise SettingsError("SMTP_URL and MAIL_FROM belong together: set both.")
    if settings.smtp_url and not settings.public_url:
        raise SettingsError("PUBLIC_URL is not set: the links in mails begin with it.")
    return settings


def _read_one(variable: str, text: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise SettingsError(f"{variable} {error}.") from None


def _text(text: str) -> str:
    return text


def _integer(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"is not a whole number from {least} to {most}: {text!r}")
        return int(text)

    return parse


def _database_url(text: str) -> str:
    return parse_url(text).render_as_string(hide_password=False)


def _redis_url(text: str) -> str:
    wrong = ValueError(
        "is not an address like redis://host:6379/0, redis+sentinel://host:26379,host:26379/service"
        " or redis+cluster://host:6379,host:6379"
    )
    if not REDIS.fullmatch(text):
        raise wrong
    try:
        # The address is checked completely only when a connection is made (it is not opened).
        redis_from_url(text).connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        # The error may quote the address, and with it the password.
        raise wrong from None
    return text


def _secret(text: str) -> str:
    if len(text) < SECRET_CHARACTERS:
        raise ValueError(f"is shorter than {SECRET_CHARACTERS} characters")
    return text


def _origin(text: str) -> str:
    """The origin as browsers write it: in lower case, without the default port."""
    match = ORIGIN.fullmatch(text)
    if match is None:
        raise ValueError(f"is not an address like https://kuis.example: {text!r}")
    scheme, host, port = match[1].lower(), match[2].lower(), match[3]
    return f"{scheme}://{host}" + (f":{port}" if port and port != USUAL_PORTS[scheme] else "")


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(item.strip()) for item in text.split(",") if item.strip())


def _networks(text: str) -> str:
    try:
        for item in () if text == "*" else text.split(","):
            ip_network(item.strip())
    except ValueError:
        raise ValueError(f"is neither * nor made of addresses and networks: {text!r}") from None
    return text


def _smtp_url(text: str) -> str:
    parse_smtp_url(text)
    return text


def _mail_from(text: str) -> str:
    parse_sender(text)
    return text


def _files_url(text: str) -> str:
    parse_files_url(text)
    return text


def _teacher_signup(text: str) -> TeacherSignup:
    for choice in get_args(TeacherSignup):
        if text == choice:
            return choice  # type: ignore[no-any-return]  # get_args forgets the literal's type
    raise ValueError(f"is neither open nor closed: {text!r}")


def _log_level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f"is not a level like DEBUG, INFO or WARNING: {text!r}")
    return text.upper()


PARSERS: Mapping[str, Callable[[str], object]] = {
    "host": _text,
    "port": _integer(0, 65535),
    "workers": _integer(1, 64),
    "data_dir": Path,
    "database_url": _database_url,
    "database_pool_size": _integer(1, 200),
    "database_max_overflow": _integer(0, 200),
    "redis_url": _redis_url,
    "secret_key": _secret,
    "public_url": _origin,
    "allowed_origins": _origins,
    "trusted_proxies": _networks,
    "tls_cert": _text,
    "tls_key": _text,
    "smtp_url": _smtp_url,
    "mail_from": _mail_from,
    "files_url": _files_url,
    "teacher_signup": _teacher_signup,
    "metrics_allowed": _networks,
    "metrics_token": _secret,
    "limit_scale": _integer(1, 1000),
    "log_level": _log_level,
}
