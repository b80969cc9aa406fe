"""The word filter: finds words of abuse, plain or disguised, but not inside innocent words."""

import re
import unicodedata
from collections.abc import Iterator

from game.rules.nicknames.confusables import in_latin, without_unseen
from game.rules.nicknames.profanity_words import ANYWHERE, WHOLE

_LETTERS_FOR_SIGNS = str.maketrans("0345789@$!|+", "oeastbgasiit")
_READINGS_OF_ONE = "il"
_READINGS_OF_STAR = "uiao"
_EDGES = "0123456789!*+|"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GAPS = re.compile(r"(?:[^\w@$!|+*]|_)+")
_REPEATED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1\1+")
_ANYWHERE = re.compile("|".join(sorted(ANYWHERE)))


def is_profane(text: str) -> bool:
    """Whether a word of abuse stands in it, in English or Indonesian, disguised or not.

    Disguised is: digits and signs for letters, letters repeated, gaps between all letters. Short
    words count only as whole words: Scunthorpe, Cassandra and rappers are welcome. Letters of other
    scripts count as the Latin ones that they look like.
    """
    seen = without_unseen(text)
    return any(map(_has_profane_word, {seen, in_latin(seen)}))


def _has_profane_word(text: str) -> bool:
    return any(_is_profane_word(word) for token in set(_tokens(text)) for word in _readings(token))


def _tokens(text: str) -> Iterator[str]:
    """The words, the parts of CamelCase, and what single letters in a row spell."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    parts = _GAPS.split(_CAMEL.sub(" ", plain))
    yield from _GAPS.split(plain)
    yield from parts
    yield from "".join(part if len(part) == 1 else " " for part in parts).split()


def _readings(token: str) -> Iterator[str]:
    """The ways to read a token as letters; one without letters is a number, not a word."""
    word = token.casefold()
    if not any(mark.isalpha() for mark in word):
        return
    for spelled in {word, word.strip(_EDGES)}:
        for one in _READINGS_OF_ONE if "1" in spelled else "-":
            for star in _READINGS_OF_STAR if "*" in spelled else "-":
                yield spelled.replace("1", one).replace("*", star).translate(_LETTERS_FOR_SIGNS)


def _is_profane_word(word: str) -> bool:
    if _ANYWHERE.search(word) or _ANYWHERE.search(_REPEATED.sub(r"\1", word)):
        return True
    return not WHOLE.isdisjoint((word, _STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)))
