"""The settings of a session, and the preparation of a quiz for one room under them."""

from collections.abc import Sequence
from random import Random
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from game.errors import Detail as Problem
from game.rules.questions import Question, QuestionDraft, freeze
from game.rules.quizzes import QUESTIONS_MAX

RANGES = {
    "lead_in_ms": (0, 10_000),
    "auto_advance_ms": (1_000, 300_000),
    "max_players": (1, 20_000),
}


def _range(name: str) -> Meta:
    """Described only: `settings_problems` checks it, so that running rooms always load."""
    least, most = RANGES[name]
    return Meta(extra_json_schema={"minimum": least, "maximum": most})


class RoomSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a room is run; `double_points` has 0-based indexes of questions."""

    lead_in_ms: Annotated[int, _range("lead_in_ms")] = 1000
    auto_advance: bool = False
    auto_advance_ms: Annotated[int, _range("auto_advance_ms")] = 8000
    streak_bonus: bool = False
    double_points: Annotated[tuple[int, ...], Meta(max_length=QUESTIONS_MAX)] = ()
    max_players: Annotated[int, _range("max_players")] = 2000
    late_join: bool = True
    word_filter: bool = True
    friendly_names: bool = False
    shuffle_questions: bool = False
    shuffle_choices: bool = False


def settings_problems(settings: RoomSettings, of: int) -> list[Problem]:
    """What is wrong with the settings for a quiz of `of` questions; none = nothing."""
    ranges = (
        *((name, getattr(settings, name), *bounds) for name, bounds in RANGES.items()),
        *(
            (f"double_points[{at}]", question, 0, of - 1)
            for at, question in enumerate(settings.double_points)
        ),
    )
    return [
        Problem(path, "out_of_range", f"Choose a number from {least} to {most}.")
        for path, value, least, most in ranges
        if not least <= value <= most
    ]


def prepare_questions(
    drafts: Sequence[QuestionDraft], settings: RoomSettings, random: Random
) -> tuple[tuple[Question, ...], RoomSettings]:
    """Playable drafts frozen for one room, shuffled where the settings say so.

    The settings come back with `double_points` still at the same questions.
    """
    order = list(range(len(drafts)))
    if settings.shuffle_questions:
        random.shuffle(order)
    questions = tuple(
        freeze(drafts[at], random, shuffle_choices=settings.shuffle_choices) for at in order
    )
    doubled = tuple(sorted(order.index(at) for at in set(settings.double_points)))
    return questions, replace(settings, double_points=doubled)
