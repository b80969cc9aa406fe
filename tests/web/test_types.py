"""The pages' JavaScript is typed by JSDoc; TypeScript checks it without making anything of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
COMPILER = TESTS / "node_modules/.bin/tsc"


def test_scripts_have_no_type_errors() -> None:
    _need_compiler()
    done = subprocess.run(  # noqa: S603  # our own pinned compiler
        [COMPILER, "--project", TESTS / "tsconfig.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _need_compiler() -> None:
    if COMPILER.exists() and shutil.which("node"):
        return
    reason = "no TypeScript: needs Node.js, then `npm ci --prefix tests`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
