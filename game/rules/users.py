"""The rules for the fields of a profile: name and learning goals."""

from typing import Annotated

from msgspec import Meta

EMAIL_MIN, EMAIL_MAX = 3, 254
FULL_NAME_MAX = 100
GOALS_MAX = 10
GOAL_MAX = 200  # characters

FullName = Annotated[
    str, Meta(min_length=1, max_length=FULL_NAME_MAX, pattern=r"\S", examples=["Siti Rahayu"])
]
LearningGoals = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=GOAL_MAX, pattern=r"\S")]],
    Meta(max_length=GOALS_MAX),
]
