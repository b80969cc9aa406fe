"""The syntax of searches: what somebody types, as the words to look for.

Words must all be there, in any form and order. Quotes hold a phrase together, a minus excludes a
word or a phrase, and `or` (in Indonesian `atau`) begins another set of words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

SEARCH_MAX = 200
WORDS_MAX = 25
"""Words of a search that are looked for: enough to find a sentence again."""
EXCERPT = 240
"""Characters of a longer text that are shown around its first hit."""
BEFORE_HIT = 60
OR = {"or", "atau"}

_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<words>[^\s"]+))')
_WORD = re.compile(r"[0-9A-Za-z\u00aa-\u1fff\u2c00-\U0010ffff]+")  # as PostgreSQL reads them
_VOWELS = frozenset("aeiou")
_LOST = "kt"
"""What `men-` and `meng-` take from a word that begins with it and a vowel: `tulis`, `menulis`."""
_SHIFTED = {"m": "p", "p": "m"}
"""`memasak` may come from `pasak` or `masak`; the stemmer takes the first."""


class Term(Struct, frozen=True):
    """A word, or words of a phrase, which must then be next to each other."""

    text: str
    is_phrase: bool = False
    is_excluded: bool = False


class SearchQuery(Struct, frozen=True):
    """What matches all terms of one of the alternatives is found.

    While `is_unfinished`, the last word may be the beginning of a word.
    """

    alternatives: tuple[tuple[Term, ...], ...]
    is_unfinished: bool

    @property
    def terms(self) -> Iterator[Term]:
        return (term for alternative in self.alternatives for term in alternative)


def parse(text: str) -> SearchQuery:
    """Read any text as a search. Signs that mean nothing where they stand are ignored."""
    alternatives: list[list[Term]] = [[]]
    is_unfinished = False
    for part in _PART.finditer(text):
        is_unfinished = False
        if (part["words"] or "").lower() in OR and not part["minus"]:
            alternatives.append([])
        elif any(map(str.isalnum, part["phrase"] or part["words"] or "")):
            term = _term(part)
            alternatives[-1].append(term)
            is_unfinished = part.end() == len(text) and not (term.is_excluded or part["end"])
    distinct = _without_repetitions(_without_repetitions(terms) for terms in alternatives if terms)
    return SearchQuery(distinct, is_unfinished)


def _without_repetitions(items: Iterable[T]) -> tuple[T, ...]:
    """Each item once, at its last place, because the last word may be unfinished."""
    return tuple(reversed(dict.fromkeys(reversed(tuple(items)))))


def _term(part: re.Match[str]) -> Term:
    is_phrase = part["phrase"] is not None
    return Term(part["phrase"] if is_phrase else part["words"], is_phrase, bool(part["minus"]))


def indonesian_forms(stem: str) -> tuple[str, ...]:
    """The stem, and what PostgreSQL's stemmer may make of other forms of the same word.

    It takes `men-` from `menulis`, and cannot know that the word has lost its first letter.
    """
    first, vowel_follows = stem[:1], stem[1:2] in _VOWELS
    if first in _VOWELS:
        return (stem, *(lost + stem for lost in _LOST))
    if first in _LOST and vowel_follows:
        return (stem, stem[1:])
    if first in _SHIFTED and vowel_follows:
        return (stem, _SHIFTED[first] + stem[1:])
    return (stem,)


class Fragment(Struct, frozen=True):
    """A part of a text, and whether it is a word that was searched for."""

    text: str
    is_hit: bool = False


def words_of(text: str) -> Iterator[str]:
    return (match[0] for match in _WORD.finditer(text))


def highlighted(text: str, is_hit: Callable[[str], bool]) -> tuple[Fragment, ...]:
    """The text as fragments: hits, and what stands between them. A long one is cut."""
    hits = [match.span() for match in _WORD.finditer(text) if is_hit(match[0])]
    start, end = _excerpt(text, hits[0][0] if hits else 0)
    return tuple(_fragments(text, hits, start, end))


def _excerpt(text: str, hit: int) -> tuple[int, int]:
    """Where the text is cut: around this place, between words."""
    if len(text) <= EXCERPT:
        return 0, len(text)
    start = max(min(hit - BEFORE_HIT, len(text) - EXCERPT), 0)
    end = start + EXCERPT
    if start and (space := text.find(" ", start, hit)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", hit, end)) >= 0:
        end = space
    return start, end


def _fragments(
    text: str, hits: Sequence[tuple[int, int]], start: int, end: int
) -> Iterator[Fragment]:
    before = "…" if start else ""
    for first, last in hits:
        if last <= end:
            if plain := before + text[start:first]:
                yield Fragment(plain)
            yield Fragment(text[first:last], is_hit=True)
            before, start = "", last
    if plain := before + text[start:end] + ("…" if end < len(text) else ""):
        yield Fragment(plain)
