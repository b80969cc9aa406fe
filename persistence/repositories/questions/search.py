"""Searches questions: of the bank, and of the quizzes that the viewer sees.

At most `FOUND_MAX` questions that match are ranked and counted, the newest ones, so a word that
half of all questions have costs no more than ten thousand rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.search import Fragment
from persistence.models import QUESTION_SEARCH, Question, Quiz
from persistence.repositories import pagination, search
from persistence.repositories.questions import bank
from persistence.repositories.questions.filters import LABELS, QuestionFilter, labelled, matching
from persistence.repositories.search import Search
from persistence.repositories.viewers import QUIZZES, Viewer

Where = Literal["bank", "quizzes", "all"]
Row = Select[*tuple[Any, ...]]  # Any: the columns differ in type

FOUND_MAX = 10_000
FACET_VALUES_MAX = 30


class FoundQuestion(NamedTuple):
    """A question, the quiz that it is in, and its texts with what was searched for."""

    question: Question
    quiz: Quiz | None
    stem: Sequence[Fragment]
    explanation: Sequence[Fragment]


class Searched(NamedTuple):
    """What to search. Without `search` only the filters count."""

    viewer: Viewer
    search: Search | None
    where: Where
    wanted: QuestionFilter


class FoundPage(NamedTuple):
    """With `is_capped` there may be more than `total`."""

    items: Sequence[FoundQuestion]
    total: int
    is_capped: bool


async def page(session: AsyncSession, searched: Searched, page: int, page_size: int) -> FoundPage:
    """The best ones first, of equal ones the newest. The plain list of the bank has no end."""
    if searched.search is None and searched.where == "bank":
        listed = await bank.page(session, searched.viewer, searched.wanted, page, page_size)
        items = [FoundQuestion(question, None, (), ()) for question in listed.items]
        return FoundPage(items, listed.total, is_capped=False)
    rows = (await session.execute(page_statement(searched, page, page_size))).all()
    ids = [row.id for row in rows if row.id is not None]
    total: int = rows[0].total
    return FoundPage(await _load(session, searched.search, ids), total, total == FOUND_MAX)


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
    found = _found(searched, searched.wanted).cte("found")
    counted = select(func.count().label("total")).select_from(found).subquery()
    best = select(found.c.id, found.c.rank).order_by(found.c.rank.desc(), found.c.id.desc())
    shown = pagination.paginate(best, page, page_size).subquery()
    return (
        select(counted.c.total, shown.c.id)
        .select_from(counted.outerjoin(shown, true()))
        .order_by(shown.c.rank.desc(), shown.c.id.desc())
    )


def facets_statement(searched: Searched) -> Row:
    """Rows with the name of a facet, a value and a count."""
    every = _found(searched, searched.wanted).cte("found")
    counted = [_counted(every, "tags", func.unnest(every.c.tags).label("value"))]
    for name, column in LABELS.items():
        found = every
        if getattr(searched.wanted, name):
            others = msgspec.structs.replace(searched.wanted, **{name: ()})
            found = _found(searched, others).cte(f"found_without_{name}")
        counted.append(_counted(found, name, found.c[column.key].label("value")))
    return select(union_all(*(select(each.subquery()) for each in counted)).subquery())


def _counted(found: CTE, name: str, value: ColumnElement[Any]) -> Row:  # Any: the same
    values = select(value).select_from(found).subquery()
    return (
        select(literal(name).label("name"), cast(values.c.value, Text), func.count().label("count"))
        .where(values.c.value.is_not(None))
        .group_by(values.c.value)
        .order_by(func.count().desc(), values.c.value)
        .limit(FACET_VALUES_MAX)
    )


def _found(searched: Searched, wanted: QuestionFilter) -> Row:
    """The newest questions that match, with their labels and rank."""
    branches = [
        branch.order_by(Question.id.desc()).limit(FOUND_MAX)
        for branch in _branches(searched, wanted)
    ]
    if len(branches) == 1:
        return branches[0]
    found = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    return select(found).order_by(found.c.id.desc()).limit(FOUND_MAX)


def _branches(searched: Searched, wanted: QuestionFilter) -> Iterator[Row]:
    """The bank and the quizzes, each by an index of its own. Only the bank has sets."""
    viewer, asked, where, _ = searched
    columns = [Question.id, *LABELS.values(), Question.tags]
    rank = asked.rank(QUESTION_SEARCH) if asked else literal(0.0)
    matches = asked.matches(QUESTION_SEARCH) if asked else true()
    if where != "quizzes" or wanted.set_id is not None:
        bank = matching(viewer, wanted).where(matches).order_by(None)
        yield bank.with_only_columns(*columns, rank.label("rank"))
    if where != "bank" and wanted.set_id is None:
        is_archived = Quiz.archived_at.is_not(None)
        yield (
            select(*columns, rank.label("rank"))
            .join(Quiz, Quiz.id == Question.quiz_id)
            .where(QUIZZES.visible_to(viewer), is_archived == wanted.archived)
            .where(matches, *labelled(wanted))
        )


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
    return [found[each] for each in ids]
