"""Where connections are taken, in the clear and encrypted."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import msgspec
import pytest
from prometheus_client.registry import REGISTRY

from server import connection_limiter
from server.serve import handshakes, listeners, supervisor
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.e2e.school import ALL_KINDS, PASSWORD, Teacher

WAIT_S = 10
Serve = Callable[[Settings], RunningServer]


def test_by_default_everybody_is_heard() -> None:
    with listeners.listen(Settings(port=0)) as listener:
        port = listener.getsockname()[1]
        hosts = ["127.0.0.1"] + ["::1"] * socket.has_dualstack_ipv6()
        for host in hosts:
            socket.create_connection((host, port), timeout=5).close()


def test_a_host_narrows_it() -> None:
    with listeners.listen(Settings(host="127.0.0.1", port=0)) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


async def test_a_proxy_on_this_machine_is_believed_on_a_socket_for_both(
    serve: Serve, settings: Settings
) -> None:
    """There it comes from ::ffff:127.0.0.1."""
    server = serve(settings)
    behind = {"X-Forwarded-Proto": "https", "Host": "kuis.example"}
    page = await asyncio.to_thread(httpx.get, f"{server.url}/sign-in", headers=behind)
    assert "Cross-Origin-Opener-Policy" in page.headers  # only over HTTPS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A self-made one for 127.0.0.1, as settings."""
    if shutil.which("openssl") is None:
        reason = "no openssl to make a certificate with"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    home = tmp_path_factory.mktemp("tls")
    files = {"tls_cert": str(home / "cert.pem"), "tls_key": str(home / "key.pem")}
    subprocess.run(  # noqa: S603  # our own words
        [  # wherever it is
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *(
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=kuis",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
            ),
            *("-out", files["tls_cert"], "-keyout", files["tls_key"]),
        ],
        check=True,
        capture_output=True,
    )
    return files


async def test_a_game_is_played_over_https(
    serve: Serve,
    settings: Settings,
    certificate: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate["tls_cert"])  # what clients trust
    server = serve(msgspec.structs.replace(settings, **certificate))
    assert server.url.startswith("https://")
    assert await asyncio.to_thread(supervisor._is_ready, server.settings)  # noqa: SLF001  # `kuis serve` waits for it
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        teacher = Teacher(http, server.ws_url)
        await teacher.register()
        person = {"email": "sari@school.example", "password": PASSWORD}
        signed_in = await http.post("/api/auth/login", json=person)
        assert signed_in.headers["set-cookie"].startswith("__Host-")
        await teacher.open(await teacher.write([ALL_KINDS[0]]))
        host, player = await teacher.host(), await teacher.player("Ani")
        await host.send("start")
        question = await player.hears("question")
        await player.send("answer", question=0, response=question["choices"][0]["id"])
        await player.hears("reveal")
        await teacher.leave()


def connections() -> float:
    return REGISTRY.get_sample_value("kuis_connections") or 0.0


@contextmanager
def silent(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Clients that connect and say nothing."""
    with ExitStack() as stack:
        address = ("127.0.0.1", port)
        yield [stack.enter_context(socket.create_connection(address, WAIT_S)) for _ in range(count)]


async def test_who_never_finishes_the_tls_handshake_is_counted_and_cut_off(
    serve: Serve,
    settings: Settings,
    certificate: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handshakes, "HANDSHAKE_WITHIN_S", 0.5)
    server = serve(msgspec.structs.replace(settings, **certificate))
    before = connections()
    with silent(server.settings.port, 3) as links:
        wait_for(lambda: connections() == before + 3, "their count")
        assert [link.recv(1) for link in links] == [b""] * 3
    wait_for(lambda: connections() == before, "their count")


async def test_handshakes_of_an_address_are_bounded(
    serve: Serve,
    settings: Settings,
    certificate: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest goes first, so that somebody who speaks TLS still gets in."""
    monkeypatch.setattr(connection_limiter, "MAX_IDLE_BY_ADDRESS", 3)
    monkeypatch.setattr(handshakes, "HANDSHAKE_WITHIN_S", 6 * WAIT_S)  # only the bound ends one
    server = serve(msgspec.structs.replace(settings, **certificate))
    trusting = ssl.create_default_context(cafile=certificate["tls_cert"])
    with silent(server.settings.port, 3) as links:
        page = await asyncio.to_thread(httpx.get, f"{server.url}/health/live", verify=trusting)
        assert page.status_code == 200
        assert links[0].recv(1) == b""


LAST = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def say_no_goodbye(port: int, context: ssl.SSLContext) -> socket.socket:
    """The socket of a client that got its answer, and does not answer the server's end of TLS."""
    plain = socket.create_connection(("127.0.0.1", port), WAIT_S)
    link = context.wrap_socket(plain, server_hostname="127.0.0.1")
    link.sendall(LAST)
    assert link.recv(1000).startswith(b"HTTP/1.1 ")
    while link.recv(1000):
        """The rest, and the server's goodbye."""
    return socket.socket(fileno=link.detach())


def is_cut_off(link: socket.socket) -> bool:
    link.settimeout(WAIT_S)
    try:
        return link.recv(1) == b""
    except ConnectionResetError:
        return True


async def test_who_leaves_the_end_of_tls_open_is_cut_off_before_others(
    serve: Serve,
    settings: Settings,
    certificate: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The event loop waits half a minute for the client's goodbye."""
    monkeypatch.setattr(connection_limiter, "MAX_IDLE_BY_ADDRESS", 3)
    server = serve(msgspec.structs.replace(settings, **certificate))
    trusting = ssl.create_default_context(cafile=certificate["tls_cert"])
    with ExitStack() as stack:
        links = [
            stack.enter_context(say_no_goodbye(server.settings.port, trusting)) for _ in range(4)
        ]
        assert is_cut_off(links[0])


async def test_what_is_not_tls_is_closed_and_not_counted_any_more(
    serve: Serve, settings: Settings, certificate: dict[str, str]
) -> None:
    server = serve(msgspec.structs.replace(settings, **certificate))
    before = connections()
    with silent(server.settings.port, 1) as [link]:
        link.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while link.recv(100):
            """An alert, and the end."""
        wait_for(lambda: connections() == before, "their count")
