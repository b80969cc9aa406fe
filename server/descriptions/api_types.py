"""Generates the TypeScript types of the API's routes, and the module with the limits of fields.

`python -m server.descriptions.api_types --write` makes both files from the OpenAPI document;
`--check` says whether they are stale.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from server.api.forms import FORM
from server.app import create_app
from server.descriptions.generated_files import ROOT, update
from server.descriptions.limits import limits_module
from server.descriptions.typescript import Json, declaration, type_of
from server.settings import Settings

UI = ROOT / "server/web/static/ui"
MODULE = "server.descriptions.api_types"
HEAD = f"""\
// What the API takes and answers. Made by `python -m {MODULE} --write` from
// the structs in server/api: change those, not this.
"""
API = """\
type Taken<Route> = Route extends { takes: infer Given extends unknown[] } ? Given : never;
type Answer<Route> = Route extends { answers: infer Answered } ? Answered : never;

/** See api.js. */
export type Api = <Method extends keyof Routes, Path extends keyof Routes[Method] & string>(
  method: Method,
  path: Path,
  ...given: Taken<Routes[Method][Path]>
) => Promise<Answer<Routes[Method][Path]>>;
"""


def generated() -> dict[Path, str]:
    described = document()
    return {
        UI / "api-types.d.ts": declarations(described),
        UI / "limits.js": limits_module(described, MODULE),
    }


@cache
def document() -> Json:
    """The OpenAPI document. Nothing connects, but the addresses must be valid."""
    app = create_app(Settings(database_url="postgresql://", redis_url="unix://"))
    described: Json = app.openapi_schema.to_schema()
    return described


def declarations(described: Json) -> str:
    """The schemas, then the parameters and responses of each route, by method and path."""
    schemas: Json = described["components"]["schemas"]
    paths: Json = described["paths"]
    methods = sorted({method for operations in paths.values() for method in operations})
    routes = "".join(_routes(method, paths) for method in methods)
    return "\n".join(
        [
            HEAD,
            *(declaration(name, schema) for name, schema in sorted(schemas.items())),
            f"export interface Routes {{\n{routes}}}\n",
            API,
        ]
    )


def _routes(method: str, paths: Json) -> str:
    operations = {
        path: paths[path][method]
        for path in sorted(paths)
        if path.startswith("/api/") and method in paths[path]
    }
    routes = "".join(
        f'    "{path}": {{ takes: {_takes(operation)}; answers: {answer} }};\n'
        for path, operation in operations.items()
        if (answer := _answers(operation))
    )
    return f"  {method.upper()}: {{\n{routes}  }};\n"


def _takes(operation: Json) -> str:
    """The argument after method and path: none, an optional or a required object."""
    fields = [*_parameters(operation, "path"), *_parameters(operation, "query")]
    if body := operation.get("requestBody"):
        contents = body["content"].items()
        [taken] = {type_of(content["schema"]) for kind, content in contents if kind != FORM}
        fields.append(f"body{'?' if 'null' in taken else ''}: {taken}")
    if not fields:
        return "[]"
    needed = any("?:" not in field.partition(" ")[0] for field in fields)
    return f"[given{'' if needed else '?'}: {{ {'; '.join(fields)} }}]"


def _parameters(operation: Json, place: str) -> Iterator[str]:
    found = sorted(
        (each for each in operation.get("parameters", ()) if each["in"] == place),
        key=lambda each: str(each["name"]),
    )
    if not found:
        return
    optional = "?" if place == "query" else ""
    inner = "; ".join(f"{each['name']}{optional}: {type_of(each['schema'])}" for each in found)
    yield f"{place}{optional}: {{ {inner} }}"


def _answers(operation: Json) -> str:
    """The type of the response; empty for files, to which pages link."""
    [done] = [each for status, each in operation["responses"].items() if status < "300"]
    content: Json | None = done.get("content")
    if not content:
        return "null"
    return type_of(content["application/json"]["schema"]) if "application/json" in content else ""


if __name__ == "__main__":
    sys.exit(update(generated(), sys.argv[1:], MODULE))
