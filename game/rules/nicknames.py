"""Nicknames: what one may be, which look alike, which are foul, and friendly ones."""

from random import Random

NICKNAME_MAX = 24


def clean(nickname: str) -> str:
    """The nickname as it will be shown: 1 to 24 visible characters, space collapsed.

    Raises:
        Refusal: `nickname_invalid`.
    """
    raise NotImplementedError


def fold(nickname: str) -> str:
    """What two nicknames that look alike have in common (NFKC, case folded)."""
    raise NotImplementedError


def is_foul(text: str) -> bool:
    """Whether a word of abuse stands in it, in English or Indonesian, disguised or not."""
    raise NotImplementedError


def friendly(random: Random, attempt: int = 0) -> str:
    """A given nickname; with each attempt after the first a longer random number behind it."""
    raise NotImplementedError
