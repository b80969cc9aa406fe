"""TypeScript checks the pages' JavaScript, whose types are in JSDoc comments."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
COMPILER = TESTS / "node_modules/.bin/tsc"
STATIC = TESTS.parent / "server/web/static"


OWN_LIMIT = re.compile(r"""\b(?:max|min)(?:length)?(?:=["']?|: )\d+""", re.IGNORECASE)
WRONG_CALLS = """
import { api } from "API";
api("GET", "/api/nothing");
api("PUT", "/api/quizzes");
api("GET", "/api/quizzes", { query: { sort: "nonsense" } });
api("GET", "/api/quizzes/{quiz_id}");
api("GET", "/api/quizzes/{quiz_id}", { path: { id: "1" } });
api("POST", "/api/quizzes", { body: { titel: "a" } });
api("GET", "/api/me").then((me) => me.nickname);
api("GET", "/api/quizzes", { query: { page: 2 } }).then((list) => list.items[0]?.title);
"""
"""Each call but the last is wrong."""


def test_scripts_have_no_type_errors() -> None:
    done = _compile(TESTS / "tsconfig.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_calls_that_fit_no_route_are_type_errors(tmp_path: Path) -> None:
    script = tmp_path / "calls.js"
    script.write_text(WRONG_CALLS.replace("API", str(STATIC / "ui/api.js")))
    project = tmp_path / "tsconfig.json"
    extended = str(TESTS / "tsconfig.json")
    project.write_text(json.dumps({"extends": extended, "include": [str(script)]}))
    found = re.findall(r"calls\.js\((\d+),", _compile(project).stdout)
    assert found == [str(line) for line in range(3, 10)]


@pytest.mark.parametrize("name", ["*.js", "*.html"])
def test_limits_are_taken_from_the_schemas(name: str) -> None:
    """Pages take limits from `ui/limits.js`, which is generated from the structs of requests."""
    found = [
        f"{path.relative_to(STATIC.parent)}: {match[0]}"
        for path in STATIC.parent.rglob(name)
        if path.name != "limits.js"
        for match in OWN_LIMIT.finditer(path.read_text())
    ]
    assert not found, "\n".join(found)


def _compile(project: Path) -> subprocess.CompletedProcess[str]:
    _need_compiler()
    return subprocess.run(  # noqa: S603  # our own pinned compiler
        [COMPILER, "--project", project], capture_output=True, text=True, check=False
    )


def _need_compiler() -> None:
    if COMPILER.exists() and shutil.which("node"):
        return
    reason = "no TypeScript: needs Node.js, then `npm ci --prefix tests`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
