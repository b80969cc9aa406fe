"""Short answers without the differences that do not matter: case, space, accents, punctuation."""

import unicodedata
from collections.abc import Iterator

from game.rules.questions.kinds import AcceptedAnswers

# Letters that Unicode does not decompose although people type them without their stroke.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ħ": "h",
        "Ħ": "H",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
    }
)
_MINUS = "\N{MINUS SIGN}"
_SPACING_ACCENTS = "`\N{ACUTE ACCENT}"
# Marks that tell answers apart: C from C#, 5 from 5 %, and and or from and/or.
_MEANINGFUL = "#%&@*/\\"


def normalise(text: str, rules: AcceptedAnswers) -> str:
    """The form of `text` in which two answers that differ only in what `rules` ignore are equal.

    Normalising twice changes nothing. A text of nothing but punctuation keeps it: "!" stays "!".
    """
    folded = _folded(text, rules)
    if not rules.ignore_punctuation:
        return folded
    return _spaced(_without_punctuation(folded), rules) or folded


def _folded(text: str, rules: AcceptedAnswers) -> str:
    if text.isascii():
        return _spaced(text.lower() if rules.ignore_case else text, rules)
    text = unicodedata.normalize("NFKC", text)
    if rules.ignore_case:
        text = unicodedata.normalize("NFKC", text.casefold())
    if rules.ignore_accents:
        text = _without_accents(text)
    return _spaced(text, rules)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(mark for mark in decomposed if not _is_accent(mark))
    return unicodedata.normalize("NFC", kept).translate(_PLAIN_LETTERS)


def _is_accent(mark: str) -> bool:
    """Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks of Arabic.

    Not the marks without which Japanese, Indic and Thai letters are other letters: those have the
    combining classes 7 to 9 and 103 to 132.
    """
    place = unicodedata.combining(mark)
    return place == 1 or 10 <= place <= 36 or place >= 200  # noqa: PLR2004  # Unicode's own classes


def _spaced(text: str, rules: AcceptedAnswers) -> str:
    """Without characters of no width, one space between words, none around them."""
    if not rules.ignore_space:
        return text
    if text.isascii():
        return " ".join(text.split())
    visible = "".join(mark for mark in text if unicodedata.category(mark) != "Cf")
    return " ".join(visible.split())


def _without_punctuation(text: str) -> str:
    """A dash parts words as a space does; what stands in a number (3.14, -5, 10:30) stays."""
    if text.replace(" ", "").isalnum():
        return text
    dashed = "".join("-" if _is_dash(mark) else mark for mark in text)
    bare = "".join(mark for mark, before, after in _around(dashed) if _stays(mark, before, after))
    return "".join(_dash(mark, before, after) for mark, before, after in _around(bare))


def _around(text: str) -> Iterator[tuple[str, str, str]]:
    """Each character with the one before and the one after it, a space at the ends."""
    return zip(text, f" {text}", f"{text[1:]} ", strict=False)


def _is_dash(mark: str) -> bool:
    return mark == _MINUS or unicodedata.category(mark) == "Pd"


def _stays(mark: str, before: str, after: str) -> bool:
    if mark in _SPACING_ACCENTS:
        return False
    if not unicodedata.category(mark).startswith("P") or mark == "-" or mark in _MEANINGFUL:
        return True
    return before.isdigit() and after.isdigit()


def _dash(mark: str, before: str, after: str) -> str:
    if mark != "-":
        return mark
    is_in_number = after.isdigit() and (before.isdigit() or not before.isalnum())
    return mark if is_in_number else " "
