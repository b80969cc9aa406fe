"""What it takes to build the application."""

import subprocess
import sys

from tests.conftest import ROOT

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
