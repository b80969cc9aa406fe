"""Searches questions: of the bank, and of the quizzes that the viewer sees.

At most `FOUND_MAX` of `persistence.repositories.search` that match are ranked, the newest ones, and
`FACETS_MAX` counted in facets. So a word that half of all questions have costs no more than a
frequent one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.search import Fragment
from persistence.models import QUESTION_SEARCH, Question, Quiz
from persistence.repositories import pagination, search
from persistence.repositories.pagination import Page
from persistence.repositories.questions import bank
from persistence.repositories.questions.filters import (
    LABELS,
    QuestionFilter,
    Sort,
    in_bank,
    labelled,
    matching,
)
from persistence.repositories.search import Search
from persistence.repositories.viewers import QUIZZES, Viewer

Where = Literal["bank", "quizzes", "all"]
Row = Select[*tuple[Any, ...]]  # Any: the columns differ in type
Column = SQLColumnExpression[Any]  # Any: the same

FACETS_MAX = 10_000
FACET_VALUES_MAX = 30
QUIZZES_MAX = 2_000


class FoundQuestion(NamedTuple):
    """A question, the quiz that it is in, and its texts with what was searched for."""

    question: Question
    quiz: Quiz | None
    stem: Sequence[Fragment]
    explanation: Sequence[Fragment]


class Searched(NamedTuple):
    """What to search. Without `search` only the filters count.

    `quizzes` are those that the viewer sees, or all that a query finds if they are too many. A list
    tells PostgreSQL how many questions they have, and with that which index is the best. Only the
    plain list of the bank has the order `sort`.
    """

    viewer: Viewer
    search: Search | None
    where: Where
    wanted: QuestionFilter
    quizzes: Sequence[UUID] | None = None
    sort: Sort = "latest"


async def prepare(  # noqa: PLR0913, PLR0917  # what a search has
    session: AsyncSession,
    viewer: Viewer,
    typed: str,
    where: Where,
    wanted: QuestionFilter,
    sort: Sort = "latest",
) -> Searched:
    """Read what somebody typed, and where it is to be searched."""
    asked = await search.prepare(session, typed)
    quizzes: Sequence[UUID] = ()
    if where != "bank":
        query = _quizzes(viewer, wanted).limit(QUIZZES_MAX + 1)
        quizzes = (await session.scalars(query)).all()
    known = quizzes if len(quizzes) <= QUIZZES_MAX else None
    return Searched(viewer, asked, where, wanted, known, sort)


async def page(
    session: AsyncSession, searched: Searched, page: int, page_size: int
) -> Page[FoundQuestion]:
    """The best ones first, of equal ones the newest. The plain list of the bank has no end."""
    if searched.search is None and searched.where == "bank":
        viewer, wanted, sort = searched.viewer, searched.wanted, searched.sort
        listed = await bank.page(session, viewer, wanted, sort, page, page_size)
        items = [FoundQuestion(question, None, (), ()) for question in listed.items]
        return Page(items, listed.total, listed.is_capped)
    rows = (await session.execute(page_statement(searched, page, page_size))).all()
    ids = [row.id for row in rows if row.id is not None]
    total: int = rows[0].total
    items = await _load(session, searched.search, ids)
    return Page(items, total, total == search.FOUND_MAX)


async def first_ids(session: AsyncSession, searched: Searched, number: int) -> Sequence[UUID]:
    """The ids of the first questions that match, in the order of their list."""
    if searched.search is None and searched.where == "bank":
        query = matching(searched.viewer, searched.wanted, searched.sort)
        return (await session.scalars(query.with_only_columns(Question.id).limit(number))).all()
    rows = (await session.execute(page_statement(searched, 1, number))).all()
    return [row.id for row in rows if row.id is not None]


async def facets(
    session: AsyncSession, searched: Searched
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """How many questions have each value of a label, the most frequent values first.

    The own filter of a label does not count, so that other values can be chosen. Of tags it does,
    because every tag that is chosen must be there.
    """
    counts = defaultdict[str, list[tuple[str, int]]](list)
    for name, value, count in await session.execute(facets_statement(searched)):
        counts[name].append((value, count))
    return counts


def page_statement(searched: Searched, page: int, page_size: int) -> Row:
    """Rows with the total and an id, which is null if there is nothing on this page."""
    found = hits_statement(searched).cte("found")
    return pagination.page_with_total(
        found, lambda columns: (columns.rank.desc(), columns.id.desc()), page, page_size
    )


def hits_statement(searched: Searched) -> Row:
    """The ids and ranks of the newest questions that match."""
    rank = searched.search.rank(QUESTION_SEARCH) if searched.search else literal(0.0)
    return _found(searched, searched.wanted, [rank.label("rank")], search.FOUND_MAX, true())


def facets_statement(searched: Searched) -> Row:
    """Rows with the name of a facet, a value and a count.

    A single pass finds the questions that miss at most one of the filters, for all facets.
    """
    wanted = searched.wanted
    chosen = [name for name in LABELS if getattr(wanted, name)]
    met = [func.coalesce(LABELS[name].in_(getattr(wanted, name)), false()) for name in chosen]
    nearly = sum((cast(each, Integer) for each in met), literal(0)) >= len(chosen) - 1
    free = msgspec.structs.replace(wanted, **dict.fromkeys(chosen, ()))
    columns = [*LABELS.values(), Question.tags]
    found = _found(searched, free, columns, FACETS_MAX, nearly).cte("found")

    def others(of: str) -> ColumnElement[bool]:
        """Whether all filters but this one are met."""
        conditions = (found.c[name].in_(getattr(wanted, name)) for name in chosen if name != of)
        return and_(true(), *conditions)

    facets: dict[str, Column] = {name: found.c[name] for name in LABELS}
    facets["tag"] = func.unnest(found.c.tags)
    counts = [counted(found, name, value, others(name)) for name, value in facets.items()]
    return select(union_all(*(select(each.subquery()) for each in counts)).subquery())


def counted(found: CTE, name: str, value: Column, condition: ColumnElement[bool]) -> Row:
    """Rows with the name of a facet, its most frequent values and their counts."""
    values = select(value.label("value")).select_from(found).where(condition).subquery()
    return (
        select(literal(name).label("name"), cast(values.c.value, Text), func.count().label("count"))
        .where(values.c.value.is_not(None))
        .group_by(values.c.value)
        .order_by(func.count().desc(), values.c.value)
        .limit(FACET_VALUES_MAX)
    )


def _found(
    searched: Searched,
    wanted: QuestionFilter,
    columns: Sequence[Column],
    limit: int,
    condition: ColumnElement[bool],
) -> Row:
    """Columns of the newest questions that match."""
    branches = [
        branch.where(condition).order_by(Question.id.desc()).limit(limit)
        for branch in _branches(searched, wanted, [Question.id, *columns])
    ]
    if len(branches) == 1:
        return branches[0]
    found = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    return select(found).order_by(found.c.id.desc()).limit(limit)


def _branches(
    searched: Searched, wanted: QuestionFilter, columns: Sequence[Column]
) -> Iterator[Row]:
    """The bank and the quizzes, in one scan if PostgreSQL knows the quizzes beforehand.

    Each place has an index of its own. Only the bank has sets.
    """
    matches = searched.search.matches(QUESTION_SEARCH) if searched.search else true()
    where, quizzes = searched.where, searched.quizzes
    # For an empty list of quizzes PostgreSQL may read any index, which may be of others' questions.
    has_quizzes = quizzes is None or len(quizzes) > 0
    if where == "bank" or wanted.set_id is not None or (where == "all" and not has_quizzes):
        bank = matching(searched.viewer, wanted).where(matches).order_by(None)
        yield bank.with_only_columns(*columns)
        return
    places = [_in_quizzes(searched, wanted)]
    if where == "all":
        places.append(and_(*in_bank(searched.viewer, wanted)))
    for place in places if quizzes is None else [or_(*places)]:
        yield select(*columns).where(place, matches, *labelled(wanted))


def _in_quizzes(searched: Searched, wanted: QuestionFilter) -> ColumnElement[bool]:
    in_quizzes = (
        Question.quiz_id.in_(_quizzes(searched.viewer, wanted))
        if searched.quizzes is None
        else Question.quiz_id == any_(literal(searched.quizzes, ARRAY(Uuid)))
    )
    # What is in quizzes anyhow, but so PostgreSQL knows that it may read only these.
    return Question.quiz_id.is_not(None) & in_quizzes


def _quizzes(viewer: Viewer, wanted: QuestionFilter) -> Select[UUID]:
    is_archived = Quiz.archived_at.is_not(None)
    return select(Quiz.id).where(QUIZZES.visible_to(viewer), is_archived == wanted.archived)


async def _load(
    session: AsyncSession, asked: Search | None, ids: Sequence[UUID]
) -> list[FoundQuestion]:
    query = select(Question, Quiz, func.search_languages(Question.language))
    query = query.outerjoin(Quiz, Quiz.id == Question.quiz_id).where(Question.id.in_(ids))
    rows = (await session.execute(query.options(bank.WITH_CHOICES))).all()
    highlighter = None
    if asked:
        texts = (text for row in rows for text in (row[0].stem, row[0].explanation or ""))
        highlighter = await search.highlighter(session, asked, texts)
    found = {}
    for question, quiz, languages in rows:
        stem, explanation = (
            highlighter.fragments(text, languages) if highlighter and text else ()
            for text in (question.stem, question.explanation)
        )
        found[question.id] = FoundQuestion(question, quiz, stem, explanation)
    return [found[each] for each in ids if each in found]  # some may be removed just now
