"""Fills in the templates of Anki's note types, as far as a plain text goes."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from server.formats.decks.cloze import filled
from server.formats.items import BadItemError

MARK = re.compile(r"\{\{\{?([^{}]*)\}?\}\}")
GAP_MARK = re.compile(r"c(\d+)")
RULE = re.compile(r"<hr\b[^<>]*>", re.IGNORECASE)
EMPTY = re.compile(r"(?:\s|&nbsp;|</?(?:br|div|p|span)\b[^<>]*>)+", re.IGNORECASE)
FILLED_MAX_CHARACTERS = 128 * 1024
UNSHOWN = {"FrontSide", "CardFlag", "CardID"}
"""The front is always shown above the back."""


class Filling(NamedTuple):
    """The HTML of a side, the HTML of its hints, and the codes of what is lost."""

    html: str
    hints: str
    lost: set[str]


class _Filler:
    def __init__(self, fields: Mapping[str, str], number: int | None, *, is_front: bool) -> None:
        self._fields = fields
        self._number = number
        self._is_front = is_front
        self._found_gap = False
        self.lost: set[str] = set()
        self.hints: list[str] = []

    @property
    def lacks_gap(self) -> bool:
        return self._number is not None and not self._found_gap

    def is_there(self, name: str) -> bool:
        """Whether a condition on this field holds: on `c1`, that the first gap is asked for."""
        if name not in self._fields and (gap := GAP_MARK.fullmatch(name)):
            return self._number is not None and int(gap[1]) == self._number
        value = self._fields.get(name, "")
        return len(value) > FILLED_MAX_CHARACTERS or not EMPTY.fullmatch(value or " ")

    def value(self, expression: str) -> str:
        *filters, name = (part.strip() for part in expression.split(":"))
        if name in UNSHOWN:
            return ""
        text = self._fields.get(name, "")
        for each in reversed(filters):
            text = self._filtered(each, text)
        return text

    def _filtered(self, name: str, text: str) -> str:
        match name.partition(" ")[0]:
            case "cloze" | "cloze-only" if self._number is not None:
                found = filled(text, self._number, is_front=self._is_front)
                self._found_gap |= found.is_asked
                return found.text
            case "type":
                self.lost.add("typed_answer")
                return "" if self._is_front or self._number is not None else text
            case "hint" if self._is_front:
                self.hints.append(text)
                return ""
            case "tts" | "tts-voices":
                self.lost.add("sound")
                return ""
            case _:
                return text


def fill(
    template: str, fields: Mapping[str, str], *, gap: int | None = None, is_front: bool
) -> Filling:
    """A side of a card; `gap` is the number of the gap that a card with gaps asks for.

    Raises:
        BadItemError: the conditions of the template do not match, it becomes too long, or no gap
            has this number.
    """
    filler = _Filler(fields, gap, is_front=is_front)
    parts: list[str] = []
    conditions: list[tuple[str, bool]] = []
    size = at = 0
    for match in MARK.finditer(template):
        shown = [template[at : match.start()]]
        at = match.end()
        was_shown = all(holds for _, holds in conditions)
        kind, name = match[1][:1], match[1][1:].strip()
        if kind in {"#", "^"}:
            conditions.append((name, filler.is_there(name) == (kind == "#")))
        elif kind == "/":
            if not conditions or conditions.pop()[0] != name:
                raise _bad_template()
        elif kind != "!" and was_shown:
            shown.append(filler.value(match[1].strip()))
        if was_shown:
            parts += shown
            size += sum(map(len, shown))
        if size > FILLED_MAX_CHARACTERS or len(conditions) > FILLED_MAX_CHARACTERS:
            raise BadItemError("item_too_long", "This item is too long to be a card.")
    if conditions:
        raise _bad_template()
    if is_front and filler.lacks_gap:
        raise BadItemError("no_gap", "The text has no gap for this card.")
    parts.append(template[at:])
    return Filling("".join(parts), "\n".join(filler.hints), filler.lost)


def below_rule(html: str) -> str | None:
    """What is below the line that divides the answer from the question, if there is one."""
    rules = (each for each in RULE.finditer(html) if "answer" in each[0].lower())
    rule = next(rules, None)
    return html[rule.end() :] if rule else None


def _bad_template() -> BadItemError:
    return BadItemError("bad_template", "The template of the card is broken.")
