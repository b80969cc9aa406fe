"""Files with secrets, also where others may write."""

import os
from pathlib import Path

import pytest

from persistence.embedded import EngineError
from server.secret_files import read_or_make


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert read_or_make(path, lambda: "first") == "first"
    assert read_or_make(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_file_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("of an earlier release")
    path.chmod(0o644)
    assert read_or_make(path, lambda: "new") == "of an earlier release"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_lies_under_the_name_of_a_new_file_is_not_written_to(tmp_path: Path) -> None:
    """Somebody put a link there between our look and our write."""
    path, theirs = tmp_path / "secret", tmp_path / "theirs"

    def made() -> str:
        (tmp_path / "secret.new").symlink_to(theirs)
        assert all(found.stat().st_mode & 0o077 == 0 for found in tmp_path.glob("secret.?*[!w]"))
        return "ours"

    assert read_or_make(path, made) == "ours"
    assert not theirs.exists()


def test_a_link_is_no_secret(tmp_path: Path) -> None:
    known = tmp_path / "known-to-all"
    known.write_text("public")
    (tmp_path / "secret").symlink_to(known)
    with pytest.raises(EngineError, match="cannot be read"):
        read_or_make(tmp_path / "secret", lambda: "ours")
    assert known.read_text() == "public"


def test_a_pipe_is_no_secret(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "secret")
    with pytest.raises(EngineError, match="remove it"):
        read_or_make(tmp_path / "secret", lambda: "ours")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_file_of_somebody_else_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("known to somebody")
    os.chown(path, 12_345, -1)
    with pytest.raises(EngineError, match="remove it"):
        read_or_make(path, lambda: "ours")


def test_a_secret_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    def fails() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_or_make(tmp_path / "secret", fails)
    assert list(tmp_path.iterdir()) == []
