"""A teacher who asks one request after the other, and how long each answer takes."""

import http.client
from http import HTTPStatus
from statistics import quantiles
from time import perf_counter
from typing import Any

import msgspec

from server.bench.errors import BenchError
from server.bench.server import Server
from server.bench.teacher import Teacher


class Reader:
    """A connection that a teacher keeps."""

    def __init__(self, server: Server, teacher: Teacher) -> None:
        self._link = http.client.HTTPConnection(server.host, server.port, timeout=60)
        self._headers = {
            "Authorization": f"Bearer {teacher.token}",
            "Content-Type": "application/json",
        }

    def took_ms(self, path: str) -> float:
        """How long an answer takes."""
        return self.ask("GET", path)[0]

    def ask(self, method: str, path: str, body: object = None) -> tuple[float, Any]:
        """How long an answer takes, and its JSON."""
        content = None if body is None else msgspec.json.encode(body)
        started = perf_counter()
        self._link.request(method, path, content, self._headers)
        response = self._link.getresponse()
        answer = response.read()
        took_ms = (perf_counter() - started) * 1000
        if response.status != HTTPStatus.OK:
            raise BenchError(f"The server answered {path} with {response.status}.")
        return took_ms, msgspec.json.decode(answer)

    def close(self) -> None:
        self._link.close()


def p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]
