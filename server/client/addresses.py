"""The WebSocket address of a room."""

from urllib.parse import urlsplit, urlunsplit

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def room_path(code: str) -> str:
    return f"/ws/rooms/{code}"


def room_address(url: str, code: str) -> str:
    """The WebSocket address of a room on the server with this http(s) address.

    Raises:
        ValueError: this is not the address of a server.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not parts.netloc:
        raise ValueError(f"{url} is not the address of a server.")
    path = parts.path.rstrip("/") + room_path(code)
    return urlunsplit((scheme, parts.netloc, path, "", ""))
