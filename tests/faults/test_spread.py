"""One room on two hosts: everybody sees the same in the same order, wherever they are."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from persistence.embedded import DataDirectory, RedisEngine
from server.live.protocol import Extend, Pause, Unpause
from tests.faults.game import Game, playing, questions
from tests.faults.processes import Place, Process, Site, Web, environment, free_port

pytestmark = pytest.mark.slow

PLAYERS = 12
PORT = 8000


async def test_everybody_on_two_addresses_sees_the_same(site: Site) -> None:
    await _all_see_the_same(site.place)


async def test_everybody_on_two_hosts_sees_the_same(two_hosts: Place) -> None:
    await _all_see_the_same(two_hosts)


async def _all_see_the_same(place: Place) -> None:
    async with playing(place, PLAYERS, questions(2)) as game:
        assert len({line.address for line in game.players}) == len(place.urls)
        assert game.host.address != game.projector.address
        await game.ask(0)
        for command in (Pause(), Unpause(), Extend(5)):
            game.host.send(command)
        await _all_are_told(game, "extended")
        await game.answer(0)
        await game.all_see("reveal", 0)
        await game.ask(1)
        await game.answer(1, game.players[::2])
        await game.close(1)
        await game.finish()
        await _all_are_told(game, "finished")
        told = game.host.told
        assert [line.told for line in game.lines] == [told] * len(game.lines)
        assert " ".join(event["type"] for event in told) == (
            "question paused unpaused extended reveal question reveal finished"
        )
        account = await game.account()
        assert account.wrong == []
        assert account.stored == account.recorded == PLAYERS + PLAYERS // 2


async def _all_are_told(game: Game, event: str) -> None:
    for line in game.lines:
        await line.is_told(event)


class Host(msgspec.Struct, frozen=True):
    """A network namespace with one cable to ours."""

    name: str
    ours: str
    theirs: str
    cable: str

    @classmethod
    def number(cls, number: int) -> "Host":
        name = f"kuis{os.getpid()}-{number}"
        return cls(name, f"10.213.{number}.1", f"10.213.{number}.2", name[-15:])

    def connect(self) -> None:
        _ip(f"netns add {self.name}")
        _ip(f"link add {self.cable} type veth peer name eth0 netns {self.name}")
        _ip(f"addr add {self.ours}/30 dev {self.cable}")
        _ip(f"link set {self.cable} up")
        _ip(f"-n {self.name} addr add {self.theirs}/30 dev eth0")
        _ip(f"-n {self.name} link set eth0 up")
        _ip(f"-n {self.name} route add default via {self.ours}")

    def disconnect(self) -> None:
        subprocess.run(["ip", "netns", "delete", self.name], check=False, capture_output=True)  # noqa: S603, S607  # our own words


def _ip(words: str) -> None:
    try:
        subprocess.run(["ip", *words.split()], check=True, capture_output=True, text=True)  # noqa: S603, S607  # our own words
    except FileNotFoundError:
        pytest.skip("needs the program `ip` of Linux to make network namespaces")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine does not permit network namespaces: {error.stderr.strip()}")


@pytest.fixture
def two_hosts(site: Site, tmp_path: Path) -> Iterator[Place]:
    """A web process in each of two network namespaces, which reach one Redis over the network."""
    hosts = [Host.number(number) for number in range(2)]
    with ExitStack() as stack:
        for host in hosts:
            stack.callback(host.disconnect)
            host.connect()
        redis_url = _redis_at(hosts[0].ours, tmp_path, stack)
        environ = environment(site.postgres.address, redis_url)
        web = [
            Web(
                tmp_path / f"{host.name}.log",
                environ,
                host.theirs,
                PORT,
                f"ip netns exec {host.name}",
            )
            for host in hosts
        ]
        for process in (*web, Process("worker", tmp_path / "worker.log", environ)):
            process.start()
            stack.callback(process.kill)
        for each in web:
            each.wait_until_it_serves()
        yield Place([each.url for each in web], site.postgres.address)


def _redis_at(host: str, tmp_path: Path, stack: ExitStack) -> str:
    directory = DataDirectory(tmp_path / "redis")
    directory.claim()
    stack.callback(directory.release)
    port = free_port(host)
    redis = RedisEngine(directory, {"port": str(port), "bind": host, "protected-mode": "no"})
    redis.start()
    stack.callback(redis.stop)
    return f"redis://{host}:{port}/0"
