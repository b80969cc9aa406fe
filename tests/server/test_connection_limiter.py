"""Which connections are closed when there are too many."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client.registry import REGISTRY

from server import connection_limiter as limiters
from server.connection_limiter import ConnectionLimiter

DESCRIPTORS = 1000
FREE = 10
"""A descriptor that says that there are many left."""


class Link:
    """A connection that notes whether it was cut off."""

    def __init__(self) -> None:
        self.is_open = True

    def cut_off(self) -> None:
        self.is_open = False


@contextmanager
def counted(bound: str, times: int) -> Iterator[None]:
    def count() -> float:
        series = REGISTRY.get_sample_value("kuis_connections_cut_off_total", {"bound": bound})
        return series or 0.0

    before = count()
    yield
    assert count() == before + times


def accept(limiter: ConnectionLimiter, address: str, descriptor: int = FREE) -> Link:
    link = Link()
    limiter.accept(link, descriptor, address)
    return link


def test_the_oldest_idle_connection_of_an_address_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limiters, "MAX_IDLE_BY_ADDRESS", 2)
    limiter = ConnectionLimiter(DESCRIPTORS)
    other, playing = accept(limiter, "school"), accept(limiter, "flood")
    limiter.busy(playing)
    with counted("address", 1):
        oldest, *younger = [accept(limiter, "flood") for _ in range(3)]
    assert not oldest.is_open
    assert all(link.is_open for link in (other, playing, *younger))


def test_the_oldest_idle_connection_of_all_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiters, "MAX_IDLE", 3)
    limiter = ConnectionLimiter(DESCRIPTORS)
    with counted("process", 1):
        oldest, *younger = [accept(limiter, f"address {number}") for number in range(4)]
    assert not oldest.is_open
    assert all(link.is_open for link in younger)


def test_who_is_busy_or_gone_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiters, "MAX_IDLE_BY_ADDRESS", 1)
    limiter = ConnectionLimiter(DESCRIPTORS)
    links = []
    for _ in range(10):
        links.append(accept(limiter, "school"))
        limiter.busy(links[-1])
        limiter.busy(links[-1])
    links.append(accept(limiter, "school"))
    limiter.lost(links[-1])
    links.append(accept(limiter, "school"))
    assert all(link.is_open for link in links)


def test_an_address_that_a_proxy_told_counts_instead_of_the_proxys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limiters, "MAX_IDLE_BY_ADDRESS", 2)
    limiter = ConnectionLimiter(DESCRIPTORS)
    links = []
    for number in range(10):
        links.append(accept(limiter, "proxy"))
        limiter.idle(links[-1], f"client {number}")
    assert all(link.is_open for link in links)
    for link in links[:3]:
        limiter.idle(link, "client 0")
    assert [link.is_open for link in links[:4]] == [False, True, True, True]


def test_the_last_descriptors_are_kept_and_idle_connections_make_room() -> None:
    limiter = ConnectionLimiter(DESCRIPTORS)
    full = DESCRIPTORS - DESCRIPTORS // 4
    idle, playing = accept(limiter, "idle"), accept(limiter, "playing", full - 1)
    limiter.busy(playing)
    with counted("descriptors", 1):
        late = accept(limiter, "late", full)
    assert [idle.is_open, playing.is_open, late.is_open] == [False, True, True]
    limiter.busy(late)
    with counted("descriptors", 1):
        later = accept(limiter, "later", full)
    assert [playing.is_open, late.is_open, later.is_open] == [True, True, False]


def test_two_thousand_who_join_from_one_address_at_once_are_all_let_in() -> None:
    limiter = ConnectionLimiter(20_000)
    phones = [accept(limiter, "school") for _ in range(2 * 2_000)]  # a page, and its socket
    assert all(phone.is_open for phone in phones)


def test_open_connections_are_counted_against_the_descriptors() -> None:
    limiter, before = ConnectionLimiter(DESCRIPTORS), REGISTRY.get_sample_value("kuis_connections")
    links = [accept(limiter, "school") for _ in range(3)]
    limiter.lost(links[0])
    assert REGISTRY.get_sample_value("kuis_connections") == (before or 0.0) + 2
    assert REGISTRY.get_sample_value("kuis_allowed_connections") == 750
