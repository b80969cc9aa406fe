"""Forms with a file (`multipart/form-data`)."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from msgspec import Struct
from multipart import MultipartError, MultipartParser, MultipartPart

from game.errors import Detail, Refusal
from server.problems import invalid

FORM: Final = "multipart/form-data"
PARTS_MAX: Final = 8


class Form(Struct, frozen=True):
    """The field `file` with its name, and the other fields."""

    file: bytes
    name: str
    fields: Mapping[str, str]


def read(body: bytes, boundary: str) -> Form:
    """The parts of a form.

    Raises:
        Refusal: `malformed_form`; or `invalid`, because it has no file or a field twice.
    """
    parser = MultipartParser(
        BytesIO(body),
        boundary,
        len(body),
        strict=True,
        part_limit=PARTS_MAX,
        memory_limit=len(body),
        spool_limit=len(body),
    )
    try:
        parts: dict[str, MultipartPart] = {}
        for part in parser:
            if part.name in parts:
                raise invalid([Detail(part.name, "repeated", "Send this field only once.")])
            parts[part.name] = part
        if "file" not in parts:
            raise invalid([Detail("file", "missing", "This field is missing.")])
        file = parts.pop("file")
        fields = {name: part.raw.decode() for name, part in parts.items()}
        return Form(file.raw, file.filename or "", fields)
    except (MultipartError, UnicodeError):
        raise Refusal("malformed_form", "The form cannot be read.") from None
