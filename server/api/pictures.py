"""Pictures over HTTP: accounts upload them, and everybody who knows an address can see them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, Schema
from litestar.openapi.spec.request_body import RequestBody
from litestar.params import RawBody
from msgspec import Struct

from game.errors import NotFound
from game.rules.pictures import UPLOAD_MAX_BYTES, address, file_names
from server.api.dependencies import FileCache, PictureUploader, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id
from server.auth.request_identity import signed_in
from server.limits import PICTURES_OF_ACCOUNT

TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",  # pages of ALLOWED_ORIGINS show them too
    "X-Content-Type-Options": "nosniff",
}


class PictureOutput(Struct, frozen=True):
    """`address` is for `media` of questions, choices and notes; `address` + `/small` for phones."""

    id: UUID
    address: str
    width: int
    height: int


@dataclass
class UploadOperation(Operation):
    """Litestar describes no body that is taken as it is."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            content={type_: OpenAPIMediaType(schema=file) for type_ in TYPES}, required=True
        )


class PicturesController(Controller):
    path = "/pictures"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="uploadPicture",
        operation_class=UploadOperation,
        guards=[limited_by_account(PICTURES_OF_ACCOUNT)],
        request_max_body_size=UPLOAD_MAX_BYTES,
        responses=problems(401, 403, 409, 415, 422, 429),
    )
    async def upload(
        self, body: RawBody, viewer: Viewer, picture_uploader: PictureUploader
    ) -> PictureOutput:
        """Upload a picture as it is, at most 5 MB; JPEG, PNG, WebP or GIF, as its content says.

        It is scaled to at most 1600 pixels and loses its metadata. `unsupported_picture`,
        `broken_picture`, `too_many_pixels`; `picture_space_full`, above 500 MB of one account;
        `too_many_uploads` at the same time.
        """
        picture = await picture_uploader.add(viewer.user_id, body)
        return PictureOutput(picture.id, address(picture.id), picture.width, picture.height)


@get("/pictures/{picture_id:uuid}", name="picture", include_in_schema=False)
async def show_picture(picture_id: Id, file_cache: FileCache) -> Response[bytes]:
    large, _ = file_names(picture_id)
    return await _shown(file_cache, large)


@get("/pictures/{picture_id:uuid}/small", name="picture.small", include_in_schema=False)
async def show_small_picture(picture_id: Id, file_cache: FileCache) -> Response[bytes]:
    _, small = file_names(picture_id)
    return await _shown(file_cache, small)


async def _shown(file_cache: FileCache, name: str) -> Response[bytes]:
    content = await file_cache.get(name)
    if content is None:
        raise NotFound("not_found", "There is no such picture.")
    return Response(content, media_type="image/webp", headers=HEADERS)
