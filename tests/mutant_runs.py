"""A plugin of pytest for mutation tests: a mutant is looked at as fast as it can be.

- The tests of a module follow each other, so that they share its server.
- A run ends with its first failed test, and does not stop servers and engines in good order.
- A test that hangs ends with a code of its own: pytest-timeout would let it fail, so that a busy
  machine noticed mutants.
"""

import os
import threading

import psutil
import pytest

SECONDS = 100.0
"""Longer than a test waits in vain for anything (`wait_for`)."""
FAILED = 1
TIMED_OUT = 36
"""What mutmut knows as a timeout."""


class Timed(pytest.Item):
    """A test as pytest-timeout sees it."""

    cancel_timeout: object


def pytest_timeout_set_timer(item: Timed) -> bool:
    timer = threading.Timer(SECONDS, _end, [TIMED_OUT])
    timer.start()
    item.cancel_timeout = timer.cancel
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        _end(FAILED)


def _end(code: int) -> None:
    for child in psutil.Process().children():
        child.terminate()  # the engines do not hear it, but stop when they are left alone
    os._exit(code)
