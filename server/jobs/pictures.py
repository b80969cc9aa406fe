"""The job that removes pictures that no question and no session shows any more."""

from datetime import timedelta
from typing import Final

from game.rules.pictures import file_names
from persistence.repositories import pictures
from server.jobs.job import Job, Resources

UNUSED_FOR: Final = timedelta(hours=23)
"""A job removes a picture in the second night, because an editor can undo a removal until then."""


class RemoveUnusedPictures(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            await pictures.mark_unused(db)
        async with resources.session_factory.begin() as db:
            removed = await pictures.remove_unused(db, UNUSED_FOR)
            # Before the commit: if it fails, the pictures are found again and nothing is left over.
            await resources.files.delete([name for id_ in removed for name in file_names(id_)])
