"""A peer has one address, whichever socket it came to and whatever a proxy wrote."""

from typing import Any, cast

import pytest
from litestar.types import Scope

from server.client_address import address_of, ip_of, unmapped


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 5), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 5), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 5), "fe80::/64"),
        (("::ffff:192.0.2.7", 5), "192.0.2.7"),
        (("testclient", 5), "testclient"),
        (None, "local"),
    ],
)
def test_an_address_is_what_one_customer_has(client: Any, address: str) -> None:  # noqa: ANN401  # ASGI's
    assert address_of(cast("Scope", {"client": client})) == address


def test_a_peer_has_one_address_on_any_socket() -> None:
    assert unmapped(("::ffff:10.0.0.1", 5)) == unmapped(("10.0.0.1", 5)) == ("10.0.0.1", 5)
    assert unmapped(("fd00::2", 5)) == ("fd00::2", 5)
    assert unmapped(None) is None
    assert ip_of("::ffff:10.0.0.1") == ip_of("10.0.0.1") == ip_of("::FFFF:a00:1")
    assert str(ip_of("fe80::1%eth0")) == "fe80::1"
    assert ip_of("kuis.example") is None
