"""The addresses of this server: for players who join, for this machine and for phones nearby."""

import re
import socket
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

import msgspec
import psutil
from litestar.types import Scope

from server.settings import Settings

EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # compared with, not listened on
LOOPBACK = "127.0.0.1"
HOST_HEADER = re.compile(r"[\w.:\[\]-]{1,260}", re.ASCII)  # longer ones do not fit a QR code
FAR_AWAY = ("192.0.2.1", 9)  # a documentation address (RFC 5737); nothing is sent to it
VIRTUAL = ("br-", "docker", "tap", "utun", "vboxnet", "veth", "virbr", "vmnet")


class JoinAddress(msgspec.Struct, frozen=True):
    """The address that players open to join a room."""

    url: str
    reachable: bool = True
    """False if the address works only on this machine."""

    @property
    def typed(self) -> str:
        """The shortest form that a browser understands when somebody types it."""
        scheme, _, host = self.url.partition("://")
        return self.url if scheme == "https" and _has_port(host) else host


def join_address(settings: Settings, scope: Scope) -> JoinAddress:
    """`PUBLIC_URL`, or the address in the request, or this machine's if that one is loopback.

    A client may send any `Host` header, so the result goes back to that client only. It is never
    stored and never shown to anybody else.
    """
    if settings.public_url:
        return JoinAddress(settings.public_url)
    asked = _asked(scope)
    if not is_local(host_of(asked)):
        return JoinAddress(asked)
    own = _own_host(settings)
    port = (scope.get("server") or ("", None))[1] or settings.port
    return JoinAddress(_url(settings, own, port)) if own else JoinAddress(asked, reachable=False)


def url_here(settings: Settings) -> str:
    """The address for browsers and programs on this machine."""
    host = LOOPBACK if settings.host in EVERYWHERE else settings.host
    return _url(settings, host, settings.port)


def url_for_phones(settings: Settings) -> str | None:
    """The address for phones; None if they cannot reach this server, as far as it knows."""
    own = _own_host(settings)
    return settings.public_url or (_url(settings, own, settings.port) if own else None)


def is_local(host: str) -> bool:
    """Whether this host name means the own machine, whichever machine looks it up."""
    host = host.rstrip(".").lower()
    if host in EVERYWHERE or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a bracket without its other
        return ""


def lan_address() -> str | None:
    """This machine's IPv4 address on the local network; None if it has none.

    It is the address of the default route. Without a default route, as on a hotspot that this
    machine opened itself, it is the address of any real interface.
    """
    addresses = list(_interface_addresses())
    routed = _routed_address()
    return routed if routed in addresses else next(iter(addresses), None)


def _routed_address() -> str | None:
    """The address that the system would send from. Connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(FAR_AWAY)
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return address


def _interface_addresses() -> list[str]:
    """The addresses of real interfaces; no phone is on a virtual network or a tunnel."""
    states = psutil.net_if_stats()
    return [
        found.address
        for name, addresses in psutil.net_if_addrs().items()
        if name in states and states[name].isup and not name.startswith(VIRTUAL)
        for found in addresses
        if found.family == socket.AF_INET and found.ptp is None and _is_usable(found.address)
    ]


def _is_usable(address: str) -> bool:
    parsed = IPv4Address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)


def _own_host(settings: Settings) -> str | None:
    """The host name or address for other machines; None if only this machine can connect."""
    if settings.host in EVERYWHERE:
        return lan_address()
    return None if is_local(settings.host) else settings.host


def _asked(scope: Scope) -> str:
    """The server's address in the request; `localhost` if the header names no host."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    return f"{scope['scheme']}://{host if HOST_HEADER.fullmatch(host) else 'localhost'}"


def _url(settings: Settings, host: str, port: int) -> str:
    scheme = "https" if settings.tls_cert else "http"
    usual = {"http": 80, "https": 443}[scheme]
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + ("" if port == usual else f":{port}")


def _has_port(host: str) -> bool:
    return re.search(r":\d+$", host) is not None
