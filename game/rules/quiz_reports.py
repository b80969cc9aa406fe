"""Reports of published quizzes: why somebody thinks that one should not be in the library."""

from typing import Annotated, Literal

from msgspec import Meta

COMMENT_MAX = 1000

ReportReason = Literal["wrong", "offensive", "copyright", "personal_data", "other"]
Comment = Annotated[str, Meta(max_length=COMMENT_MAX)]
