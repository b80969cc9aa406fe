"""A Redis Cluster and a master with Sentinels, one of each for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.cluster.nodes import PATIENT_MS, Cluster, Guarded, running


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One in which nobody is killed."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), PATIENT_MS)
    with running(cluster):
        yield cluster


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One whose masters are replaced soon."""
    cluster = Cluster(tmp_path_factory.mktemp("mortal"))
    with running(cluster):
        yield cluster


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    guarded = Guarded(tmp_path_factory.mktemp("guarded"))
    with running(guarded):
        yield guarded
