"""Where people find this server: on this machine, and from the phones beside it."""

import re
import socket
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

import msgspec
import psutil
from litestar.types import Scope

from server.settings import Settings

EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # told apart, not listened on
LOOPBACK = "127.0.0.1"
HOST_HEADER = re.compile(r"[\w.:\[\]-]{1,260}", re.ASCII)  # so much fits into a QR code
FAR_AWAY = ("192.0.2.1", 9)  # from RFC 5737; nothing is sent there
VIRTUAL = ("br-", "docker", "tap", "utun", "vboxnet", "veth", "virbr", "vmnet")


class JoinAddress(msgspec.Struct, frozen=True):
    """What a room's players open."""

    url: str
    reachable: bool = True
    """False: it leads nowhere but on this machine."""

    @property
    def typed(self) -> str:
        """The shortest that a browser understands."""
        scheme, _, host = self.url.partition("://")
        return self.url if scheme == "https" and _has_port(host) else host


def join_address(settings: Settings, scope: Scope) -> JoinAddress:
    """`PUBLIC_URL`, else the address in the request, else, when that is loopback, this machine's.

    The `Host` header is whatever a client says, so this goes back to that client only: it is never
    stored, and never shown to anybody else.
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
    """For browsers and programs on this machine."""
    host = LOOPBACK if settings.host in EVERYWHERE else settings.host
    return _url(settings, host, settings.port)


def url_for_phones(settings: Settings) -> str | None:
    """None: phones cannot reach this server, as far as it knows."""
    own = _own_host(settings)
    return settings.public_url or (_url(settings, own, settings.port) if own else None)


def is_local(host: str) -> bool:
    """Whether this host name means, on every machine, that machine itself."""
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
    """This machine's IPv4 address on the local network: the one that it speaks to others from.

    Without a way to the outside, as on a hotspot of its own, it is that of any real interface.
    """
    addresses = list(_interface_addresses())
    routed = _routed_address()
    return routed if routed in addresses else next(iter(addresses), None)


def _routed_address() -> str | None:
    """Asks the system which address it would send from. Connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(FAR_AWAY)
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return address


def _interface_addresses() -> list[str]:
    """Without virtual networks and tunnels, where no phone is."""
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
    """How others call this machine; None when it listens to nobody else."""
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
