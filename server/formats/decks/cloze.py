"""Gaps in texts as Anki writes them, like `The capital of {{c1::France::a country}} is Paris`."""

import re
from typing import NamedTuple

from server.formats.items import BadItemError

MARK = re.compile(r"\{\{c([\d,]{1,40})::|\}\}")
DEPTH_MAX = 10
OCCLUSION = "image-occlusion:"


class Filled(NamedTuple):
    """A text with its gaps, and whether any of them was asked for."""

    text: str
    is_asked: bool


class _Gap:
    def __init__(self, opening: str, numbers: str) -> None:
        self.opening = opening
        self.numbers = {number for number in numbers.split(",") if number}
        self.parts: list[str] = []


def filled(text: str, number: int, *, is_front: bool) -> Filled:
    """The text with all gaps filled, but on the front with brackets for those of this number.

    Raises:
        BadItemError: the gaps hide parts of a picture, or are nested too deeply.
    """
    outer = _Gap("", "")
    open_ = [outer]
    is_asked = False
    at = 0
    for match in MARK.finditer(text):
        open_[-1].parts.append(text[at : match.start()])
        at = match.end()
        if match[1] is not None:
            open_.append(_Gap(match[0], match[1]))
            if len(open_) > DEPTH_MAX:
                raise BadItemError("bad_gap", "Its gaps are nested too deeply.")
        elif len(open_) == 1:
            outer.parts.append(match[0])
        else:
            gap = open_.pop()
            content, _, hint = "".join(gap.parts).partition("::")
            if content.startswith(OCCLUSION):
                raise BadItemError("picture_gaps", "Gaps in a picture cannot be asked here.")
            if str(number) in gap.numbers:
                is_asked = True
                content = f"[{hint or '…'}]" if is_front else content
            open_[-1].parts.append(content)
    open_[-1].parts.append(text[at:])
    return Filled("".join(f"{gap.opening}{''.join(gap.parts)}" for gap in open_), is_asked)
