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
_APOSTROPHES = "'`\N{ACUTE ACCENT}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
# Marks that tell answers apart: C from C#, 5 from 5 %, and and or from and/or.
_MEANINGFUL = "#%&@*/\\"


def normalise(text: str, rules: AcceptedAnswers) -> str:
    """The form of `text` in which two answers that differ only in what `rules` ignore are equal.

    Normalising twice changes nothing. A text of nothing but punctuation keeps it: "!" stays "!".
    """
    folded = _folded(text, rules)
    if not rules.ignore_punctuation:
        return folded
    bare = _spaced(_without_punctuation(folded), rules) or folded
    return _with_initials_together(bare) if rules.ignore_space else bare


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
    """Apostrophes go, other punctuation parts words; what stands in a number stays."""
    if text.replace(" ", "").isalnum():
        return text
    whole = "".join(_apostrophe(*marks) for marks in _around(text))
    return "".join(_punctuation(*marks) for marks in _around(whole))


def _around(text: str) -> Iterator[tuple[str, str, str]]:
    """Each character between the one before and the one after it, a space at the ends."""
    return zip(f" {text}", text, f"{text[1:]} ", strict=False)


def _apostrophe(before: str, mark: str, after: str) -> str:
    is_in_number = before.isdigit() and after.isdigit()
    return "" if mark in _APOSTROPHES and not is_in_number else mark


def _punctuation(before: str, mark: str, after: str) -> str:
    """A dash before a number is its sign: -5; between digits all marks stay: 3.14, 10:30."""
    is_dash = mark == _MINUS or unicodedata.category(mark) == "Pd"
    is_sign = is_dash and not before.isalnum()
    if after.isdigit() and (before.isdigit() or is_sign):
        return "-" if is_dash else mark
    is_plain = not unicodedata.category(mark).startswith("P") or mark in _MEANINGFUL
    return mark if is_plain and not is_dash else " "


def _with_initials_together(text: str) -> str:
    """R.A. Kartini, R. A. Kartini and RA Kartini are one person."""
    words: list[str] = []
    are_initials = False
    for word in text.split(" "):
        is_initial = len(word) == 1 and word.isalpha()
        if is_initial and are_initials:
            words[-1] += word
        else:
            words.append(word)
        are_initials = is_initial
    return " ".join(words)
