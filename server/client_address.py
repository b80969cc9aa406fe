"""The address of a client, in the form in which it is logged and counted.

One peer has one address however its connection came: an IPv4 address inside an IPv6 one is taken
out, and of IPv6 only the /64 network counts, which is what one customer usually has.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from litestar.types import Scope

MAPPED = "::ffff:"


def address_of(scope: Scope) -> str:
    """The address that a request or socket came from; of IPv6 the /64 network."""
    return address_of_client(scope["client"])


def address_of_client(client: tuple[str, int] | None) -> str:
    if client is None:  # a Unix socket
        return "local"
    address = ip_of(client[0])
    if address is None:
        return client[0]
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Parse the address of a peer; None if it is not an IP address.

    A socket that takes both IPv6 and IPv4 reports IPv4 peers as `::ffff:192.0.2.7`, and a proxy
    may write them like that too. Limits, logs and trusted proxies must see the same peer in both.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def unmapped(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """The peer with an IPv4-mapped address replaced by the IPv4 address; see `ip_of`."""
    if client is None or not client[0].lower().startswith(MAPPED):
        return client
    return str(ip_of(client[0]) or client[0]), client[1]
