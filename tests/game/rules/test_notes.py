"""What a note needs before cards can be made of it."""

import pytest

from game.rules.notes import NoteDraft, problems

PICTURE = "/pictures/0b1f6c1e-5a0e-4b52-9f0a-2a4b8c1d7e3f"


@pytest.mark.parametrize(
    ("draft", "found"),
    [
        (NoteDraft(front="a", back="b"), []),
        (NoteDraft(front_media=PICTURE, back_media="https://kuis.example/1.png"), []),
        (NoteDraft(front=" ", back="b"), [("front", "missing")]),
        (NoteDraft(front="a", back_media="javascript:a"), [("back_media", "bad_url")]),
        (NoteDraft(front="a", back="b", front_media="/x"), [("front_media", "bad_url")]),
    ],
)
def test_each_side_shows_a_text_or_a_picture(
    draft: NoteDraft, found: list[tuple[str, str]]
) -> None:
    assert [(each.path, each.code) for each in problems(draft)] == found
