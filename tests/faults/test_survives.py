"""What is answered is recorded once, whatever dies; figures of the same by `make soak`."""

import pytest

from tests.faults.scenarios import SCENARIOS, Scale
from tests.faults.site import Site

AT_MOST = {
    "longest way back, s": 2.0,
    "longest stale, s": 2.0,
    "deadline late, ms": 1000.0,
    "all back, s": 5.0,
    "longest end of a process, s": 10.0,
}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_it_survives(site: Site, name: str) -> None:
    outcome = await SCENARIOS[name](site, Scale())
    assert outcome.account.wrong == []
    assert outcome.account.stored > 0
    over = {what: much for what, much in outcome.figures.items() if much > AT_MOST.get(what, much)}
    assert over == {}
