"""Serves the pages' scripts, styles and images, from memory and under a versioned address.

Browsers may cache `/static/<version>/ui/html.js` for ever, because `version` is a hash of all
files. Modules import each other by relative paths, so versions are never mixed.
"""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler, get
from litestar.params import FromPath

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".webmanifest": "application/manifest+json",
}
"""Of files whose type does not depend on the machine's own list."""
FOR_EVER = "public, max-age=31536000, immutable"
IMPORT = re.compile(r'^(?:import|export)\s(?:[^"]*?\sfrom\s)?"(\.[^"]+)"', re.MULTILINE)
HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?")


@dataclass(frozen=True)
class StaticFile:
    media_type: str
    body: bytes

    @cached_property
    def packed(self) -> bytes | None:
        """With gzip, if that is smaller. It is packed when it is first asked for."""
        packed = gzip.compress(self.body, mtime=0)
        return packed if len(packed) < len(self.body) else None


@dataclass(frozen=True, slots=True)
class StaticFiles:
    version: str
    files: dict[str, StaticFile]

    def url(self, path: str) -> str:
        """The address of a file; a KeyError if it does not exist, so no page has a dead link."""
        self.files[path]
        return f"/static/{self.version}/{path}"

    def modules(self, entry: str) -> list[str]:
        """The module and everything that it imports, so that a page can preload them at once."""
        found: dict[str, None] = {entry: None}
        waiting = [entry]
        while waiting:
            for path in self._imports(waiting.pop()):
                if path not in found:
                    found[path] = None
                    waiting.append(path)
        return list(found)

    def _imports(self, path: str) -> Iterator[str]:
        for name in IMPORT.findall(self.files[path].body.decode()):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def read_static(root: Path = STATIC) -> StaticFiles:
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".ts")
    files = {path.relative_to(root).as_posix(): _read(path) for path in paths}
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(name.encode() + b"\0" + file.body + b"\0")
    return StaticFiles(digest.hexdigest()[:12], files)


def _read(path: Path) -> StaticFile:
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return StaticFile(media_type or "application/octet-stream", path.read_bytes())


def static_route(static: StaticFiles) -> HTTPRouteHandler:
    """The route of the files. An address of another version gets the present file, uncached."""

    @get("/static/{version:str}/{path:path}", include_in_schema=False, sync_to_thread=False)
    def static_file(
        request: Request[object, object, State], version: FromPath[str], path: FromPath[str]
    ) -> Response[bytes]:
        file = static.files.get(path.lstrip("/"))
        if file is None:
            raise NotFoundException
        takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
        packed = file.packed if takes_gzip else None
        headers = {
            "Cache-Control": FOR_EVER if version == static.version else "no-cache",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if packed is not None:
            headers["Content-Encoding"] = "gzip"
        return Response(packed or file.body, media_type=file.media_type, headers=headers)

    return static_file


def service_worker_route(static: StaticFiles) -> HTTPRouteHandler:
    """The service worker of /reviews. It is asked for at each visit, and controls no other page."""

    @get("/reviews/sw.js", include_in_schema=False, sync_to_thread=False)
    def service_worker() -> Response[bytes]:
        headers = {
            "Cache-Control": "no-cache",
            "Service-Worker-Allowed": "/reviews",
            "X-Content-Type-Options": "nosniff",
        }
        file = static.files["cards/sw.js"]
        return Response(file.body, media_type=file.media_type, headers=headers)

    return service_worker


def page_headers(host: str, *, https: bool) -> dict[str, str]:
    """The security headers of pages: own files, no inline code, HTML only through `ui/html.js`.

    Sockets are named beside 'self' because Safari before 15.4 does not include them. Over plain
    HTTP there is no opener policy: browsers ignore it and log an error on every page.
    """
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    policy = (
        "default-src 'self'",
        "img-src 'self' https: data:",
        f"connect-src 'self'{sockets}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types kuis kuis-reviews",
    )
    opener = {"Cross-Origin-Opener-Policy": "same-origin"} if https else {}
    return opener | {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "private, no-cache",
    }
