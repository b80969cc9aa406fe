"""Our own JSON: an object with a list of questions, which have all their fields."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from game.errors import Invalid
from game.rules.questions import AcceptedAnswers, ChoiceDraft, NumericKey, QuestionDraft
from server.formats.items import (
    ITEM_MAX_CHARACTERS,
    BadItemError,
    ImportedItem,
    Place,
    Source,
    bad_value,
    refused,
    taken,
)
from server.formats.texts import read_text
from server.formats.tidy import LENIENCY, tidied

FORMAT = "kuis-questions"
VERSION = 1
NUL = b"\\u0000"
FIELDS = set(QuestionDraft.__struct_fields__)
OPTION_FIELDS = {*LENIENCY, "multiple"}
KEY_FIELDS = {*AcceptedAnswers.__struct_fields__, *NumericKey.__struct_fields__}
CHOICE_FIELDS = {*ChoiceDraft.__struct_fields__, "id"}


class _File(Struct):
    questions: list[msgspec.Raw]


def read(source: Source) -> Iterator[ImportedItem]:
    """The questions of a file, or of a quiz as the API answers it.

    Raises:
        Invalid: `import_bad_json`.
    """
    for number, raw in enumerate(_questions(read_text(source)), 1):
        place = Place("item", number)
        try:
            yield _item(place, memoryview(raw).tobytes())
        except BadItemError as error:
            yield refused(place, error)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with all fields that are set, one in a line."""
    yield f'{{"format":"{FORMAT}","version":{VERSION},"questions":['.encode()
    separator = b"\n"
    for question in questions:
        fields = msgspec.to_builtins(msgspec.structs.replace(question, id=None, source_id=None))
        yield separator + msgspec.json.encode(
            {name: value for name, value in fields.items() if value not in (None, (), [], {})}
        )
        separator = b",\n"
    yield b"\n]}\n"


def _questions(text: str) -> list[msgspec.Raw]:
    """The questions as bytes, so that one after the other is decoded."""
    try:
        if text.lstrip().startswith("["):
            return msgspec.json.decode(text, type=list[msgspec.Raw])
        return msgspec.json.decode(text, type=_File).questions
    except (msgspec.DecodeError, RecursionError):
        message = "The file is not JSON with a list of questions."
        raise Invalid("import_bad_json", message) from None


def _item(place: Place, raw: bytes) -> ImportedItem:
    if len(raw) > ITEM_MAX_CHARACTERS:
        raise BadItemError("item_too_long", "This item is too long to be a question.")
    if NUL in raw:
        raise BadItemError("bad_character", "A NUL character cannot be stored.")
    try:
        fields = msgspec.json.decode(raw, type=dict[str, Any])  # Any: JSON, checked below
        for own in ("id", "source_id"):
            fields.pop(own, None)
        draft = msgspec.convert(fields, QuestionDraft)
    except msgspec.ValidationError as error:
        raise bad_value(error) from None
    except (msgspec.DecodeError, RecursionError):
        raise BadItemError("bad_value", "This is not a question in JSON.") from None
    return taken(place, tidied(draft), ["unknown_field"] if _has_unknown(fields) else [])


def _has_unknown(fields: dict[str, Any]) -> bool:
    """Whether there are other fields than those of questions; the types are checked already."""
    return bool(
        fields.keys() - FIELDS
        or fields.get("options", {}).keys() - OPTION_FIELDS
        or (fields.get("answer_key") or {}).keys() - KEY_FIELDS
        or any(choice.keys() - CHOICE_FIELDS for choice in fields.get("choices", ()))
    )
