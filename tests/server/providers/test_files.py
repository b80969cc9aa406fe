"""Files are kept in a directory and on a real S3 server alike."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.providers.files import Bucket, Files, FilesError, open_files, parse_files_url
from tests.server.providers.s3_server import KEY_ID, SECRET, S3Server, s3_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(running: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """With the credentials where every S3 client looks for them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    return running


@pytest.fixture(params=["directory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "directory":
        return open_files("", tmp_path / "data" / "files")
    s3: S3Server = request.getfixturevalue("s3")
    return open_files(s3.url(), tmp_path / "unused")


async def test_a_file_is_read_as_it_was_put_until_it_is_deleted(files: Files) -> None:
    assert await files.get("pictures/a.webp") is None
    await files.put("pictures/a.webp", b"\0first")
    await files.put("pictures/a.webp", b"\0second")
    await files.put("pictures/b.webp", b"")
    assert await files.get("pictures/a.webp") == b"\0second"
    assert await files.get("pictures/b.webp") == b""
    await files.delete(["pictures/a.webp", "pictures/never.webp"])
    await files.delete([])
    assert await files.get("pictures/a.webp") is None
    assert await files.get("pictures/b.webp") == b""


async def test_many_files_are_deleted_together(files: Files) -> None:
    names = [f"many/{number}" for number in range(45)]
    for name in names:
        await files.put(name, b"x")
    await files.delete([*names, "many/never"])
    assert [await files.get(name) for name in names] == [None] * len(names)


async def test_nothing_is_made_before_a_file_is_put(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "files"
    files = open_files("", directory)
    assert not directory.exists()
    await files.put("pictures/a.webp", b"x")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


async def test_files_lie_in_the_bucket_below_the_prefix(s3: S3Server, tmp_path: Path) -> None:
    await open_files(s3.url(), tmp_path / "unused").put("pictures/c.webp", b"x")
    assert (s3.directory / "school" / "pictures" / "c.webp").read_bytes() == b"x"
    assert not (tmp_path / "unused").exists()


async def test_a_store_that_refuses_says_why_and_no_secret(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url, secret, reason in (
        (s3.url(), "wrong", "SignatureDoesNotMatch"),
        (s3.url("other"), SECRET, "NoSuchBucket"),
        ("s3://kuis?endpoint=http://127.0.0.1:9&region=x", SECRET, "GenericError"),
    ):
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        files = open_files(url, tmp_path)
        with pytest.raises(FilesError) as put:
            await files.put("a", b"x")
        with pytest.raises(FilesError) as got:
            await files.get("a")
        with pytest.raises(FilesError) as deleted:
            await files.delete(["a"])
        said = [str(caught.value) for caught in (put, got, deleted)]
        assert said == [reason] * 3


async def test_a_directory_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(FilesError, match="NotADirectoryError"):
        await open_files("", tmp_path / "data" / "files").put("a", b"x")


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("s3://kuis", Bucket("kuis", "", None, None)),
        ("s3://kuis/a/b/", Bucket("kuis", "a/b", None, None)),
        (
            "s3://kuis?endpoint=https://s3.example:9000&region=eu-1",
            Bucket("kuis", "", "https://s3.example:9000", "eu-1"),
        ),
        (
            "s3://kuis?endpoint=http%3A%2F%2F10.0.0.1%3A9000",
            Bucket("kuis", "", "http://10.0.0.1:9000", None),
        ),
    ],
)
def test_a_store_is_named_by_its_address(url: str, bucket: Bucket) -> None:
    assert parse_files_url(url) == bucket
