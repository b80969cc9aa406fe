"""Loads the Lua scripts that run in Redis, each with the functions of `shared.lua` before it."""

import hashlib
from functools import cache
from importlib.resources import files

import msgspec


class Script(msgspec.Struct, frozen=True):
    source: bytes
    sha: str


@cache
def load_script(name: str) -> Script:
    source = b"".join(
        files(__package__).joinpath("scripts", f"{part}.lua").read_bytes()
        for part in ("shared", name)
    )
    return Script(source, hashlib.sha1(source, usedforsecurity=False).hexdigest())
