"""Acknowledged answers are recorded once, whichever process dies; `make soak` does it at scale."""

import pytest

from tests.faults.processes import Site
from tests.faults.scenarios import ALL_BACK, END, LATE, SCENARIOS, STALE, WAY_BACK, Scale

pytestmark = pytest.mark.slow

MAX_AT = {
    WAY_BACK: 2.0,
    STALE: 2.0,
    LATE: 1000.0,
    ALL_BACK: 5.0,
    END: 10.0,
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_it_survives(site: Site, name: str) -> None:
    outcome = await SCENARIOS[name](site, Scale())
    assert outcome.account.wrong == []
    assert outcome.account.stored > 0
    over = {what: much for what, much in outcome.figures.items() if much > MAX_AT.get(what, much)}
    assert over == {}
