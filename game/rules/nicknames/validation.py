"""Validates nicknames, and reduces them to forms in which similar ones are equal."""

import re
import unicodedata

from game.errors import room_refusal
from game.rules.nicknames.confusables import caseless_skeleton, skeleton, without_stray

NICKNAME_MAX = 24
# An emoji may consist of many characters, so their number needs a limit of its own.
_CHARACTERS_MAX = 120
_MARKS_MAX = 4

_JOINER = "\N{ZERO WIDTH JOINER}"
_NON_JOINER = "\N{ZERO WIDTH NON-JOINER}"
_JOINERS = (_JOINER, _NON_JOINER)
_VARIATION = "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
_SKIN_TONES = {chr(tone) for tone in range(0x1F3FB, 0x1F400)}
_FLAG_LETTERS = {chr(letter) for letter in range(0x1F1E6, 0x1F200)}
_FLAG_TAGS = {chr(tag) for tag in range(0xE0020, 0xE0080)}
_BLACK_FLAG = "\N{WAVING BLACK FLAG}"
# These are letters by their category, but they look blank.
_BLANKS = set("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_REFUSED = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def clean(nickname: str) -> str:
    """The nickname as it will be shown: 1 to 24 visible characters, space collapsed.

    Refused are characters that hide, reorder or break what stands around them. Joiners are fine
    where a script or an emoji needs them; other marks that nobody sees are left out.

    Raises:
        Refusal: `nickname_invalid`.
    """
    seen = without_stray(nickname[: 4 * _CHARACTERS_MAX])
    name = " ".join(unicodedata.normalize("NFC", seen).split())
    if len(name) > _CHARACTERS_MAX or not _is_readable(name):
        raise room_refusal("nickname_invalid")
    if not 1 <= visible_length(name) <= NICKNAME_MAX:
        raise room_refusal("nickname_invalid")
    return name


def numbered(nickname: str, number: int) -> str:
    """The nickname with a number behind it. It is shortened if the number does not fit."""
    ending = f" {number}"
    while visible_length(nickname) + len(ending) > NICKNAME_MAX or nickname.endswith(_JOINERS):
        nickname = nickname[:-1]
    return nickname.rstrip() + ending


def fold(nickname: str) -> tuple[str, str]:
    """Two forms of a nickname: one that ignores case, and one of how it looks as written.

    Two nicknames are too similar if either form is the same: Ana and ANA, or Ibu and lbu with a
    small L. Neither form has invisible characters.
    """
    name = " ".join(nickname.split())
    return caseless_skeleton(name), f"={skeleton(name)}"


def visible_length(name: str) -> int:
    """The number of characters as a reader counts: an emoji is one, an accented letter is one."""
    count = 0
    before = ""
    flag_letters = 0
    for mark in name:
        flag_letters = flag_letters + 1 if mark in _FLAG_LETTERS else 0
        goes_on = before == _JOINER or _continues(mark) or (flag_letters and not flag_letters % 2)
        count += not goes_on
        before = mark
    return count


def _continues(mark: str) -> bool:
    """Whether a mark only changes the character before it."""
    is_tag = mark in _SKIN_TONES or mark in _FLAG_TAGS
    return is_tag or mark in _JOINER + _NON_JOINER or unicodedata.category(mark).startswith("M")


def _is_readable(name: str) -> bool:
    """Whether something can be seen, and each mark is allowed in its place."""
    has_base = any(unicodedata.category(mark)[0] in "LNPS" for mark in name)
    around = zip(name, f" {name}", f"{name[1:]} ", strict=False)
    return has_base and not _is_stacked(name) and all(_may_stand(*marks) for marks in around)


def _is_stacked(name: str) -> bool:
    """Whether accents are piled up, so that they would cover other lines."""
    kinds = "".join(unicodedata.category(mark)[0] for mark in unicodedata.normalize("NFD", name))
    return "M" * (_MARKS_MAX + 1) in kinds or re.match("M", kinds) is not None


def _may_stand(mark: str, before: str, after: str) -> bool:
    if mark == _JOINER:
        return (_is_picture(before) and _is_picture(after)) or _is_joining_script(before)
    if mark == _NON_JOINER:
        return _is_joining_script(before) and _is_joining_script(after)
    if mark in _FLAG_TAGS:
        return before == _BLACK_FLAG or before in _FLAG_TAGS
    return mark not in _BLANKS and unicodedata.category(mark) not in _REFUSED


def _is_picture(mark: str) -> bool:
    return mark in _VARIATION or mark in _SKIN_TONES or unicodedata.category(mark) == "So"


def _is_joining_script(mark: str) -> bool:
    """Arabic, Syriac and the scripts of India: there joiners choose the form of a letter."""
    return "\u0600" <= mark <= "\u07ff" or "\u0900" <= mark <= "\u0dff"
