"""A plugin of pytest for mutation tests: ends one that hangs with a code that says so.

pytest-timeout itself lets it fail, so that a busy machine would notice mutants.
"""

import os
import threading

import pytest

SECONDS = 60.0
"""Many times what any of the tests takes."""
TIMED_OUT = 36
"""What mutmut knows as a timeout."""


class Timed(pytest.Item):
    """A test as pytest-timeout sees it."""

    cancel_timeout: object


def pytest_timeout_set_timer(item: Timed) -> bool:
    timer = threading.Timer(SECONDS, os._exit, [TIMED_OUT])
    timer.start()
    item.cancel_timeout = timer.cancel
    return True
