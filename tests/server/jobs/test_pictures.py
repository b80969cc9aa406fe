"""The job that removes pictures removes their files, and loses none when it fails."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, update

from game.rules.pictures import file_names
from persistence.database import SessionFactory
from persistence.models import Picture
from persistence.repositories import quizzes
from server.actions.pictures import PictureUploader
from server.jobs.pictures import UNUSED_FOR, RemoveUnusedPictures
from server.limits import Limits
from server.providers.files import Files, FilesError, open_files
from tests.persistence.samples import teacher
from tests.persistence.test_pictures import showing
from tests.pictures import plain
from tests.server.jobs.running import resources_on


class AwayFiles(Files):
    """A store that cannot be reached."""

    def __init__(self) -> None:
        pass

    async def delete(self, _: object) -> None:
        raise FilesError("away")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return open_files("", tmp_path / "files")


async def test_unused_pictures_go_with_their_files(
    redis: Redis, session_factory: SessionFactory, files: Files
) -> None:
    uploader = PictureUploader(session_factory, files, Limits(redis))
    async with session_factory.begin() as session:
        owner = await teacher(session)
    shown, unused = [
        (await uploader.add(owner.user_id, plain(colour=colour))).id for colour in ("red", "blue")
    ]
    async with session_factory.begin() as session:
        await quizzes.create(session, owner.user_id, title="Rivers", questions=[showing(shown)])

    await RemoveUnusedPictures().run(resources_on(session_factory, redis, files=files), 1)
    assert await there(files, unused), "it may still be put into a question"

    async with session_factory.begin() as session:
        since = func.now() - UNUSED_FOR - timedelta(minutes=1)
        await session.execute(update(Picture).values(unused_since=since))
    with pytest.raises(FilesError):
        await RemoveUnusedPictures().run(resources_on(session_factory, redis, files=AwayFiles()), 1)
    assert await rows(session_factory) == {shown, unused}, "what lies there is still known"

    for _ in range(2):  # a job may run twice
        await RemoveUnusedPictures().run(resources_on(session_factory, redis, files=files), 1)
        assert await rows(session_factory) == {shown}
        assert await there(files, shown)
        assert not await there(files, unused)


async def there(files: Files, picture_id: UUID) -> bool:
    found = {await files.get(name) is not None for name in file_names(picture_id)}
    assert len(found) == 1, "both sizes, or none"
    return found.pop()


async def rows(session_factory: SessionFactory) -> set[UUID]:
    async with session_factory() as session:
        return set(await session.scalars(select(Picture.id)))
