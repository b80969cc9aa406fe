"""Lists and searches of questions over HTTP: hits, highlights and facets."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.search import Fragment
from persistence.repositories.questions import search as questions_search
from persistence.repositories.questions.filters import QuestionFilter, Sort
from persistence.repositories.questions.search import FoundQuestion, Where
from persistence.repositories.viewers import Viewer
from server.api.pagination import PagedOutput, Paging
from server.api.questions.schemas import BankQuestion, bank_question


class QuizReference(Struct, frozen=True):
    id: UUID
    title: str


class Highlights(Struct, frozen=True):
    """The texts of a hit in parts, long ones only around the first hit. They are plain text."""

    stem: Sequence[Fragment]
    explanation: Sequence[Fragment]


class ListedQuestion(BankQuestion, frozen=True, kw_only=True):
    """A question of the bank, or with `quiz` of a quiz. A search adds `highlights`."""

    quiz: QuizReference | None = None
    highlights: Highlights | None = None


class FacetValue(Struct, frozen=True):
    value: str
    count: int


class Facets(Struct, frozen=True, kw_only=True):
    """How many questions each value of a filter would leave, the most frequent values first."""

    type: Sequence[FacetValue]
    level: Sequence[FacetValue]
    skill: Sequence[FacetValue]
    topic: Sequence[FacetValue]
    tag: Sequence[FacetValue]
    difficulty: Sequence[FacetValue]
    language: Sequence[FacetValue]


class QuestionList(PagedOutput[ListedQuestion], frozen=True):
    """Facets count the newest 10,000."""

    facets: Facets | None = None


async def found(  # noqa: PLR0913  # what a request has
    db: AsyncSession,
    viewer: Viewer,
    paging: Paging,
    wanted: QuestionFilter,
    *,
    typed: str,
    where: Where,
    sort: Sort,
    with_facets: bool,
) -> QuestionList:
    """The questions that match what somebody typed, or all if there is no word in it."""
    searched = await questions_search.prepare(db, viewer, typed, where, wanted, sort)
    page = await questions_search.page(db, searched, paging.page, paging.page_size)
    facets = await questions_search.facets(db, searched) if with_facets else None
    return QuestionList(
        [_listed(each, is_hit=searched.search is not None) for each in page.items],
        page.total,
        paging.page,
        paging.page_size,
        is_capped=page.is_capped,
        facets=None if facets is None else Facets(**facet_values(facets)),
    )


def _listed(found: FoundQuestion, *, is_hit: bool) -> ListedQuestion:
    return ListedQuestion(
        **msgspec.structs.asdict(bank_question(found.question)),
        quiz=QuizReference(found.quiz.id, found.quiz.title) if found.quiz else None,
        highlights=Highlights(found.stem, found.explanation) if is_hit else None,
    )


def facet_values(counts: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, list[FacetValue]]:
    """The facets as they are in a response."""
    return {
        name: [FacetValue(value, count) for value, count in counts.get(name, ())]
        for name in Facets.__struct_fields__
    }
