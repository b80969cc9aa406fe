"""The types and limits that are generated from the OpenAPI document are complete and not stale."""

import pytest

from server.descriptions import api_types
from server.descriptions.limits import limits_module
from server.descriptions.typescript import Json


def test_what_is_made_for_the_pages_is_not_stale() -> None:
    stale = [path.name for path, text in api_types.generated().items() if path.read_text() != text]
    assert stale == [], "run: python -m server.descriptions.api_types --write"


def test_every_route_that_answers_json_is_typed() -> None:
    document = api_types.document()
    routes = api_types.declarations(document).partition("interface Routes")[2]
    for path in document["paths"]:
        is_file = path.endswith((".csv", ".xlsx", ".svg", "/export", "/file"))
        wanted = path.startswith("/api/") and not is_file
        assert (f'"{path}": {{ takes: ' in routes) == wanted, path


def test_arguments_are_needed_where_the_route_needs_them() -> None:
    def takes(**operation: object) -> str:
        answer: Json = {"responses": {"204": {}, "404": {"content": {}}}}
        document = {
            "components": {"schemas": {}},
            "paths": {"/api/a/{id}": {"post": operation | answer}},
        }
        return api_types.declarations(document)

    of_path = {"name": "id", "in": "path", "schema": {"type": "string"}}
    of_query = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    body: Json = {"content": {"application/json": {"schema": {"$ref": "#/New"}}}}
    file: Json = {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
    no_body = {"anyOf": [{"$ref": "#/New"}, {"type": "null"}]}
    maybe: Json = {"content": {"application/json": {"schema": no_body}}}
    assert "takes: []; answers: null" in takes()
    assert "takes: [given?: { query?: { page?: number } }];" in takes(parameters=[of_query])
    assert "[given: { path: { id: string }; query?: " in takes(parameters=[of_query, of_path])
    assert "takes: [given: { body: New }];" in takes(requestBody=body)
    assert "takes: [given: { body: Blob }];" in takes(requestBody=file)
    assert "takes: [given?: { body?: New | null }];" in takes(requestBody=maybe)


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "string", "maxLength": 9, "minLength": 1}, "{ minLength: 1, maxLength: 9 }"),
        ({"anyOf": [{"type": "integer", "maximum": 5.0}, {"type": "null"}]}, "{ maximum: 5 }"),
        ({"maxItems": 3, "items": {"maxLength": 4}}, "{ maxItems: 3, items: { maxLength: 4 } }"),
        ({"$ref": "#/components/schemas/Kind"}, '{ enum: ["a", "b"] }'),
        ({"type": "integer", "default": 0}, "{ default: 0 }"),
    ],
)
def test_limits_are_those_of_the_schema(schema: Json, written: str) -> None:
    document = {
        "components": {
            "schemas": {
                "New": {"properties": {"field": schema, "free": {"type": "string"}}},
                "Kind": {"enum": ["a", "b"]},
                "Answered": {"properties": {"field": {"maxLength": 1}}},
            }
        },
        "paths": {
            "/api/a": {
                "post": {
                    "operationId": "makeA",
                    "requestBody": {"schema": {"$ref": "#/components/schemas/New"}},
                    "responses": {"200": {"$ref": "#/components/schemas/Answered"}},
                }
            }
        },
    }
    made = limits_module(document, "made.by")
    assert f"  New: {{\n    field: {written},\n  }},\n" in made
    assert "Answered" not in made
