"""The processes that the tests of this folder break, started once."""

from collections.abc import Iterator

import pytest

from tests.faults.processes import Site


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "data")
    try:
        yield site
    finally:
        site.end()


@pytest.fixture
def site(whole_site: Site) -> Site:
    """Everything runs, whatever the test before has left."""
    whole_site.heal()
    return whole_site
