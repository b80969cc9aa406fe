"""The address for players, whatever address the teacher's browser uses."""

import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import psutil
import pytest
import segno
from litestar.types import Scope

from server import addresses
from server.addresses import JoinAddress, join_address, lan_address
from server.serve.announcement import announcement
from server.settings import Settings

LAN = "192.168.7.7"
EVERYWHERE, HERE_ONLY = Settings(), Settings(host="127.0.0.1")
PUBLIC = Settings(public_url="https://kuis.example", host="127.0.0.1")
SECURE = Settings(tls_cert="cert.pem", tls_key="key.pem")


@pytest.fixture(autouse=True)
def _on_a_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "interfaces" not in request.fixturenames:
        monkeypatch.setattr(addresses, "lan_address", lambda: LAN)


def asked(host: str, port: int = 8000, scheme: str = "http") -> Scope:
    headers = [(b"host", host.encode())]
    return cast("Scope", {"scheme": scheme, "headers": headers, "server": ("127.0.0.1", port)})


@pytest.mark.parametrize(
    ("settings", "host", "told"),
    [
        (EVERYWHERE, "192.168.1.20:8000", JoinAddress("http://192.168.1.20:8000")),
        (EVERYWHERE, "ruang-guru.lan:8000", JoinAddress("http://ruang-guru.lan:8000")),
        (EVERYWHERE, "localhost:9000", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "kuis.localhost", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "127.0.0.1:8000", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "0.0.0.0:8000", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "[::1]:8000", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "<script>", JoinAddress(f"http://{LAN}:8000")),
        (EVERYWHERE, "", JoinAddress(f"http://{LAN}:8000")),
        (Settings(host=LAN), "localhost:8000", JoinAddress(f"http://{LAN}:8000")),
        (HERE_ONLY, "localhost:8000", JoinAddress("http://localhost:8000", reachable=False)),
        (HERE_ONLY, "kuis.example", JoinAddress("http://kuis.example")),  # behind a proxy
        (PUBLIC, "localhost:8000", JoinAddress("https://kuis.example")),
        (PUBLIC, "evil.example", JoinAddress("https://kuis.example")),
        (SECURE, "localhost:8000", JoinAddress(f"https://{LAN}:8000")),
    ],
)
def test_players_are_sent_where_their_phones_can_go(
    settings: Settings, host: str, told: JoinAddress
) -> None:
    assert join_address(settings, asked(host)) == told


def test_a_machine_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "lan_address", lambda: None)
    assert not join_address(EVERYWHERE, asked("localhost:8000")).reachable


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("http://192.168.7.7:8000", "192.168.7.7:8000"),
        ("https://kuis.example", "kuis.example"),
        ("https://192.168.7.7:8000", "https://192.168.7.7:8000"),  # else browsers try HTTP there
        ("http://[fd00::2]:8000", "[fd00::2]:8000"),
    ],
)
def test_nothing_is_shown_that_need_not_be_typed(url: str, typed: str) -> None:
    assert JoinAddress(url).typed == typed


@pytest.fixture
def interfaces(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretends that the machine has these addresses, by interface, and sends from `routed`."""

    def pretend(routed: str | None, **found: str) -> None:
        def address(name: str, text: str) -> SimpleNamespace:
            peer = "10.8.0.1" if name == "tun0" else None
            return SimpleNamespace(family=socket.AF_INET, address=text, ptp=peer)

        monkeypatch.setattr(
            psutil,
            "net_if_addrs",
            lambda: {name: [address(name, at)] for name, at in found.items()},
        )
        states = {name: SimpleNamespace(isup=name != "down0") for name in found}
        monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
        monkeypatch.setattr(addresses, "_routed_address", lambda: routed)

    return pretend


def test_the_address_is_one_where_phones_are(interfaces: Callable[..., None]) -> None:
    interfaces("192.168.1.5", lo="127.0.0.1", eth0="10.1.1.1", wlan0="192.168.1.5")
    assert lan_address() == "192.168.1.5"
    interfaces("10.8.0.2", tun0="10.8.0.2", docker0="172.17.0.1", wlan0="192.168.1.5")
    assert lan_address() == "192.168.1.5"
    interfaces(None, lo="127.0.0.1", down0="10.9.9.9", eth0="169.254.3.3", wlan0="10.42.0.1")
    assert lan_address() == "10.42.0.1"
    interfaces(None, lo="127.0.0.1")
    assert lan_address() is None


def test_the_start_says_where_to_go_and_draws_it_for_people() -> None:
    said = announcement(EVERYWHERE, draws=False)
    assert "ready at http://127.0.0.1:8000\n" in said
    assert f"For phones and other machines: http://{LAN}:8000" in said
    assert "█" not in said
    rows = announcement(EVERYWHERE, draws=True).splitlines()[2:]
    size = segno.make(f"http://{LAN}:8000", micro=False).symbol_size(border=2)[0]
    assert {len(row) for row in rows} == {size}


def test_the_start_says_that_phones_cannot_come() -> None:
    assert "phones cannot reach it" in announcement(HERE_ONLY, draws=True)
    assert "https://kuis.example" in announcement(PUBLIC, draws=False)
