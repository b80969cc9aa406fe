"""Mutation tests: `make mutants` changes the code in small ways and looks which tests fail.

mutmut makes a copy of the project for each area, in `mutants/`, changes each function of it in
every way that it knows, and runs the area's tests that call the function. What mypy rejects is not
run. Prints one row an area; the surviving mutants are in `mutants/<area>/survivors.diff`.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
from mutmut.configuration import reset_config
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).parents[1]
HOME = ROOT / "mutants"
SOURCES = ("game", "migrations", "persistence", "server")
BESIDES = ("docs", "alembic.ini")
PROGRAMS = Path(sys.executable).parent
STATISTICS = "mutmut-stats.json"
SURVIVED = ("survived", "no tests")
DOUBTFUL = (*SURVIVED, "timeout")
UNKNOWN = "not checked"
LOGGING = r"\b_?log(ger)?\.\w+\("
"""Calls that only write a line for people."""
LITERAL = re.compile(r'"[^"\n]*"')
SENTENCE = re.compile(r"\w+ \w+ \w+")
COMMAND = re.compile(r'(_call|send_command)\(\s*"\w+"')
"""Redis reads its commands in either case."""
STRICT = re.compile(r",\s*(strict=\w+)?(?=\))")
"""Whether zip counts, which the linter wants to be written, and the comma left without it."""
TASK_NAME = re.compile(r"(create_task\(.*?),\s*(name=[^)]*)?(?=\))", re.DOTALL)
"""Only who debugs sees it."""


class Area(msgspec.Struct, frozen=True):
    """Code, and the tests that belong to it."""

    code: list[str]
    tests: list[str]
    but: list[str] = []
    """Code of another area."""
    marks: str = "not slow"


CLUSTER = ["game/live/cluster.py", "game/live/connect.py"]
RECORDER_TESTS = ("recorder", "recorder_dies", "played_games")
AREAS = {
    "game/rules": Area(["game/rules/*.py"], ["tests/game/rules"]),
    "game/live": Area(["game/live/*.py"], ["tests/game/live"], but=CLUSTER),
    "game/live/cluster": Area(CLUSTER, ["tests/cluster"], marks="slow"),
    "persistence/recorder": Area(
        ["persistence/recorder.py", "persistence/recorder/*.py"],
        [f"tests/persistence/test_{name}.py" for name in RECORDER_TESTS],
        marks="slow or not slow",  # none takes very long
    ),
    "server/live": Area(["server/live/*.py"], ["tests/server/live"]),
}


class Mutant(msgspec.Struct, frozen=True):
    name: str
    path: Path
    """Of the code, in the project."""


def main() -> None:
    parser = ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="area", help=f"of {', '.join(AREAS)}")
    parser.add_argument("--sample", type=int, help="so many of each area, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    again.add_argument(
        "--survivors", action="store_true", help="run those that survived or timed out again"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.areas) - AREAS.keys():
        parser.error(f"no such area: {', '.join(unknown)}")
    areas = arguments.areas or list(AREAS)
    rows = [_row(area, *_mutate(area, AREAS[area], arguments)) for area in areas]
    head = _row("area", "mutants", "types", "tests", "timed out", "other", "survived", "noticed")
    sys.stdout.write("".join([head, *rows]))


def _mutate(name: str, area: Area, arguments: Namespace) -> list[str]:
    """Runs one area; what its row says."""
    place = HOME / name.replace("/", "-")
    _prepare(place, area, keep_results=arguments.resume or arguments.survivors)
    with contextlib.chdir(place):
        reset_config()
        mutants = _mutants()
        if arguments.sample and arguments.sample < len(mutants):
            mutants = sorted(mutants, key=partial(_lot, arguments.seed))[: arguments.sample]
        known = _results()
        again = DOUBTFUL if arguments.survivors else (UNKNOWN,)
        todo = [mutant for mutant in mutants if known.get(mutant.name, UNKNOWN) in again]
        if todo:
            _run(todo, arguments.jobs)
        results = _results()
        diffs = [
            _diff(mutant, results[mutant.name])
            for mutant in mutants
            if results.get(mutant.name) in DOUBTFUL
        ]
        Path("survivors.diff").write_text("\n".join(diffs))
    return _figures(Counter(results.get(mutant.name, UNKNOWN) for mutant in mutants))


def _prepare(place: Path, area: Area, *, keep_results: bool) -> None:
    """The project as it is now, with mutmut's settings for the area."""
    if keep_results:
        for path in place.glob("mutants/**/*"):
            if path.is_file() and path.suffix != ".meta" and path.name != STATISTICS:
                path.unlink()
    elif place.exists():
        shutil.rmtree(place)
    place.mkdir(parents=True, exist_ok=True)
    for name in (*SOURCES, *BESIDES, "tests", "pyproject.toml"):
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, place / name)
            continue
        shutil.rmtree(place / name, ignore_errors=True)
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, place / name, ignore=ignored)
    (place / "setup.cfg").write_text(_settings(area))


def _settings(area: Area) -> str:
    """mutmut's, and mypy's for the code that mutmut generates."""
    lists = {
        "source_paths": SOURCES,
        "also_copy": BESIDES,
        "only_mutate": area.code,
        "do_not_mutate": area.but,
        "do_not_mutate_patterns": [LOGGING],
        "pytest_add_cli_args_test_selection": area.tests,
        "pytest_add_cli_args": [
            f"-m={area.marks}",
            "-p",
            "tests.mutant_runs",
            "--hypothesis-profile=mutants",
            "--hypothesis-seed=0",
        ],
        "type_check_command": [
            "mypy",
            "--config-file=setup.cfg",
            "--cache-dir=../mypy-cache",
            "--output=json",
            "--package",
            area.code[0].partition("/")[0],
        ],
    }
    return "\n".join(
        [
            "[mutmut]",
            "process_isolation = forkserver",  # no threads of earlier tests
            "timeout_multiplier = 3",
            "timeout_constant = 60",
            "use_git_change_detection = false",
            *("\n ".join([f"{name} =", *values]) for name, values in lists.items() if values),
            "[mypy]",
            "strict = true",
            "ignore_missing_imports = true",
            "warn_unused_ignores = false",
            "disable_error_code = no-redef",  # each mutant of __init__ declares its attributes
        ]
    )


def _mutants() -> list[Mutant]:
    """All of the area that mean something, in an order that does not change."""
    return [
        Mutant(get_mutant_name(path, name), path)
        for path in sorted(walk_mutatable_files())
        for name in _meaningful(mutate_file_contents(str(path), path.read_text()))
    ]


def _lot(seed: int, mutant: Mutant) -> str:
    """A random order that keeps what it drew when code changes or more is drawn."""
    return sha256(f"{seed} {mutant.name}".encode()).hexdigest()


def _meaningful(file: MutatedFile) -> Iterator[str]:
    """The mutants of a file but those that only change the wording of a sentence."""
    lines = file.code.splitlines()

    def without_wording(function: str) -> str:
        span = file.line_span_by_function_name[function]
        code = "\n".join(lines[span.start - 1 : span.end]).replace(function, "")
        code = COMMAND.sub(lambda found: found[0].upper(), code)
        code = STRICT.sub("", TASK_NAME.sub(r"\1", code))
        return LITERAL.sub(lambda found: "" if SENTENCE.search(found[0]) else found[0], code)

    for name in file.mutant_names:
        original = without_wording(f"{name.rpartition('__mutmut_')[0]}__mutmut_orig")
        if without_wording(name) != original:
            yield name


def _run(mutants: list[Mutant], jobs: int) -> None:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"  # of mypy
    subprocess.run(  # noqa: S603  # the program beside our interpreter
        [PROGRAMS / "mutmut", "run", f"--max-children={jobs}", *(each.name for each in mutants)],
        env=os.environ | {"PATH": path},
        check=True,
    )


def _results() -> dict[str, str]:
    """What is known of each mutant."""
    codes: dict[str, int | None] = {}
    for path in Path("mutants").glob("**/*.meta"):
        codes |= json.loads(path.read_text())["exit_code_by_key"]
    return {name: status_by_exit_code[code] for name, code in codes.items()}


def _diff(mutant: Mutant, result: str) -> str:
    return f"# {mutant.name}: {result}\n{get_diff_for_mutant(mutant.name, path=mutant.path)}\n"


def _figures(counts: Counter[str]) -> list[str]:
    types, timeouts = counts["caught by type check"], counts["timeout"]
    survived = sum(counts[result] for result in SURVIVED)
    total = counts.total() - counts[UNKNOWN]  # of a run that was interrupted
    tests = counts["killed"]
    others = total - types - tests - timeouts - survived  # that crashed, for one
    share = tests / max(total - types, 1)
    return [*map(str, (total, types, tests, timeouts, others, survived)), f"{share:.1%}"]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main()
