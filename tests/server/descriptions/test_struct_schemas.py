"""The schemas of the OpenAPI document say all that the structs say."""

from typing import Any

import pytest

from server.app import create_app
from server.settings import Settings

Json = dict[str, Any]  # Any: JSON Schema


@pytest.fixture(scope="module")
def schemas() -> Json:
    """Of an application that is never asked, so that nothing has to be there."""
    app = create_app(
        Settings(database_url="postgresql+asyncpg://nowhere", redis_url="redis://nowhere")
    )
    described: Json = app.openapi_schema.to_schema()["components"]["schemas"]
    return described


def test_limits_of_what_stands_in_a_list_are_described(schemas: Json) -> None:
    goals = schemas["ProfileChange"]["properties"]["learning_goals"]
    assert (goals["maxItems"], goals["items"]["maxLength"]) == (10, 200)
    assert schemas["QuestionInput"]["properties"]["tags"]["items"]["maxLength"] == 40
    assert schemas["AnswerKey"]["properties"]["accepted"]["items"]["maxLength"] == 200


def test_a_least_value_of_nothing_is_described(schemas: Json) -> None:
    assert schemas["PreferencesChange"]["properties"]["reviews_per_day"]["minimum"] == 0


def test_every_list_names_what_it_holds(schemas: Json) -> None:
    assert schemas["QuizList"]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/QuizListItem"
    }
    for name, schema in schemas.items():
        for field, inner in schema.get("properties", {}).items():
            assert inner.get("items") != {"type": "object"}, (name, field)


def test_the_ranges_of_a_room_are_described(schemas: Json) -> None:
    players = schemas["RoomSettings"]["properties"]["max_players"]
    assert (players["minimum"], players["maximum"], players["default"]) == (1, 20_000, 2000)


def test_what_is_left_out_is_described(schemas: Json) -> None:
    question = schemas["QuestionInput"]["properties"]
    assert question["topic"]["default"] is None
    assert question["tags"]["default"] == []
    assert "default" not in schemas["ProfileChange"]["properties"]["current_level"]


def test_times_and_ids_have_their_formats(schemas: Json) -> None:
    for name, schema in schemas.items():
        for field, inner in schema.get("properties", {}).items():
            kinds = [kind for kind in inner.get("anyOf", [inner]) if kind.get("type") != "null"]
            if kinds == [{"type": "integer"}]:  # for a countdown on the server's clock
                assert not field.endswith("_at") or "in ms" in schema["description"], (name, field)
            elif field.endswith("_at"):
                assert [kind["format"] for kind in kinds] == ["date-time"], (name, field)


def test_the_tag_of_a_union_is_described(schemas: Json) -> None:
    archive = schemas["Archive"]
    assert archive["properties"]["do"] == {"type": "string", "enum": ["archive"]}
    assert archive["required"] == ["do", "questions"]
