"""The search of questions and quizzes together, over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Controller, get
from litestar.di import Provide
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from game.rules.search import Fragment
from persistence.repositories import search_hits
from persistence.repositories.questions import search as questions_search
from persistence.repositories.search_hits import HitKind
from server.api.dependencies import Db, Paging, Searching, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, SearchText
from server.api.questions.filters import QuestionFilter, question_filter
from server.api.questions.found import Facets, FacetValue, facet_values
from server.auth.request_identity import teachers_only

SearchedKinds = Annotated[
    Literal["questions", "quizzes", "questions,quizzes", "quizzes,questions"],
    QueryParameter(name="in"),
]
KIND_OF: Final[dict[str, HitKind]] = {"questions": "question", "quizzes": "quiz"}


class SearchHit(Struct, frozen=True):
    """A question or a quiz. `title` is the stem of a question, which may be in a quiz.

    `highlight` is the title in parts, a long one only around the first hit. It is plain text.
    """

    kind: HitKind
    id: UUID
    title: str
    highlight: Sequence[Fragment]
    rank: float
    quiz_id: UUID | None


class SearchFacets(Facets, frozen=True, kw_only=True):
    """How many hits each kind has, and how many each value of a filter would leave."""

    kind: Sequence[FacetValue]


class SearchResults(PagedOutput[SearchHit], frozen=True, kw_only=True):
    facets: SearchFacets | None


class SearchController(Controller):
    path = "/search"
    tags = ["search"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN
    dependencies = {  # noqa: RUF012  # the same
        "question_filter": Provide(question_filter, sync_to_thread=False)
    }

    @get("/", operation_id="search", responses=problems(401, 403, 422, 429))
    async def search(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        question_filter: QuestionFilter,
        searching: Searching,
        *,
        q: SearchText = "",
        searched_kinds: SearchedKinds = "questions,quizzes",
        facets: FromQuery[bool] = True,
    ) -> SearchResults:
        """Search the own questions and quizzes, and those that colleagues share, the best first.

        `q` and the filters are those of `GET /api/questions`. A quiz has a level, a topic and a
        language; with any other filter only questions are found. At most 3,000 hits of each kind
        are ranked, the newest; if there may be more, it says `is_capped`.
        """
        kinds = {KIND_OF[each] for each in searched_kinds.split(",")}
        async with searching:
            searched = await questions_search.prepare(db, viewer, q, "all", question_filter)
            page = await search_hits.page(db, searched, kinds, paging.page, paging.page_size)
            counts = await search_hits.facets(db, searched, kinds) if facets else None
        kind = [FacetValue(kind, count) for kind, count in page.counts.items() if kind in kinds]
        return SearchResults(
            [SearchHit(*hit) for hit in page.items],
            sum(page.counts.values()),
            paging.page,
            paging.page_size,
            is_capped=page.is_capped,
            facets=None if counts is None else SearchFacets(kind=kind, **facet_values(counts)),
        )
