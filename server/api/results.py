"""Results of a session as JSON, CSV and XLSX, and a player's own history."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal
from uuid import UUID

import anyio.to_process
from litestar import Controller, Response, get
from litestar.params import FromQuery

from persistence.repositories import results
from persistence.repositories.results import PastSession
from server.actions.audit_events import AuditTrail
from server.actions.results import Results, read_results
from server.api.dependencies import Audit, Db, Exports, Paging, SessionFactory, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput
from server.api.request_bodies import Id, KuisRequest
from server.auth.request_identity import signed_in
from server.auth.sign_ins import SignedIn
from server.client_address import address_of
from server.exports import tables
from server.exports.cells import Table
from server.exports.files import CSV_TYPE, XLSX_TYPE, as_csv, attachment

TableName = Literal["players", "places", "questions", "answers"]
TABLES: Mapping[TableName, Callable[[Results], Table]] = {
    "players": tables.players,
    "places": tables.places,
    "questions": tables.questions,
    "answers": tables.answers,
}


EXPORTS_AT_ONCE = 2
"""How many exports a process makes at once. Each holds all results of a session in memory."""


class History(PagedOutput[PastSession], frozen=True):
    pass


class ResultsController(Controller):
    path = "/sessions/{session_id:uuid}"
    tags = ["results"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/results", operation_id="getResults", responses=problems(401, 404, 409))
    async def show(self, session_id: Id, viewer: Viewer, db: Db) -> Results:
        """Get the ranking, all answers, and statistics of each question, with the keys.

        The host gets what is recorded so far; `complete` is true within two seconds after the end.
        A student who took part gets their own row and the questions that were asked, once the room
        is over (`session_running` until then). Players who were kicked get nothing.
        """
        return await read_results(db, viewer, session_id)

    @get(
        "/results.csv",
        operation_id="getResultsAsCsv",
        media_type=CSV_TYPE,
        responses=problems(401, 404, 409, 422),
    )
    async def csv(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        session_id: Id,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
        audit: Audit,
        table: FromQuery[TableName] = "players",
    ) -> Response[bytes]:
        """Export one table as CSV.

        `players` has one row for each player and two columns for each question.
        """
        async with exports.of(viewer.user_id):
            found = await _read(session_factory, viewer, session_id)
            body = await asyncio.to_thread(lambda: as_csv(TABLES[table](found)))
        _note_export(audit, request, session_id, f"{table}.csv")
        return _file(body, found, f"{table}.csv", CSV_TYPE)

    @get(
        "/results.xlsx",
        operation_id="getResultsAsXlsx",
        media_type=XLSX_TYPE,
        responses=problems(401, 404, 409),
    )
    async def xlsx(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        session_id: Id,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
        audit: Audit,
    ) -> Response[bytes]:
        """Export a workbook with the sheets Places, Questions and Answers."""
        async with exports.of(viewer.user_id):
            found = await _read(session_factory, viewer, session_id)
            # Thousands of players take seconds, so another process does it and rooms go on here.
            body = await anyio.to_process.run_sync(tables.workbook, found, cancellable=True)
        _note_export(audit, request, session_id, "xlsx")
        return _file(body, found, "xlsx", XLSX_TYPE)


class HistoryController(Controller):
    path = "/me/history"
    tags = ["results"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getMyHistory", responses=problems(401, 422))
    async def show(self, viewer: Viewer, db: Db, paging: Paging) -> History:
        """List the sessions in which the user took part while signed in, newest first."""
        page = await results.history(db, viewer, paging.page, paging.page_size)
        return History(list(page.items), page.total, paging.page, paging.page_size, page.is_capped)


async def _read(session_factory: SessionFactory, viewer: SignedIn, session_id: UUID) -> Results:
    """Read all results, and give the connection back before the file is made from them."""
    async with session_factory() as db:
        return await read_results(db, viewer, session_id)


def _note_export(audit: AuditTrail, request: KuisRequest, session_id: UUID, file: str) -> None:
    audit.record(
        "results_exported",
        actor_id=request.user.user_id,
        address=address_of(request.scope),
        session=str(session_id),
        file=file,
    )


def _file(body: bytes, found: Results, extension: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": attachment(found.session.title, extension)}
    return Response(body, headers=headers, media_type=media_type)
