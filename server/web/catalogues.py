"""Reads the catalogues, which hold all texts of pages and mails, and chooses a visitor's language.

A text has a flat key, and `{name}` where a value is filled in. Each language is a folder with one
file per noun (`locales/en/quizzes.json`); together they are one catalogue.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from game.rules.user_preferences import Locale

LOCALES: tuple[str, ...] = get_args(Locale)
LOCALE_COOKIE = "kuis_lang"
DIRECTORY = Path(__file__).parent / "locales"
ACCEPTED = re.compile(r"\s*([A-Za-z]{2})[A-Za-z-]*\s*(?:;\s*q=([\d.]+))?")

Catalogue = Mapping[str, str]


def read_catalogues() -> dict[str, Catalogue]:
    return {
        locale: {key: text for noun in read_nouns(locale).values() for key, text in noun.items()}
        for locale in LOCALES
    }


def read_nouns(locale: str) -> dict[str, dict[str, str]]:
    """The texts of a language by noun, which is the name of their file."""
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        for path in sorted((DIRECTORY / locale).glob("*.json"))
    }


def choose_locale(cookie: str | None, accept_language: str) -> str:
    """The locale in the cookie, or the browser's best one that we have, or English."""
    if cookie in LOCALES:
        return cookie
    wishes = (ACCEPTED.match(part) for part in accept_language.split(","))
    ranked = sorted(
        (wish for wish in wishes if wish and wish[1].lower() in LOCALES),
        key=lambda wish: _weight(wish[2]),
        reverse=True,
    )
    return ranked[0][1].lower() if ranked else "en"


def _weight(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def part_of(catalogue: Catalogue, prefixes: Iterable[str]) -> dict[str, str]:
    """The texts that a page needs, selected by the part of the key before the first dot."""
    wanted = frozenset(prefixes)
    return {key: text for key, text in catalogue.items() if key.split(".", 1)[0] in wanted}
