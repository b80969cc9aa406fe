"""Makes files of whole quizzes, and tells what they leave out.

Web processes let another process do this, which loads no more than this module.
"""

from collections.abc import Collection, Mapping, Sequence

from game.rules.questions import QuestionDraft
from server.formats.all import NOT_CARRIED, losses, write


def quiz_file(name: str, drafts: Sequence[QuestionDraft], pictures: Mapping[str, bytes]) -> bytes:
    """The questions that the format can carry, with those pictures that it can hold."""
    carried = [draft for draft in drafts if losses(name, draft, pictures) != [NOT_CARRIED]]
    return b"".join(write(name, carried, pictures))


def quiz_losses(
    name: str, drafts: Sequence[QuestionDraft], pictures: Collection[str]
) -> list[list[str]]:
    """What each question loses in such a file; `pictures` are those that it can hold."""
    return [losses(name, draft, pictures) for draft in drafts]
