"""Questions as files: a preview of an import, and downloads of a quiz."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal
from uuid import UUID

import anyio.to_process
from litestar import Controller, MediaType, Response, get, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.openapi.spec.request_body import RequestBody
from litestar.params import JSONBody, QueryParameter, RawBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta, Struct

from game.errors import Detail
from game.rules.pictures import ADDRESS_PATTERN
from game.rules.questions import Problem, QuestionDraft
from game.rules.questions import problems as question_problems
from persistence.repositories import questions, quizzes
from server.actions.imports import find_pictures, preview
from server.actions.question_files import (
    StoredPicture,
    pictures_to_pack,
    read_pictures,
    store_picture,
)
from server.api.dependencies import Exports, Files, Imports, PictureUploader, SessionFactory, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.questions.many_schemas import DraftsRequest
from server.api.questions.schemas import draft_of
from server.api.rate_limits import limited_by_teacher
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn
from server.exports.files import attachment
from server.formats.all import FORMATS, NOT_CARRIED, losses, write
from server.formats.previewer import ImportPreview
from server.limits import (
    DOWNLOADS_OF_TEACHER,
    IMPORTS_OF_TEACHER,
    PICTURE_IMPORTS_OF_TEACHER,
)

FileFormat = Annotated[
    Literal["gift", "aiken", "json", "csv", "xlsx", "moodle", "qti"],
    QueryParameter(name="format"),
]
FILE_TYPE: Final = "application/octet-stream"
UPLOAD_MAX_BYTES: Final = 5 * 1024 * 1024
IMPORTS_AT_ONCE: Final = 2
STORED_AT_ONCE: Final = 5
"""Pictures of a file in a request: each takes the converter some tenths of a second."""
StandIns = Annotated[
    list[Annotated[str, Meta(pattern=f"^{ADDRESS_PATTERN}$")]],
    QueryParameter(name="address", min_items=1, max_items=STORED_AT_ONCE),
]
NO_SUCH_PICTURE: Final = Detail("", "no_such_picture", "There is no such picture in the file.")


class StoredPictures(Struct, frozen=True):
    """Each picture that was asked for."""

    pictures: list[StoredPicture]


class CheckedQuestions(Struct, frozen=True):
    """For each question why it cannot be played."""

    problems: list[list[Problem]]


class QuestionLosses(Struct, frozen=True):
    """The fields that a question loses, or only `question`: it is left out as a whole.

    `index` is its place in the quiz, from 0.
    """

    index: int
    lost: list[str]


class ExportLosses(Struct, frozen=True):
    """The questions that lose something."""

    questions: list[QuestionLosses]


@dataclass
class FileOperation(Operation):
    """Litestar describes no body that is taken as it is."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {FILE_TYPE: OpenAPIMediaType(schema=file)}
        self.request_body = RequestBody(content=content, required=True)


@dataclass
class DownloadOperation(Operation):
    """Litestar describes one type of content."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        types = {format_.media_type for format_ in FORMATS.values()}
        answer = (self.responses or {})["200"]
        if isinstance(answer, OpenAPIResponse):
            answer.content = {type_: OpenAPIMediaType(schema=file) for type_ in sorted(types)}


class ImportsController(Controller):
    path = "/imports"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="previewImport",
        operation_class=FileOperation,
        guards=[limited_by_teacher(IMPORTS_OF_TEACHER)],
        request_max_body_size=UPLOAD_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422, 429)
        | {200: ResponseSpec(ImportPreview, description="All items.", generate_examples=False)},
    )
    async def preview_import(
        self, body: RawBody, viewer: Viewer, imports: Imports
    ) -> Response[bytes]:
        """Preview the questions of a file of any format, at most 5 MB; store nothing.

        A file of more than 2,000 items is `import_too_many_items`. Other codes of files that cannot
        be read begin with `import_` too.
        """
        async with imports.of(viewer.user_id):
            items = await preview(bytes(body))
        return Response(items, media_type=MediaType.JSON)

    @post(
        "/pictures",
        operation_id="storeImportedPictures",
        operation_class=FileOperation,
        guards=[limited_by_teacher(PICTURE_IMPORTS_OF_TEACHER)],
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
        stored = {
            each.address: await store_picture(picture_uploader, viewer.user_id, each)
            for each in found
        }
        return StoredPictures(
            [
                stored.get(address) or StoredPicture(address, problem=NO_SUCH_PICTURE)
                for address in dict.fromkeys(addresses)
            ]
        )

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


class QuizFilesController(Controller):
    path = "/quizzes/{quiz_id:uuid}/export"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get(
        "/",
        operation_id="exportQuiz",
        operation_class=DownloadOperation,
        guards=[limited_by_teacher(DOWNLOADS_OF_TEACHER)],
        media_type=FILE_TYPE,
        responses=problems(401, 403, 404, 422, 429),
    )
    async def download(  # noqa: PLR0913, PLR0917  # Litestar gives each by its name
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        files: Files,
        exports: Exports,
    ) -> Response[bytes]:
        """Download the questions of a quiz as a file, without those that it cannot carry.

        Moodle XML and QTI hold up to 25 MB of their pictures too.
        """
        format_ = FORMATS[file_format]
        async with exports.of(viewer.user_id):
            title, drafts, media = await _read(session_factory, viewer, quiz_id)
            pictures = await read_pictures(files, media) if format_.pack else {}
            body = await anyio.to_process.run_sync(
                _file, file_format, drafts, pictures, cancellable=True
            )
        headers = {"Content-Disposition": attachment(title, format_.extension)}
        return Response(body, headers=headers, media_type=format_.media_type)

    @get("/losses", operation_id="getExportLosses", responses=problems(401, 403, 404, 422))
    async def show_losses(
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
    ) -> ExportLosses:
        """List what the questions of a quiz would lose in a download of this format."""
        async with exports.of(viewer.user_id):
            _, drafts, media = await _read(session_factory, viewer, quiz_id)
            lost = await anyio.to_process.run_sync(
                _losses, file_format, drafts, media, cancellable=True
            )
        return ExportLosses(lost)


async def _read(
    session_factory: SessionFactory, viewer: SignedIn, quiz_id: UUID
) -> tuple[str, list[QuestionDraft], list[str]]:
    """Title, questions, and which pictures a file may hold; the connection is given back."""
    async with session_factory() as db:
        quiz = await quizzes.get(db, viewer, quiz_id)
        drafts = [questions.draft(question) for question in quiz.questions]
        return quiz.title, drafts, await pictures_to_pack(db, drafts)


def _file(name: str, drafts: list[QuestionDraft], pictures: dict[str, bytes]) -> bytes:
    carried = [draft for draft in drafts if losses(name, draft, pictures) != [NOT_CARRIED]]
    return b"".join(write(name, carried, pictures))


def _losses(name: str, drafts: list[QuestionDraft], pictures: list[str]) -> list[QuestionLosses]:
    found = [losses(name, draft, pictures) for draft in drafts]
    return [QuestionLosses(at, lost) for at, lost in enumerate(found) if lost]
