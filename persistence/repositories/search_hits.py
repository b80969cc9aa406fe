"""Searches questions and quizzes together, and ranks their hits in one list."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, get_args
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from game.rules.search import Fragment
from persistence.models import QUIZ_SEARCH, Question, Quiz
from persistence.repositories import pagination, search
from persistence.repositories.questions import search as questions_search
from persistence.repositories.questions.filters import QuestionFilter
from persistence.repositories.questions.search import (
    FACET_VALUES_MAX,
    FACETS_MAX,
    Column,
    Row,
    Searched,
    counted,
)
from persistence.repositories.search import Search
from persistence.repositories.viewers import QUIZZES

HitKind = Literal["question", "quiz"]
KINDS: Final[Sequence[HitKind]] = get_args(HitKind)
QUIZ_LABELS: Final[Mapping[str, InstrumentedAttribute[Any]]] = {  # Any: texts of different types
    "level": Quiz.level,
    "topic": Quiz.topic,
    "language": Quiz.language,
}
"""The fields of a filter that quizzes have."""
QUESTION_FIELDS: Final = ("type", "skill", "tag", "difficulty", "set_id")
"""The fields of a filter that only questions have."""


class Hit(NamedTuple):
    """`title` is the stem of a question, which may be in a quiz, or the title of a quiz."""

    kind: HitKind
    id: UUID
    title: str
    highlight: Sequence[Fragment]
    rank: float
    quiz_id: UUID | None


class HitsPage(NamedTuple):
    """`counts` has the number of hits of each kind. With `is_capped` there may be more."""

    items: Sequence[Hit]
    counts: Mapping[HitKind, int]
    is_capped: bool


async def page(
    session: AsyncSession,
    searched: Searched,
    kinds: Collection[HitKind],
    page: int,
    page_size: int,
) -> HitsPage:
    """The best hits first, of equal ones the newest; the newest `FOUND_MAX` of each kind."""
    rows = (await session.execute(page_statement(searched, kinds, page, page_size))).mappings()
    first, *_ = found = rows.all()
    counts = {kind: first[kind] for kind in KINDS}
    shown = [row for row in found if row["id"] is not None]
    items = await _load(session, searched.search, shown)
    return HitsPage(items, counts, is_capped=search.FOUND_MAX in counts.values())


async def facets(
    session: AsyncSession, searched: Searched, kinds: Collection[HitKind]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """How many hits have each value of a label, as in the facets of questions."""
    counts = defaultdict[str, Counter[str]](Counter)
    if "question" in kinds:
        for name, values in (await questions_search.facets(session, searched)).items():
            counts[name].update(dict(values))
    if "quiz" in kinds:
        for name, value, count in await session.execute(_quiz_facets_statement(searched)):
            counts[name][value] += count
    return {name: values.most_common(FACET_VALUES_MAX) for name, values in counts.items()}


def page_statement(
    searched: Searched, kinds: Collection[HitKind], page: int, page_size: int
) -> Row:
    """Rows with the number of hits of each kind, and a hit, which is null on an empty page."""
    found = union_all(*(select(each.subquery()) for each in _hits(searched, kinds))).cte("found")
    counts = (func.count().filter(found.c.kind == kind).label(kind) for kind in KINDS)
    totals = select(*counts).select_from(found).subquery()
    best = select(found).order_by(found.c.rank.desc(), found.c.id.desc())
    shown = pagination.paginate(best, page, page_size).subquery()
    return (
        select(totals, shown)
        .select_from(totals.outerjoin(shown, true()))
        .order_by(shown.c.rank.desc(), shown.c.id.desc())
    )


def _hits(searched: Searched, kinds: Collection[HitKind]) -> Iterator[Row]:
    """Statements with the kind, id and rank of what matches."""
    if "question" in kinds:
        hits = questions_search.hits_statement(searched).subquery()
        yield select(literal("question").label("kind"), hits.c.id, hits.c.rank)
    if "quiz" in kinds:
        rank = searched.search.rank(QUIZ_SEARCH) if searched.search else literal(0.0)
        columns = [Quiz.id, rank.label("rank")]
        hits = _quizzes(searched, columns, search.FOUND_MAX, _labelled(searched.wanted)).subquery()
        yield select(literal("quiz").label("kind"), hits.c.id, hits.c.rank)


def _quiz_facets_statement(searched: Searched) -> Row:
    """Rows with the name of a facet, a value and a count, as those of questions."""
    columns = list(QUIZ_LABELS.values())
    found = _quizzes(searched, columns, FACETS_MAX, true()).cte("found_quizzes")
    counts = []
    for name in QUIZ_LABELS:
        others = msgspec.structs.replace(searched.wanted, **{name: ()})
        counts.append(counted(found, name, found.c[name], _labelled(others, found.c)))
    return select(union_all(*(select(each.subquery()) for each in counts)).subquery())


def _quizzes(
    searched: Searched, columns: Sequence[Column], limit: int, condition: ColumnElement[bool]
) -> Row:
    """Columns of the newest quizzes that match."""
    matches = searched.search.matches(QUIZ_SEARCH) if searched.search else true()
    is_archived = Quiz.archived_at.is_not(None) == searched.wanted.archived
    visible = QUIZZES.visible_to(searched.viewer)
    query = select(*columns).where(visible, is_archived, matches, condition)
    return query.order_by(Quiz.id.desc()).limit(limit)


def _labelled(
    wanted: QuestionFilter, columns: ReadOnlyColumnCollection[str, Any] | None = None
) -> ColumnElement[bool]:
    """Whether a quiz has the labels. None has those that only questions have."""
    if any(getattr(wanted, name) for name in QUESTION_FIELDS):
        return false()
    conditions = (
        (column if columns is None else columns[name]).in_(values)
        for name, column in QUIZ_LABELS.items()
        if (values := getattr(wanted, name))
    )
    return and_(true(), *conditions)


async def _load(
    session: AsyncSession, asked: Search | None, rows: Sequence[RowMapping]
) -> list[Hit]:
    ids = [row["id"] for row in rows]
    texts = union_all(
        select(
            Question.id, Question.stem, Question.quiz_id, func.search_languages(Question.language)
        ).where(Question.id.in_(ids)),
        select(Quiz.id, Quiz.title, null(), func.search_languages(Quiz.language)).where(
            Quiz.id.in_(ids)
        ),
    )
    found = {id_: rest for id_, *rest in await session.execute(texts)}
    highlighter = None
    if asked:
        titles = (title for title, _, _ in found.values())
        highlighter = await search.highlighter(session, asked, titles)
    hits = []
    for row in rows:
        if row["id"] not in found:
            continue  # It was removed just now.
        title, quiz_id, languages = found[row["id"]]
        fragments = highlighter.fragments(title, languages) if highlighter and title else ()
        hits.append(Hit(row["kind"], row["id"], title, fragments, row["rank"], quiz_id))
    return hits
