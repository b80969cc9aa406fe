"""Refuses passwords that are easy to guess: common ones, and those made from the account's data.

A password may consist of any characters, but must take many guesses (NIST SP 800-63B, ASVS 5.0
6.2). zxcvbn knows the 30,000 most common passwords, names, words, dates and patterns.
"""

import re
from typing import Final

from zxcvbn_rs_py import zxcvbn

from game.errors import Detail, Invalid

MIN_GUESSES: Final = 1_000_000
"""Online, a million guesses take years; see sign_in_throttle.py."""
MAX_CHECKED_LENGTH: Final = 32
"""Only the first characters are checked: if they are hard to guess, so is the whole password."""
OWN_WORDS: Final = ("kuis", "quiz", "teacher", "student", "guru", "siswa", "murid", "sekolah")
"""Words of this product and of schools, which count as easily guessed."""
INDONESIAN: Final = ("rahasia", "katasandi", "sandi", "sayang", "cinta", "indonesia", "merdeka")
"""The most common Indonesian words in passwords, which the English lists lack."""


def require_strong_password(
    password: str, *, email: str, full_name: str, field: str = "password"
) -> None:
    """Raise Invalid, `password_guessable`, for a password that is easy to guess.

    It must also be hard to guess without the spaces and signs between its words.
    """
    local_part, _, domain = email.lower().partition("@")
    name = full_name.lower()
    own = {email.lower(), local_part, domain, *_words(local_part), *_words(domain)}
    own |= {name, _joined(name), _joined(local_part), *_words(name), *OWN_WORDS, *INDONESIAN}
    known = sorted(own - {""})
    texts = {password[:MAX_CHECKED_LENGTH], _joined(password)[:MAX_CHECKED_LENGTH]}
    if min(zxcvbn(text, known).guesses for text in texts) < MIN_GUESSES:
        message = (
            "This password is easy to guess. Use several words that have nothing to do with you."
        )
        detail = Detail(field, "password_guessable", message)
        raise Invalid("password_guessable", message, (detail,))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _joined(text: str) -> str:
    return "".join(_words(text))
