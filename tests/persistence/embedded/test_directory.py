"""The data directory: its owner, its lock and its paths."""

from pathlib import Path

import pytest

from persistence.embedded import DataDirectory, EngineError
from persistence.embedded.directory import LOCK, LONGEST_SOCKET_NAME, MARK, SOCKET_PATH_BYTES


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data")


def test_claim_makes_the_directory_and_release_gives_it_free(directory: DataDirectory) -> None:
    assert not directory.in_use()
    directory.claim()
    assert directory.in_use()
    assert directory.sockets.stat().st_mode & 0o777 == 0o700
    directory.release()
    assert not directory.in_use()
    directory.claim()
    directory.release()


@pytest.mark.parametrize("name", [LOCK, MARK])
def test_a_link_is_not_written_through(directory: DataDirectory, name: str) -> None:
    """Whoever may write to the directory could lead it to another file of ours."""
    other = directory.path.parent / "other"
    directory.claim()
    directory.release()
    (directory.path / name).unlink()
    (directory.path / name).symlink_to(other)
    if name == LOCK:
        other.write_text("dear to us")
    with pytest.raises(EngineError):
        directory.claim()
    assert not other.exists() or other.read_text() == "dear to us"


def test_a_directory_with_other_files_is_refused_and_left_alone(directory: DataDirectory) -> None:
    directory.path.mkdir()
    (directory.path / "thesis.doc").touch()
    with pytest.raises(EngineError, match="holds files that are not Kuis's"):
        directory.claim()
    assert [path.name for path in directory.path.iterdir()] == ["thesis.doc"]


def test_a_directory_in_use_is_refused_with_the_holder(directory: DataDirectory) -> None:
    directory.claim()
    with pytest.raises(EngineError, match=r"in use by another Kuis \(process \d+\)"):
        DataDirectory(directory.path).claim()
    directory.release()


def test_a_file_in_its_place_is_one_line(directory: DataDirectory) -> None:
    directory.path.touch()
    with pytest.raises(EngineError, match="cannot be used: File exists"):
        directory.claim()


@pytest.mark.parametrize("name", ["deep/" * 30 + "data", "with space", "50%", "a,b?c#d"])
def test_a_path_that_a_socket_cannot_have_gets_another_place_for_sockets(
    tmp_path: Path, name: str
) -> None:
    directory = DataDirectory(tmp_path / name)
    assert directory.path not in directory.sockets.parents
    assert len(str(directory.sockets / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_BYTES
    assert directory.sockets == DataDirectory(tmp_path / name).sockets
    assert directory.sockets != DataDirectory(tmp_path / f"{name}2").sockets


def test_a_place_for_sockets_that_is_somebody_elses_is_refused(
    directory: DataDirectory, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(EngineError, match="belongs to another user"):
        directory.private(tmp_path / "link")
