"""Full-text search: what somebody typed, as a `tsquery` over a column of `add_search_vector`.

A row is searched with the query in its own language, because the stem of a word may be a word of
another language. The names of a row's languages are among its lexemes, so that is one `tsquery`.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Float,
    Select,
    Uuid,
    any_,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from game.errors import Unavailable
from game.rules.search import (
    WORDS_MAX,
    Fragment,
    SearchQuery,
    Term,
    highlighted,
    indonesian_forms,
    parse,
    words_of,
)
from game.rules.stop_words import STOP_WORDS
from persistence.database import sqlstate
from persistence.repositories.pagination import Total

TIMEOUT_MS = 2000
FOUND_MAX = 3_000
"""Rows that a search finds: the newest ones that match."""
PARTS_MAX = 10_000
"""Rows in whose titles a part is looked for."""
QUERY_CANCELED = "57014"
LANGUAGES = ("en", "id", "other")
"""What `search_languages` of the database returns some of."""

_LIMITS = text("""
    SELECT set_config('statement_timeout', :timeout, true),
           set_config('plan_cache_mode', 'force_custom_plan', true),
           set_config('enable_seqscan', 'off', true),
           set_config('jit', 'off', true)
""")
_TYPED_WORDS = text("""
    SELECT term.place - 1, lower(word.token), ts_lexize('english_stem', word.token),
           ts_lexize('indonesian_stem', word.token)
      FROM unnest(CAST(:terms AS text[])) WITH ORDINALITY AS term (typed, place),
           ts_parse('default', search_folded(typed)) WITH ORDINALITY AS word (kind, token, place)
     WHERE word.kind <> 12  -- spaces
     ORDER BY term.place, word.place
     LIMIT :most
""")
_WORDS = text("""
    SELECT word, lower(search_folded(word)), ts_lexize('english_stem', search_folded(word)),
           ts_lexize('indonesian_stem', search_folded(word))
      FROM unnest(CAST(:words AS text[])) AS word
""")


class Word(NamedTuple):
    """A word, and its lexemes in each language: none where it is a stop word."""

    folded: str
    lexemes: Mapping[str, AbstractSet[str]]

    @classmethod
    def of(cls, folded: str, english: Iterable[str], indonesian: Iterable[str]) -> "Word":
        stems = {"en": english, "id": indonesian, "other": ()}
        return cls(folded, {each: {folded, *stems[each]} - STOP_WORDS[each] for each in LANGUAGES})


class Search(NamedTuple):
    """A query for PostgreSQL: what rows must match, and what their rank is computed from."""

    matching: str
    ranking: str
    lexemes: Mapping[str, AbstractSet[str]]
    """What is looked for in rows of each language."""
    beginning: str | None
    """The word that is still being typed."""

    def matches(self, vector: Column[str]) -> ColumnElement[bool]:
        return vector.op("@@", is_comparison=True)(cast(self.matching, TSQUERY))

    def rank(self, vector: Column[str]) -> ColumnElement[float]:
        if not self.ranking:
            return literal(0.0, Float)
        return func.ts_rank(vector, cast(self.ranking, TSQUERY))


@asynccontextmanager
async def bounded(session: AsyncSession) -> AsyncIterator[None]:
    """Bound the statements of this transaction in time, and have them planned for their values.

    How many rows have a word decides whether the index of words or another one is faster. To count
    the rows that filters leave, PostgreSQL would read the whole table, in twice the time.

    Raises:
        Unavailable: a statement took too long.
    """
    await session.execute(_LIMITS, {"timeout": str(TIMEOUT_MS)})
    try:
        yield
    except DBAPIError as error:
        if sqlstate(error) != QUERY_CANCELED:
            raise
        message = "This search takes too long. Use more words or filters."
        raise Unavailable("search_too_slow", message) from None


async def prepare(session: AsyncSession, typed: str) -> Search | None:
    """None if there is no word in it. Words after the first `WORDS_MAX` are ignored."""
    query = parse(typed)
    terms = list(query.terms)
    if not terms:
        return None
    words: list[list[Word]] = [[] for _ in terms]
    given = {"terms": [term.text for term in terms], "most": WORDS_MAX}
    rows = await session.execute(_TYPED_WORDS, given)
    for place, *word in rows:
        words[place].append(Word.of(*word))
    return _compile(query, words) if any(words) else None


async def narrowed(  # noqa: PLR0913  # what to search, where and for what
    session: AsyncSession,
    ids: Select[UUID],
    typed: str,
    *,
    vector: Column[str],
    title: InstrumentedAttribute[str],
    newest_first: ColumnElement[Any],  # Any: a time that may be null
) -> tuple[Select[UUID], Total | None]:
    """The rows of a query that have these words, the newest `FOUND_MAX`, and how many they are.

    If there are none, those of the newest rows that have this text as a part of the title, which no
    index finds. If nothing was typed, all rows, which are not counted.
    """
    if not typed.strip():
        return ids, None
    newest = ids.order_by(newest_first)
    found: Sequence[UUID] = ()
    if asked := await prepare(session, typed):
        # All at once: for only one page of them PostgreSQL would read row after row in the order of
        # the page, and many words have no hit.
        found = (await session.scalars(newest.where(asked.matches(vector)).limit(FOUND_MAX))).all()
    key = title.class_.id
    if not found:
        looked_at = newest.limit(PARTS_MAX).with_only_columns(key, title.label("title")).subquery()
        is_part = looked_at.c.title.icontains(typed, autoescape=True)
        parts = select(looked_at.c.id).where(is_part).limit(FOUND_MAX)
        found = (await session.scalars(parts)).all()
    total = Total(len(found), len(found) == FOUND_MAX)
    return ids.where(key == any_(literal(found, ARRAY(Uuid)))), total


class Highlighter:
    """Finds in texts what was searched for."""

    def __init__(self, search: Search, words: Mapping[str, Word]) -> None:
        self._search = search
        self._words = words

    def fragments(self, written: str, languages: Sequence[str]) -> tuple[Fragment, ...]:
        """The text of a row in these languages, cut around its first hit if it is long."""
        return highlighted(written, lambda word: self._is_hit(self._words[word], languages))

    def _is_hit(self, word: Word, languages: Sequence[str]) -> bool:
        found = any(word.lexemes[each] & self._search.lexemes[each] for each in languages)
        beginning = self._search.beginning
        is_stop_word = not any(word.lexemes[each] for each in languages)
        return found or (
            beginning is not None and not is_stop_word and word.folded.startswith(beginning)
        )


async def highlighter(session: AsyncSession, search: Search, texts: Iterable[str]) -> Highlighter:
    """For these texts."""
    words = {word for written in texts for word in words_of(written)}
    rows = await session.execute(_WORDS, {"words": list(words)})
    return Highlighter(search, {word: Word.of(*rest) for word, *rest in rows})


def _compile(query: SearchQuery, words: Sequence[Sequence[Word]]) -> Search:
    last = words[-1][-1] if words[-1] else None
    begun = last if query.is_unfinished else None
    term = query.alternatives[-1][-1]
    # Alone, a stop word may be the beginning of another word.
    instead = _beginning(last) if last and not (term.is_phrase or term.is_excluded) else ""
    names = defaultdict[str, list[str]](list)
    for language in LANGUAGES:
        if matching := _matching(query, words, language, begun) or instead:
            names[matching].append(f"'#{language}'")
    # Every row has the name of a language, so that of any need not be looked for.
    branches = [
        matching if len(its) == len(LANGUAGES) else f"({' | '.join(its)}) & ({matching})"
        for matching, its in names.items()
    ]
    wanted = [
        word
        for term, its_words in zip(query.terms, words, strict=True)
        if not term.is_excluded
        for word in its_words
    ]
    lexemes = {each: {form for word in wanted for form in _forms(word, each)} for each in LANGUAGES}
    ranking = [_quoted(lexeme) for lexeme in sorted(set().union(*lexemes.values()))]
    if begun:
        ranking.append(_beginning(begun))
    return Search(
        " | ".join(branches), " | ".join(ranking), lexemes, begun.folded if begun else None
    )


def _matching(
    query: SearchQuery, words: Sequence[Sequence[Word]], language: str, begun: Word | None
) -> str:
    """The query in one language; empty if all its words are stop words there."""
    places = iter(words)
    alternatives = [
        [_term(term, next(places), language, begun) for term in alternative]
        for alternative in query.alternatives
    ]
    return " | ".join(
        f"({' & '.join(filter(None, terms))})" for terms in alternatives if any(terms)
    )


def _term(term: Term, words: Sequence[Word], language: str, begun: Word | None) -> str:
    """The words of a term that are no stop words; in a phrase as far apart as they were."""
    found = [
        (place, expression)
        for place, word in enumerate(words)
        if (expression := _word(word, language, is_begun=word is begun))
    ]
    written = "".join(expression for _, expression in found[:1])
    for (before, _), (place, expression) in pairwise(found):
        written += f" <{place - before}> {expression}" if term.is_phrase else f" & {expression}"
    return f"!({written})" if written and term.is_excluded else written and f"({written})"


def _word(word: Word, language: str, *, is_begun: bool) -> str:
    forms = sorted(_forms(word, language))
    if not forms:
        return ""
    wanted = [_quoted(form) for form in forms if not (is_begun and form.startswith(word.folded))]
    if is_begun:
        wanted.append(_beginning(word))
    return f"({' | '.join(wanted)})"


def _beginning(word: Word) -> str:
    return f"{_quoted(word.folded)}:*"


def _forms(word: Word, language: str) -> AbstractSet[str]:
    lexemes = word.lexemes[language]
    if language != "id":
        return lexemes
    return {form for lexeme in lexemes for form in indonesian_forms(lexeme)}


def _quoted(lexeme: str) -> str:
    """For a `tsquery`. Folded words need no escapes, but this does not depend on that."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
