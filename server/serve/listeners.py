"""The sockets on which web processes take connections."""

import socket

from server.settings import Settings, SettingsError

BACKLOG = 4096


def listen(settings: Settings) -> socket.socket:
    """The socket that all web processes share: who connects waits until one of them serves."""
    listener = bind(settings)
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _unusable(settings, error) from error
    return listener


def bind(settings: Settings) -> socket.socket:
    """The socket of one web process: a port in use is found before anything starts.

    Until it serves, connections are refused, so that whoever can go elsewhere does so at once.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no host is called so"
        raise SettingsError(f"HOST {settings.host} is not an address: {reason}.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _unusable(settings, error) from error
    return listener


def _unusable(settings: Settings, error: OSError) -> SettingsError:
    return SettingsError(
        f"PORT {settings.port} on {settings.host} cannot be used: {error.strerror}."
    )
