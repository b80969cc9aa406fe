"""Pictures over HTTP: teachers upload them, and everybody who knows an address sees them."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from PIL import Image
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from game.errors import Unavailable
from game.rules.pictures import ADDRESS_PATTERN, UPLOAD_MAX_BYTES
from persistence.database import SessionFactory
from server.actions import pictures as action
from server.actions.pictures import PictureUploader
from server.api.request_bodies import MAX_BODY_BYTES
from server.app import create_app
from server.images import conversion
from server.images.outcomes import Converted
from server.limits import PICTURES_OF_ACCOUNT
from server.providers.files import open_files
from server.settings import Settings
from tests.pictures import decoded, encoded, plain
from tests.server.api.conftest import Person, connect, faults, problem

Json = dict[str, Any]  # Any: JSON


async def upload(person: Person, content: bytes, type_: str = "image/png") -> httpx.Response:
    headers = {"Content-Type": type_}
    return await person.client.post("/api/pictures", content=content, headers=headers)


async def uploaded(person: Person, content: bytes) -> Json:
    answer = await upload(person, content)
    assert answer.status_code == 201, answer.text
    picture: Json = answer.json()
    return picture


@pytest.fixture
async def anybody(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a sign-in."""
    async with connect(app) as client:
        yield client


async def test_everybody_sees_what_a_teacher_uploads(
    teacher: Person, anybody: httpx.AsyncClient
) -> None:
    picture = await uploaded(teacher, plain(2000, 1000))
    assert re.fullmatch(ADDRESS_PATTERN, picture["address"])
    assert (picture["width"], picture["height"]) == (1600, 800)
    for address, size in (
        (picture["address"], (1600, 800)),
        (picture["address"] + "/small", (800, 400)),
    ):
        shown = await anybody.get(address)
        assert shown.status_code == 200
        assert decoded(shown.content).size == size
        assert shown.headers["content-type"] == "image/webp"
        assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert shown.headers["x-content-type-options"] == "nosniff"


async def test_a_photo_may_be_larger_than_other_bodies(teacher: Person) -> None:
    photo = encoded(Image.effect_noise((1500, 1500), 99).convert("RGB"), "JPEG", quality=95)
    assert MAX_BODY_BYTES < len(photo) < UPLOAD_MAX_BYTES
    assert (await upload(teacher, photo, "image/jpeg")).status_code == 201


async def test_its_content_says_what_a_file_is(teacher: Person) -> None:
    gif = encoded(Image.new("RGB", (9, 9)), "GIF")
    for type_ in ("image/png", "image/svg+xml", "application/octet-stream", "text/html"):
        assert (await upload(teacher, gif, type_)).status_code == 201


async def test_ids_tell_neither_order_nor_anything_else(teacher: Person) -> None:
    """The pictures of an ordering question are uploaded in the right order."""
    colours = ("red", "green", "blue", "white", "black", "grey", "brown", "pink")
    ids = [(await uploaded(teacher, plain(colour=colour)))["id"] for colour in colours]
    assert {id_[14] for id_ in ids} == {"4"}, "of random UUIDs"
    assert ids != sorted(ids)


async def test_the_same_file_is_the_same_picture(teacher: Person, other_teacher: Person) -> None:
    first = await uploaded(teacher, plain())
    assert await uploaded(teacher, plain()) == first
    assert (await uploaded(other_teacher, plain()))["id"] != first["id"]
    at_once = await asyncio.gather(*(uploaded(teacher, plain(colour="blue")) for _ in range(3)))
    assert len({picture["id"] for picture in at_once}) == 1


async def test_what_is_no_picture_is_refused_with_a_reason(teacher: Person) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert problem(await upload(teacher, svg)) == (415, "unsupported_picture")
    assert problem(await upload(teacher, b"")) == (415, "unsupported_picture")
    assert problem(await upload(teacher, plain()[:-30])) == (422, "broken_picture")
    assert problem(await upload(teacher, bytes(UPLOAD_MAX_BYTES + 1))) == (413, "too_large")


async def test_an_upload_without_a_length_is_read_only_to_the_limit(teacher: Person) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    answer = await teacher.client.post("/api/pictures", content=endless())
    assert problem(answer) == (413, "too_large")
    assert sent <= UPLOAD_MAX_BYTES + 2 * 1024 * 1024


async def test_uploads_are_limited_by_account(
    teacher: Person, other_teacher: Person, app: Litestar
) -> None:
    limits, limit = app.state.limits, PICTURES_OF_ACCOUNT
    await limits.hit(limit, str(teacher.id), cost=limit.times * limits.scale)
    assert problem(await upload(teacher, plain())) == (429, "rate_limited")
    assert (await upload(other_teacher, plain())).status_code == 201


async def test_one_teacher_leaves_others_a_place_among_the_uploads(  # noqa: PLR0913, PLR0917  # fixtures
    app: Litestar,
    teacher: Person,
    other_teacher: Person,
    session_factory: SessionFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All wait for the first to be converted, and no more may wait than fit into memory."""
    monkeypatch.setattr(action, "WAITING_MAX", action.WAITING_OF_ACCOUNT + 1)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def convert(_: bytes) -> Converted:
        begun.set()
        await go_on.wait()
        return Converted(1, 1, b"large", b"small")

    async def add(owner: Person, upload: bytes) -> str:
        try:
            await uploader.add(owner.id, upload)
        except Unavailable as refusal:
            return refusal.code
        return "stored"

    monkeypatch.setattr(conversion, "convert", convert)
    uploader = PictureUploader(session_factory, open_files("", tmp_path), app.state.limits)
    owners = [teacher] * (action.WAITING_OF_ACCOUNT + 1) + [other_teacher] * 2
    adding = [asyncio.create_task(add(owner, bytes([n]))) for n, owner in enumerate(owners)]
    await begun.wait()
    go_on.set()
    full = "too_many_uploads"
    assert await asyncio.gather(*adding) == ["stored", "stored", "stored", full, "stored", full]
    assert await add(teacher, b"later") == "stored"


async def test_pictures_of_a_teacher_have_bounded_space(
    settings: Settings, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action, "SPACE_MAX_BYTES", 1000)
    noise = encoded(Image.effect_noise((200, 200), 90))
    for scale, expected in ((1, 409), (1000, 201)):
        app = create_app(msgspec.structs.replace(settings, limit_scale=scale))
        async with app.lifespan(), connect(app, headers=dict(teacher.client.headers)) as client:
            person = msgspec.structs.replace(teacher, client=client)
            assert (await upload(person, plain())).status_code == 201
            answer = await upload(person, noise)
            assert answer.status_code == expected
            assert ("picture_space_full" in answer.text) is (expected == 409)


async def test_a_picture_that_cannot_be_stored_is_not_there(
    settings: Settings, teacher: Person, anybody: httpx.AsyncClient
) -> None:
    settings.data_dir.mkdir()
    settings.files_directory.write_text("in the way")
    assert problem(await upload(teacher, plain())) == (503, "unavailable")
    settings.files_directory.unlink()
    picture = await uploaded(teacher, plain())
    assert (await anybody.get(picture["address"])).status_code == 200


async def test_there_is_nothing_at_other_addresses(anybody: httpx.AsyncClient) -> None:
    for path in (
        "/pictures/0199c5a2-0000-4000-8000-000000000000",
        "/pictures/0199c5a2-0000-4000-8000-000000000000/small",
        "/pictures/..%2fdemo-password",
        "/pictures/pictures/x",
    ):
        answer = await anybody.get(path, headers={"Accept": "text/html"})
        assert problem(answer) == (404, "not_found")


async def test_a_shown_picture_asks_the_database_nothing(
    teacher: Person, anybody: httpx.AsyncClient, database: AsyncEngine
) -> None:
    picture = await uploaded(teacher, plain())
    statements: list[str] = []
    event.listen(
        database.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    assert (await anybody.get(picture["address"])).status_code == 200
    assert statements == []


async def test_questions_and_choices_show_uploaded_pictures(teacher: Person) -> None:
    media = (await uploaded(teacher, plain()))["address"]
    choices = [{"text": "", "media": media, "is_correct": True}, {"text": "Bandung"}]
    question = {"type": "multiple_choice", "stem": "Where?", "media": media, "choices": choices}
    answer = await teacher.client.post(
        "/api/quizzes", json={"title": "Capitals", "questions": [question]}
    )
    quiz = answer.json()
    assert quiz["problems"] == []
    assert quiz["questions"][0]["media"] == media
    assert quiz["questions"][0]["choices"][0]["media"] == media


@pytest.mark.parametrize(
    "media",
    [
        "/pictures/",
        "/pictures/../api/me",
        "/pictures/0199c5a2-0000-4000-8000-000000000000/small",
        "/pictures/0199c5a2-0000-4000-8000-000000000000\n",
        "//pictures/0199c5a2-0000-4000-8000-000000000000",
        "pictures/0199c5a2-0000-4000-8000-000000000000",
        "/static/x/images/icon.svg",
    ],
)
async def test_no_other_path_is_a_picture(teacher: Person, media: str) -> None:
    question = {"type": "poll", "stem": "Where?", "media": media}
    answer = await teacher.client.post(
        "/api/quizzes", json={"title": "Capitals", "questions": [question]}
    )
    assert faults(answer) == {"questions[0].media": "bad_format"}


def test_the_description_says_what_is_taken(app: Litestar) -> None:
    operation = app.openapi_schema.to_schema()["paths"]["/api/pictures"]["post"]
    assert operation["requestBody"]["content"].keys() == {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
    }
