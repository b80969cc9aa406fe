"""A real server that speaks S3 (rclone's), with a bucket in a directory."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.conftest import wait_for

KEY_ID, SECRET = "somebody", "hush-hush-hush"
BUCKET = "kuis"


class S3Server(msgspec.Struct, frozen=True):
    port: int
    directory: Path
    """Of the bucket's files, by their names."""
    process: subprocess.Popen[bytes]

    def url(self, bucket: str = BUCKET) -> str:
        return f"s3://{bucket}/school?endpoint=http://127.0.0.1:{self.port}&region=us-east-1"

    def is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def s3_server(directory: Path) -> Iterator[S3Server]:
    (directory / BUCKET).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    rclone = shutil.which("rclone", path=str(Path(sys.executable).parent))
    assert rclone is not None
    with subprocess.Popen(  # noqa: S603  # installed beside our interpreter
        [
            *(rclone, "serve", "s3", "--config", "/dev/null", "--vfs-cache-mode", "off"),
            *("--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY_ID},{SECRET}", str(directory)),
        ],
        stderr=subprocess.DEVNULL,
    ) as process:
        server = S3Server(port, directory / BUCKET, process)
        try:
            wait_for(server.is_up, "the S3 server to start")
            yield server
        finally:
            process.kill()
