"""What is made from the structs is up to date and says all."""

import json
from typing import get_args

import pytest

from server.live import asyncapi, protocol
from server.live.error_codes import CLOSE_MEANING, ERROR_MEANING, CloseCode, ErrorCode


def test_declarations_and_tables_are_not_stale() -> None:
    stale = [path.name for path, text in asyncapi.generated().items() if path.read_text() != text]
    assert stale == [], "run: python -m server.live.asyncapi --write"


def test_every_code_has_its_meaning() -> None:
    assert set(ERROR_MEANING) == set(ErrorCode)
    assert set(CLOSE_MEANING) == set(CloseCode)


def test_every_message_is_in_the_document_and_every_reference_leads_somewhere() -> None:
    document = json.loads(json.dumps(asyncapi.document()))
    messages = document["components"]["messages"]
    structs = {*get_args(protocol.FromClient), *get_args(protocol.ToClient)}
    assert {struct.__name__ for struct in structs} == set(messages)
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_page_names_every_message_and_code() -> None:
    page = asyncapi.PAGE.read_text()
    types = {
        str(struct.__struct_config__.tag)
        for struct in (*get_args(protocol.FromClient), *get_args(protocol.ToClient))
    }
    assert [name for name in {*types, *ErrorCode} if f"`{name}`" not in page] == []
    assert [code for code in CloseCode if f"`{code.value}`" not in page] == []


def test_the_command_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert asyncapi.main([]) == 0
    assert json.loads(capsys.readouterr().out)["asyncapi"] == "3.0.0"
    assert asyncapi.main(["--check"]) == 0


def references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["$ref"])} if "$ref" in part else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()
