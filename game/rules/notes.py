"""Notes: a front and a back that a learner wrote, from which cards are made."""

from typing import Annotated

from msgspec import Meta, Struct

from game.errors import Detail
from game.rules.questions.drafts import media_problem
from game.rules.questions.fields import URL_MAX, Tags

SIDE_MAX = 5000
HINT_MAX = 500
SOURCE_KEY_MAX = 200

Side = Annotated[str, Meta(max_length=SIDE_MAX)]
Hint = Annotated[str, Meta(min_length=1, max_length=HINT_MAX)]
Picture = Annotated[str, Meta(max_length=URL_MAX)]


class NoteDraft(Struct, frozen=True, kw_only=True):
    """What a learner writes. A reversed note is asked both ways, by two cards."""

    front: Side = ""
    back: Side = ""
    hint: Hint | None = None
    front_media: Picture | None = None
    back_media: Picture | None = None
    tags: Tags = []
    is_reversed: bool = False


def problems(draft: NoteDraft) -> list[Detail]:
    """Why no card can be made of it; nothing if one can: each side shows a text or a picture."""
    sides = (("front", draft.front, draft.front_media), ("back", draft.back, draft.back_media))
    return [
        *(
            Detail(name, "missing", "Write something, or choose a picture.")
            for name, text, media in sides
            if not text.strip() and media is None
        ),
        *media_problem("front_media", draft.front_media),
        *media_problem("back_media", draft.back_media),
    ]
