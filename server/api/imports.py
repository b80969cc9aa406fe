"""Imports of questions from files: previews, what they store, and pictures inside of files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, ClassVar, Final, Literal, get_args
from uuid import UUID

import msgspec
from litestar import Controller, MediaType, Response, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
)
from litestar.openapi.spec.request_body import RequestBody
from litestar.params import FromQuery, JSONBody, QueryParameter, RawBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta, Struct

from game.errors import Detail
from game.rules.pictures import ADDRESS_PATTERN
from game.rules.questions import Problem
from game.rules.questions import problems as question_problems
from game.rules.quizzes import TITLE_MAX
from server.actions.imports import (
    as_json,
    find_pictures,
    find_taken_pictures,
    preview_file,
    taken,
    with_stored_pictures,
)
from server.actions.question_files import StoredPicture, store_picture
from server.actions.questions.additions import Addition, Into, add
from server.api import forms
from server.api.dependencies import (
    Imports,
    Limits,
    PictureUploader,
    SessionFactory,
    Viewer,
    Writing,
)
from server.api.openapi import SIGNED_IN, problems
from server.api.questions.many_schemas import DraftsRequest
from server.api.questions.schemas import draft_of
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import KuisRequest, Title, decode
from server.auth.request_identity import teachers_only
from server.formats.pictures import Picture
from server.formats.previewer import ImportPreview
from server.limits import IMPORTS_OF_TEACHER, PICTURE_IMPORTS_OF_TEACHER
from server.problems import invalid

ImportFormat = Annotated[
    Literal["gift", "aiken", "json", "csv", "xlsx", "moodle", "qti", "kahoot", "quizizz"] | None,
    QueryParameter(name="format"),
]
FILE_TYPE: Final = "application/octet-stream"
UPLOAD_MAX_BYTES: Final = 5 * 1024 * 1024
FORM_MAX_BYTES: Final = UPLOAD_MAX_BYTES + 16 * 1024
IMPORTS_AT_ONCE: Final = 2
UNTITLED: Final = "Import"
STORED_AT_ONCE: Final = 5
"""Pictures of a file in a request: each takes the converter some tenths of a second."""
StandIns = Annotated[
    list[Annotated[str, Meta(pattern=f"^{ADDRESS_PATTERN}$")]],
    QueryParameter(name="address", min_items=1, max_items=STORED_AT_ONCE),
]
NO_SUCH_PICTURE: Final = Detail("", "no_such_picture", "There is no such picture in the file.")


class ImportTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """Where questions go: the quiz or set with this id, or a new one with this title.

    Without a title it is called like the file. Without `into` nothing is stored.
    """

    into: Into | None = None
    id: UUID | None = None
    title: Title | None = None


class ImportOutput(ImportPreview, frozen=True, kw_only=True):
    """With `stored` the questions that were taken are where they were to go."""

    stored: Addition | None = None


class StoredPictures(Struct, frozen=True):
    """Each picture that was asked for."""

    pictures: list[StoredPicture]


class CheckedQuestions(Struct, frozen=True):
    """For each question why it cannot be played."""

    problems: list[list[Problem]]


@dataclass
class FileOperation(Operation):
    """Litestar describes no body that is taken as it is."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {FILE_TYPE: OpenAPIMediaType(schema=file)}
        self.request_body = RequestBody(content=content, required=True)


@dataclass
class FileFormOperation(FileOperation):
    """The file can be in a form, too, with further fields."""

    FIELDS: ClassVar[Mapping[str, Reference | Schema]]

    def __post_init__(self) -> None:
        super().__post_init__()
        properties: dict[str, Reference | Schema] = {
            "file": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY),
            **self.FIELDS,
        }
        form = Schema(type=OpenAPIType.OBJECT, properties=properties, required=["file"])
        if isinstance(self.request_body, RequestBody):
            self.request_body.content[forms.FORM] = OpenAPIMediaType(schema=form)


class ImportOperation(FileFormOperation):
    FIELDS: ClassVar[Mapping[str, Reference | Schema]] = {
        "into": Schema(type=OpenAPIType.STRING, enum=list(get_args(Into))),
        "id": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
        "title": Schema(type=OpenAPIType.STRING, max_length=TITLE_MAX),
    }


class ImportsController(Controller):
    path = "/imports"
    tags = ["questions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="importFile",
        operation_class=ImportOperation,
        guards=[limited_by_account(IMPORTS_OF_TEACHER)],
        request_max_body_size=FORM_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429)
        | {200: ResponseSpec(ImportOutput, description="All items.", generate_examples=False)},
    )
    async def import_file(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        body: RawBody,
        viewer: Viewer,
        imports: Imports,
        picture_uploader: PictureUploader,
        session_factory: SessionFactory,
        writing: Writing,
        limits: Limits,
        file_format: ImportFormat = None,
        preview: FromQuery[bool] = False,
    ) -> Response[bytes]:
        """Read the questions of a file of at most 5 MB, and store those that are taken.

        Send a form with the `file` and `into`: `bank`, `set` or `quiz`. With `preview=true` nothing
        is stored, and the file may be the body. The format is found by the content if it is not
        given. A file of more than 2,000 items is `import_too_many_items`, one with more than 25
        pictures cannot be stored at once. Other codes of files that cannot be read begin with
        `import_` too; `quiz_full`, `set_full`.
        """
        form = form_of(request, bytes(body))
        target = decode(msgspec.json.encode(form.fields), ImportTarget)
        if not preview and target.into is None:
            raise invalid([Detail("into", "missing", "Say into what, or ask for a preview.")])
        async with imports.of(viewer.user_id):
            found = await preview_file(form.file, file_format)
            if preview or target.into is None:
                return Response(as_json(found), media_type=MediaType.JSON)
            pictures = await find_taken_pictures(found.items, form.file)
        # Others may read their files meanwhile: each picture takes some tenths of a second.
        items = await with_stored_pictures(found.items, pictures, picture_uploader, viewer.user_id)
        drafts = await taken(items)
        title = target.title or title_of(form.name)
        async with writing.of(viewer.user_id), session_factory.begin() as db:
            stored = await add(db, limits, viewer, drafts, target.into, target.id, title)
        answer = as_json(msgspec.structs.replace(found, items=items), stored=stored)
        return Response(answer, media_type=MediaType.JSON)

    @post(
        "/pictures",
        operation_id="storeImportedPictures",
        operation_class=FileOperation,
        guards=[limited_by_account(PICTURE_IMPORTS_OF_TEACHER)],
        request_max_body_size=UPLOAD_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 409, 422, 429),
    )
    async def store_pictures(
        self,
        addresses: StandIns,
        body: RawBody,
        viewer: Viewer,
        imports: Imports,
        picture_uploader: PictureUploader,
    ) -> StoredPictures:
        """Store pictures of a file that was previewed: send it again, with up to 5 addresses.

        Each is answered with `uploaded`, the address that takes its place in the drafts, or with
        a `problem`: `no_such_picture`, `unsupported_picture`, `broken_picture`, `too_many_pixels`.
        """
        async with imports.of(viewer.user_id):
            found = await find_pictures(bytes(body), addresses)
        return await store_found(picture_uploader, viewer.user_id, found, addresses)

    @post(
        "/check",
        operation_id="checkQuestions",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422),
        sync_to_thread=False,
    )
    def check(self, data: JSONBody[DraftsRequest]) -> CheckedQuestions:
        """Say why questions cannot be played, after drafts of a preview were mended."""
        return CheckedQuestions(
            [question_problems(draft_of(question)) for question in data.questions]
        )


async def store_found(
    uploader: PictureUploader, owner_id: UUID, found: Iterable[Picture], addresses: Iterable[str]
) -> StoredPictures:
    """Store pictures that were found in a file, and answer for each address."""
    stored = {each.address: await store_picture(uploader, owner_id, each) for each in found}
    return StoredPictures(
        [
            stored.get(address) or StoredPicture(address, problem=NO_SUCH_PICTURE)
            for address in dict.fromkeys(addresses)
        ]
    )


def form_of(request: KuisRequest, body: bytes) -> forms.Form:
    """The form that was sent, or the file as a form without other fields."""
    kind, parameters = request.content_type
    if kind.lower() == forms.FORM:
        return forms.read(body, parameters.get("boundary", ""))
    return forms.Form(body, "", {})


def title_of(name: str) -> str:
    """The name of a file as a title."""
    return as_title(PurePath(name).stem)


def as_title(text: str) -> str:
    """A title without what nobody sees and the database cannot store."""
    return "".join(filter(str.isprintable, text)).strip()[:TITLE_MAX].strip() or UNTITLED
