"""The contracts on imports in pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def test_imports_point_down_and_rules_are_pure() -> None:
    """In a process of its own: in ours it would switch off every logger that there is."""
    checked = subprocess.run(  # noqa: S603  # the program beside our interpreter
        [LINT_IMPORTS, "--no-cache"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
