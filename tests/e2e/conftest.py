"""The teacher of the tests that play whole games."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import RunningServer
from tests.e2e.school import Teacher


@pytest.fixture
async def teacher(server: RunningServer, worker: None) -> AsyncIterator[Teacher]:
    """A registered teacher, whose games are recorded."""
    del worker
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        teacher = Teacher(http, server.ws_url)
        await teacher.register()
        yield teacher
        await teacher.leave()
