"""Lets Python's garbage collector run in idle moments, and seldom otherwise.

A class that joins or answers creates thousands of objects at once, hardly any of them in a cycle.
With Python's own thresholds a collection would run in the middle of that and delay everybody: by up
to 0.5 s when 10,000 players join.
"""

import gc

BUSY_THRESHOLDS = (20_000, 5, 1_000)
"""Thresholds of the automatic collection, which stops the process for some 20 ms."""
IDLE_THRESHOLDS = (2_000, 10, 1_000)
"""Thresholds in idle moments, in which a collection is short and delays nobody."""


def collect_seldom() -> None:
    """Exclude what exists at the start from collection, and collect the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BUSY_THRESHOLDS)


def collect_when_idle() -> None:
    """Collect the oldest generation that has reached its threshold, if there is one."""
    counts = gc.get_count()
    if counts[0] < IDLE_THRESHOLDS[0]:
        return
    gc.collect(max(age for age in range(3) if counts[age] >= IDLE_THRESHOLDS[age]))
