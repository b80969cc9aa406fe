"""What it takes to build the application."""

import subprocess
import sys

from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.utils.sync import AsyncCallable

from server.app import create_app
from server.settings import Settings
from tests.conftest import ROOT

NOWHERE = Settings(database_url="postgresql+asyncpg://nowhere", redis_url="redis://nowhere")

LOADED = """
import sys
from server.app import create_app
from server.settings import Settings
create_app(Settings(database_url="postgresql+asyncpg://nowhere", redis_url="redis://nowhere"))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
NEEDED_ELSEWHERE = {
    *("pgqueuer", "pydantic", "pydantic_core", "alembic", "mako"),
    *("openpyxl", "xlsxwriter"),
}


def test_a_web_process_does_not_load_what_only_workers_and_commands_need() -> None:
    loaded = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", LOADED], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert "litestar" in loaded
    assert not NEEDED_ELSEWHERE.intersection(loaded)


def test_no_guard_or_dependency_waits_for_a_thread() -> None:
    """Litestar runs a guard that is a plain function in another thread, for each request."""
    app = create_app(NOWHERE)
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    handlers = [handler for route in routes for handler in route.route_handlers]
    assert len(handlers) > 100
    assert {name for handler in handlers for name in _in_threads(handler)} == set()


def _in_threads(handler: BaseRouteHandler) -> list[str]:
    dependencies = (each.dependency for each in handler.resolve_dependencies().values())
    run = (*handler.resolve_guards(), *dependencies)
    return [str(each.func) for each in run if isinstance(each, AsyncCallable)]
