"""Tables of invisible characters and of characters that look like others."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

import regex
from confusable_homoglyphs.utils import load

_UNSEEN: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}")
# A variant of a Mongolian letter or of an ideograph is chosen by what stands behind it, and of an
# emoji by U+FE0E and U+FE0F. Elsewhere such a mark is only a way to make two names of one.
_STRAY: Final = regex.compile(
    r"(?V1)(?<![\p{Mongolian}\p{Ideographic}])"
    r"[[\p{Default_Ignorable_Code_Point}&&\p{M}]--[\uFE0E\uFE0F]]"
)
_LEFT_TO_RIGHT: Final = "\N{LEFT-TO-RIGHT MARK}"
_DOTTED_I: Final = "i\N{COMBINING DOT ABOVE}"


def without_unseen(text: str) -> str:
    return str(_UNSEEN.sub("", text))


def without_stray(text: str) -> str:
    """The text without invisible marks that change nothing of what is seen."""
    return str(_STRAY.sub("", text))


def skeleton(text: str) -> str:
    """A form that is equal for texts that look the same (UTS 39, section 4). It is never shown."""
    seen = without_unseen(unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFD", seen.translate(_prototypes()))


def caseless_skeleton(text: str) -> str:
    """Like `skeleton`, but also equal for texts that differ only in case."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace(_DOTTED_I, "i")
    return skeleton(folded).casefold()


def in_latin(text: str) -> str:
    """The text with Latin letters in the place of others that look like them."""
    return text.translate(_latin_prototypes())


@cache
def _prototypes() -> Mapping[int, str]:
    """Each confusable character and the one (or more) that stands for all that look like it.

    The library lists the prototype of every source, and the sources of every prototype. Where two
    characters are listed with each other only, the lower one stands for both. Right-to-left
    characters are listed between marks.
    """
    listed = {
        character.strip(_LEFT_TO_RIGHT): [other["c"].strip(_LEFT_TO_RIGHT) for other in others]
        for character, others in load("confusables.json").items()
    }
    return {
        ord(character): others[0]
        for character, others in listed.items()
        if len(character) == len(others) == 1
        and (len(listed[others[0]]) > 1 or len(others[0]) > 1 or others[0] < character)
    }


@cache
def _latin_prototypes() -> Mapping[int, str]:
    latin = {}
    for character, prototype in _prototypes().items():
        plain = "".join(mark for mark in prototype if not unicodedata.combining(mark))
        if not chr(character).isascii() and plain.isascii():
            # A small L stands for all strokes, a capital I among them.
            latin[character] = "I" if plain == "l" and chr(character).isupper() else plain
    return latin
