"""Request bodies: decoded strictly into the struct that a handler's `data` asks for."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, TypeVar, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from msgspec import Meta

from game.errors import Detail, Refusal
from game.rules.pictures import ADDRESS_PATTERN
from game.rules.questions.fields import URL_MAX
from game.rules.quizzes import TITLE_MAX
from server.auth.request_identity import Connection
from server.auth.sign_ins import SignedIn
from server.problems import DETAILS_MAX, finding, invalid
from server.refusals import HttpRefusal
from server.web.catalogues import LOCALE_COOKIE, choose_locale

T = TypeVar("T")

MAX_BODY_BYTES = 1024 * 1024
AT = " - at `$"  # before the path in what msgspec says
JSON = "application/json"
NAMED = re.compile(r"Object (?:missing required|contains unknown) field `(?P<name>.+)`")

Id = FromPath[UUID]
Title = Annotated[str, Meta(min_length=1, max_length=TITLE_MAX, pattern=r"\S")]
Media = Annotated[
    str,
    Meta(
        max_length=URL_MAX,
        pattern=rf"^(https?://[^\s/?#\\]+[^\s\\]*|{ADDRESS_PATTERN})$(?!\n)",
    ),
]
"""Where a picture is: on the web, or an uploaded one."""


def changes_in(data: msgspec.Struct) -> dict[str, object]:
    """The fields of a change that were sent."""
    fields = msgspec.structs.asdict(data)
    return {name: value for name, value in fields.items() if value is not msgspec.UNSET}


class NotJson(HttpRefusal):
    status = 415


class KuisRequest(Request[SignedIn, str, State]):
    """Decodes bodies strictly, and reports all faults of a body.

    Litestar would accept "5" as a number, and report the first fault only.
    """

    async def body(self) -> bytes:
        try:
            return await super().body()
        except InternalServerException:  # what Litestar raises when the client has left
            raise Refusal("client_gone", "The request ended before its body did.") from None

    async def json(self) -> Any:  # noqa: ANN401  # whatever the handler's `data` is
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        body = await self.body()
        # Any other type (or none) can be sent from foreign pages without asking this server first.
        if self.content_type[0].lower() != JSON:
            raise NotJson("unsupported_media_type", f"Send JSON, with the Content-Type {JSON}.")
        return decode(body, wanted)


def locale_of(request: KuisRequest) -> str:
    """The language of the client, chosen as for pages."""
    return choose_locale(
        request.cookies.get(LOCALE_COOKIE), request.headers.get("accept-language", "")
    )


async def without_nul(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard against NUL in query parameters, because PostgreSQL cannot store it in text.

    `decode` does the same for bodies.
    """
    given = connection.query_params.multi_items()
    if names := [name for name, value in given if "\0" in f"{name}{value}"]:
        raise invalid([_nul(name) for name in names])


def decode(body: bytes, wanted: type[T]) -> T:
    """The body as `wanted`.

    Raises:
        Refusal: `malformed_json`, or `invalid` with every fault of the outermost object.
    """
    raw = _parse(body)
    wanted = _alternative(raw, wanted)
    try:
        value = msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        raise invalid(_faults(raw, wanted) or [_detail("", str(error))]) from None
    except RecursionError:
        raise _malformed("The JSON is nested too deeply.") from None
    # Only after conversion, which has bounded the size.
    if b"\\u0000" in body and (paths := list(islice(_paths_of_nul(raw), DETAILS_MAX))):
        raise invalid([_nul(path) for path in paths])
    return value


def _parse(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _malformed("The body is not valid JSON in UTF-8.") from None
    except RecursionError:
        raise _malformed("The JSON is nested too deeply.") from None


def _nul(path: str) -> Detail:
    return Detail(path, "bad_character", "A NUL character cannot be stored.")


def _malformed(message: str) -> Refusal:
    return Refusal("malformed_json", message)


def _paths_of_nul(raw: object) -> Iterator[str]:
    waiting: list[tuple[str, object]] = [("", raw)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                yield path
        elif isinstance(value, dict):
            waiting += [(_join(path, key), inner) for key, inner in value.items()]
            waiting += [(path, key) for key in value]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", inner) for index, inner in enumerate(value)]


def _faults(raw: object, wanted: type) -> list[Detail]:
    """The faults field by field, so that a form can show many of them at once."""
    structs = _structs_of(wanted)
    if len(structs) != 1 or not isinstance(raw, dict):
        return []
    [struct] = structs
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    known = {*fields, struct.__struct_config__.tag_field}
    unknown = islice((name for name in raw if name not in known), DETAILS_MAX)
    faults = [finding(name, f"Object contains unknown field `{name}`") for name in unknown]
    for name, field in fields.items():
        if name not in raw and field.required:
            faults.append(finding(name, f"Object missing required field `{name}`"))
        elif name in raw and (fault := _fault(name, raw[name], field.type)):
            faults.append(fault)
    return faults


def _alternative(raw: object, wanted: Any) -> Any:  # noqa: ANN401  # an annotation
    """Of structs with tags the one that `raw` is tagged as.

    Without a tag it is the one that has `has_default_tag`.
    """
    structs = _structs_of(wanted)
    if len(structs) > 1 and isinstance(raw, dict):
        for struct in structs:
            config = struct.__struct_config__
            default = config.tag if getattr(struct, "has_default_tag", False) else None
            if raw.get(config.tag_field, default) == config.tag:
                return struct
    return wanted


def _structs_of(wanted: Any) -> list[type[msgspec.Struct]]:  # noqa: ANN401  # an annotation
    """The structs in `Struct`, `Struct | None`, a union or an annotated one."""
    kinds = (wanted, *(get_args(wanted) if get_origin(wanted) is not None else ()))
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]


def _fault(name: str, value: object, wanted: Any) -> Detail | None:  # noqa: ANN401  # an annotation
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        return _detail(name, str(error))
    return None


def _detail(prefix: str, text: str) -> Detail:
    # Without a pattern, because the text may quote input that was made to be slow to match.
    message, _, path = text.rpartition(AT) if text.endswith("`") and AT in text else (text, "", "")
    path = (prefix + path.removesuffix("`")).lstrip(".")
    if named := NAMED.fullmatch(message):
        path = _join(path, named["name"])
    return finding(path, message)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
