"""The sockets on which web processes take connections."""

import socket
import ssl

from server.addresses import EVERYWHERE
from server.settings import Settings, SettingsError

BACKLOG = 4096


def listen(settings: Settings) -> socket.socket:
    """The socket that all web processes share. Clients wait until one of them serves."""
    listener = bind(settings)
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _unusable(settings, error) from error
    return listener


def bind(settings: Settings) -> socket.socket:
    """The socket of one web process. It fails on a port in use before anything starts.

    Until it serves, connections are refused, so that whoever can go elsewhere does so at once.
    """
    _check_certificate(settings)
    family, address = _where(settings)
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6 and settings.host in EVERYWHERE:
        # For IPv4 too; without asking, that depends on the system.
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _unusable(settings, error) from error
    return listener


def _where(settings: Settings) -> tuple[int, tuple[object, ...]]:
    """The family and address of the socket."""
    if not settings.host:
        dual = socket.has_dualstack_ipv6()
        host = "::" if dual else "0.0.0.0"  # noqa: S104  # phones are to reach it
        return socket.AF_INET6 if dual else socket.AF_INET, (host, settings.port)
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no host is called so"
        raise SettingsError(f"HOST {settings.host} is not an address: {reason}.") from error
    return family, address


def _check_certificate(settings: Settings) -> None:
    """Refuse a bad certificate before any web process starts, because it would only die."""
    if not settings.tls_cert:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password=lambda: "")
    except OSError as error:  # ssl.SSLError is one
        files = f"TLS_CERT {settings.tls_cert} and TLS_KEY {settings.tls_key}"
        raise SettingsError(f"{files} cannot be used: {error.strerror or error}.") from error


def _unusable(settings: Settings, error: OSError) -> SettingsError:
    where = f"PORT {settings.port}" + (f" on {settings.host}" if settings.host else "")
    return SettingsError(f"{where} cannot be used: {error.strerror}.")
