"""A teacher who asks one request after the other, and how long each answer takes."""

import http.client
from http import HTTPStatus
from statistics import quantiles
from time import perf_counter

from server.bench.errors import BenchError
from server.bench.server import Server
from server.bench.teacher import Teacher


class Reader:
    """A connection that a teacher keeps."""

    def __init__(self, server: Server, teacher: Teacher) -> None:
        self._link = http.client.HTTPConnection(server.host, server.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {teacher.token}"}

    def took_ms(self, path: str) -> float:
        """How long an answer takes."""
        started = perf_counter()
        self._link.request("GET", path, headers=self._headers)
        response = self._link.getresponse()
        response.read()
        if response.status != HTTPStatus.OK:
            raise BenchError(f"The server answered {path} with {response.status}.")
        return (perf_counter() - started) * 1000

    def close(self) -> None:
        self._link.close()


def p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]
