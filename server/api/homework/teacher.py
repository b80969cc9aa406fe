"""Homework over HTTP, for the teacher who gives it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.repositories.homework import assignments
from server.actions.homework import work
from server.actions.homework.manage import change_deadline, set_removed
from server.api.dependencies import Db, Homework, Viewer
from server.api.homework import outputs
from server.api.homework.schemas import HomeworkChange, HomeworkOutput
from server.api.openapi import SIGNED_IN, problems
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn


class HomeworkController(Controller):
    path = "/homework/{homework_id:uuid}"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getHomework", responses=problems(401, 403, 404))
    async def show(
        self, homework_id: Id, viewer: Viewer, db: Db, homework: Homework
    ) -> HomeworkOutput:
        """Get a homework, and where each student is now. Its id is that of a session."""
        return await _read(db, viewer, homework_id, homework)

    @patch("/", operation_id="changeHomework", responses=problems(401, 403, 404, 409, 422))
    async def change(
        self,
        homework_id: Id,
        data: JSONBody[HomeworkChange],
        viewer: Viewer,
        db: Db,
        homework: Homework,
    ) -> HomeworkOutput:
        """Move the deadline. `homework_closed` once it is over.

        `POST /api/sessions/{session_id}/end` closes it now.
        """
        await change_deadline(db, viewer, homework_id, data.closes_at)
        return await _read(db, viewer, homework_id, homework)

    @delete(
        "/students/{player:uuid}",
        operation_id="removeHomeworkStudent",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 409),
    )
    async def remove(self, homework_id: Id, player: Id, viewer: Viewer, db: Db) -> None:
        """Remove a student, who can no longer answer and gets no place; see `restore`.

        `no_such_student`; `homework_closed`.
        """
        await set_removed(db, viewer, homework_id, player, removed=True)

    @post(
        "/students/{player:uuid}/restore",
        operation_id="restoreHomeworkStudent",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 409),
    )
    async def restore(self, homework_id: Id, player: Id, viewer: Viewer, db: Db) -> None:
        """Let a removed student go on, with all answers. Raises as the removal does."""
        await set_removed(db, viewer, homework_id, player, removed=False)


async def _read(
    db: AsyncSession, viewer: SignedIn, homework_id: UUID, homework: work.Homework
) -> HomeworkOutput:
    found = await assignments.get(db, viewer, homework_id, questions=False)
    assignment = await homework.assignment_of(db, found)
    students = await assignments.student_runs(db, homework_id)
    now = datetime.now(UTC)
    # From a thread, because thousands of students are shown in one piece.
    return await asyncio.to_thread(outputs.homework, found, assignment, students, now)
