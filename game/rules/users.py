"""What people may say of themselves."""

from typing import Annotated

from msgspec import Meta

FULL_NAME_MAX = 100
LANGUAGE_CODE_MIN, LANGUAGE_CODE_MAX = 2, 10
GOALS_MAX = 10
GOAL_MAX = 200  # characters

FullName = Annotated[
    str, Meta(min_length=1, max_length=FULL_NAME_MAX, pattern=r"\S", examples=["Siti Rahayu"])
]
LanguageCode = Annotated[
    str,
    Meta(
        min_length=LANGUAGE_CODE_MIN,
        max_length=LANGUAGE_CODE_MAX,
        pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$(?!\n)",
        examples=["id"],
    ),
]
LearningGoals = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=GOAL_MAX, pattern=r"\S")]],
    Meta(max_length=GOALS_MAX),
]
