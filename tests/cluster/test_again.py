"""Runs tests of a single Redis once more on a cluster."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from game.live.connect import redis_from_url
from game.rules.questions import Question
from game.rules.rooms import RoomSettings
from tests.cluster.nodes import Cluster
from tests.game.live.conftest import clock, elsewhere, engine, other, rooms_  # noqa: F401
from tests.game.live.test_any_game import any_game, play
from tests.game.live.test_rooms import TestAnswers, TestKicking  # noqa: F401
from tests.game.live.test_seats import TestSeats  # noqa: F401
from tests.persistence.test_redis_status import (  # noqa: F401
    test_entries_are_counted_by_shard_and_the_oldest_tells_the_lag,
    test_what_a_recorder_has_begun_is_pending,
)
from tests.server.auth.test_sign_ins import (  # noqa: F401
    test_what_is_revoked_while_it_is_used_stays_revoked,
)
from tests.server.test_limits import (  # noqa: F401
    test_tries_at_once_are_all_counted_whichever_process_counts,
)

pytestmark = pytest.mark.slow


@pytest.fixture
async def redis(cluster: Cluster) -> AsyncIterator[Redis]:
    """A client on an emptied cluster."""
    client = redis_from_url(cluster.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def other_redis(cluster: Cluster, redis: Redis) -> AsyncIterator[Redis]:
    """A second process's connections to the emptied cluster."""
    del redis
    client = redis_from_url(cluster.url)
    yield client
    await client.aclose()


@settings(deadline=None, max_examples=8, suppress_health_check=[*HealthCheck])
@any_game
def test_any_game(
    cluster: Cluster,
    asked: tuple[Question, ...],
    of_room: RoomSettings,
    doings: list[str],
    data: st.DataObject,
) -> None:
    asyncio.run(play(cluster.url, asked, of_room, doings, data))
