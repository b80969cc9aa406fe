"""The secret key is made once for a data directory."""

from pathlib import Path

import pytest

from persistence.embedded import Engines
from server.serve.engines import SECRET_FILE, complete
from server.settings import SECRET_CHARACTERS, Settings


@pytest.mark.parametrize("left", [None, ""])
def test_a_secret_is_made_once_even_if_a_start_broke_off(tmp_path: Path, left: str | None) -> None:
    if left is not None:
        (tmp_path / SECRET_FILE).write_text(left)
    first, second = [complete(Settings(), Engines(tmp_path)).secret_key for _ in range(2)]
    assert len(first) >= SECRET_CHARACTERS
    assert second == first
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
