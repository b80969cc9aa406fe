"""The layers keep to what is theirs, and docs/architecture.md names their files."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from persistence.base import Base
from server.web.catalogues import LOCALES, read_nouns
from server.web.page_list import PAGES
from server.web.static import read_static

ROOT = Path(__file__).parents[1]
GRID = re.compile(r"^\| noun \| rules \|.*?(?=\n\n)", re.MULTILINE | re.DOTALL)
FOLDERS = {
    "rules": "game/rules",
    "models": "persistence/models",
    "repositories": "persistence/repositories",
    "actions": "server/actions",
    "api": "server/api",
    "jobs": "server/jobs",
}
WITH_MODELS = [f"server/{name}" for name in ("actions", "api", "auth", "commands", "demo", "jobs")]
"""The folders outside of persistence that have rows in their hands."""
SHARED_FOLDERS = {"ui", "images"}
SHARED_TEXTS = {"common", "errors"}
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
SQLALCHEMY_TYPES = {"AsyncEngine", "AsyncSession"}
"""What is imported outside of persistence, to hand things on; and all exceptions."""
SESSIONS = {"AsyncSession", "Db"}
"""Annotations of a session of SQLAlchemy's."""


def test_imports_keep_to_the_contracts() -> None:
    """In a process of its own: in ours it would switch off every logger that there is."""
    checked = subprocess.run(  # noqa: S603  # the program beside our interpreter
        [LINT_IMPORTS, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_only_persistence_makes_queries() -> None:
    found = [
        f"{place}: {problem}"
        for layer in ("server", "game")
        for place, tree in sources(layer)
        for problem in queries_in(tree)
    ]
    assert not found, "\n".join(found)


def test_only_persistence_changes_models() -> None:
    """Repositories have a function for each change, which is then in one place and has a name."""
    found = [
        f"{place}: {problem}"
        for folder in WITH_MODELS
        for place, tree in sources(folder)
        for problem in assignments_in(tree)
    ]
    assert not found, "\n".join(found)


def test_repositories_leave_the_transaction_to_their_caller() -> None:
    found = [
        f"{place}: {problem}"
        for place, tree in sources("persistence/repositories")
        for problem in commits_in(tree)
    ]
    assert not found, "\n".join(found)


def test_the_grid_names_every_file_of_each_layer() -> None:
    """Add a new file to its noun's row in docs/architecture.md; take a removed one out."""
    there = {layer: modules(folder) for layer, folder in FOLDERS.items()}
    there["pages"] = sorted({page.module.removesuffix(".js") for page in PAGES})
    assert {layer: sorted(names) for layer, names in grid().items()} == there


def test_pages_and_their_words_lie_with_their_nouns() -> None:
    """A folder of scripts and styles, and a file of texts, is called like a noun of the grid."""
    folders = {Path(file).parts[0] for file in read_static().files} - SHARED_FOLDERS
    texts = {noun for locale in LOCALES for noun in read_nouns(locale)} - SHARED_TEXTS
    assert folders | texts <= nouns()


@pytest.mark.parametrize("planted", ["await session.commit()", "async with db.begin(): pass"])
def test_a_commit_in_a_repository_is_found(planted: str) -> None:
    assert list(commits_in(ast.parse(planted)))


@pytest.mark.parametrize(
    "planted",
    [
        "from sqlalchemy import select",
        "import sqlalchemy",
        "from sqlalchemy.orm import selectinload",
        "from sqlalchemy.ext.asyncio import async_sessionmaker",
        "async def show(self, db: Db) -> None:\n    await db.execute(query)",
        "async def show(db: AsyncSession | None) -> None:\n    db.add(quiz)",
        "async def show():\n    async with session_factory() as db:\n        await db.flush()",
    ],
)
def test_a_query_elsewhere_is_found(planted: str) -> None:
    assert list(queries_in(ast.parse(planted)))


@pytest.mark.parametrize(
    "planted",
    [
        "quiz.title = data.title",
        "quiz.questions[0].stem: str = ''",
        "quiz.title += '!'",
        "one.title, two.title = titles",
        "del quiz.title",
        "setattr(quiz, name, value)",
    ],
)
def test_a_change_of_a_model_elsewhere_is_found(planted: str) -> None:
    assert list(assignments_in(ast.parse(planted)))


def queries_in(tree: ast.AST) -> Iterator[str]:
    """Uses of SQLAlchemy that are more than handing something on."""
    sessions = set(sessions_in(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (each.name for each in names if each.name.startswith("sqlalchemy"))
            case ast.ImportFrom(str(module), names) if module.partition(".")[0] == "sqlalchemy":
                if module != "sqlalchemy.exc":
                    yield from {each.name for each in names} - SQLALCHEMY_TYPES
            case ast.Attribute(ast.Name(name)) if name in sessions:
                yield f"line {node.lineno}: {ast.unparse(node)}"


def sessions_in(tree: ast.AST) -> Iterator[str]:
    """Names of parameters and `with` targets that are sessions of SQLAlchemy's."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(name, ast.expr() as annotation) if SESSIONS & names_in(annotation):
                yield name
            case ast.withitem(opened, ast.Name(name)) if "session_factory" in ast.unparse(opened):
                yield name


def names_in(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


def assignments_in(tree: ast.AST) -> Iterator[str]:
    """Assignments to what is called like a field of a model, but to one's own attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name("self")):
                pass
            case ast.Attribute(_, name, ast.Store() | ast.Del()) if name in fields_of_models():
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case ast.Call(ast.Name("setattr" | "delattr")):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def commits_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(_, "begin" | "commit" | "rollback"):
                yield f"line {node.lineno}: {ast.unparse(node)}"


@cache
def fields_of_models() -> set[str]:
    return {field.key for mapper in Base.registry.mappers for field in mapper.attrs}


def sources(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def grid() -> dict[str, list[str]]:
    """What the table in docs/architecture.md names, by layer."""
    head, _, *rows = grid_cells()
    named: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for layer, cell in zip(head[1:], row[1:], strict=True):
            named[layer] += re.findall(r"`([^`]+)`", cell)
    return named


def nouns() -> set[str]:
    """The nouns that the table has rows for, spelled like folders."""
    _, _, *rows = grid_cells()
    return {noun.replace(" ", "-") for row in rows for noun in row[0].split(", ")}


def grid_cells() -> list[list[str]]:
    table = GRID.search((ROOT / "docs/architecture.md").read_text())
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()]


def modules(folder: str) -> list[str]:
    """The modules and packages in a folder, as git knows them."""
    listed = subprocess.run(  # noqa: S603  # our own words
        ["git", "ls-files", "--", folder],  # noqa: S607  # whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {Path(line).relative_to(folder).parts[0] for line in listed.stdout.splitlines()}
    return sorted(name.removesuffix(".py") for name in names - {"__init__.py"})
