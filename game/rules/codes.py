"""Codes that people read from a wall and type: six characters, no look-alikes.

A quiz's standing code begins with a letter, a session's own with a digit, so that the two can
never be the same.
"""

from random import Random

_DIGITS = "23456789"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = _DIGITS + _LETTERS
CODE_LENGTH = 6

# What chance must not write on a classroom's wall. Words with I, L, O or U cannot be written.
_RUDE = ("ASS", "SEX", "FAG", "KKK", "NAZ", "PEE", "RAPE", "ANAL", "TETEK", "ANJ", "ASW")
_DIGITS_AS_LETTERS = str.maketrans("345", "EAS")


def quiz_code(random: Random) -> str:
    return _code(_LETTERS, random)


def session_code(random: Random) -> str:
    return _code(_DIGITS, random)


def normalise(code: str) -> str:
    """The code as it is stored: case, spaces and dashes as typed do not matter."""
    return "".join(code.upper().replace("-", " ").split())


def is_code(text: str) -> bool:
    """Whether it could be a code: neither that a room has it, nor that one ever had."""
    return len(text) == CODE_LENGTH and set(text) <= set(ALPHABET)


def _code(first: str, random: Random) -> str:
    while True:
        code = random.choice(first) + "".join(random.choices(ALPHABET, k=CODE_LENGTH - 1))
        if not _is_rude(code):
            return code


def _is_rude(code: str) -> bool:
    read = code.translate(_DIGITS_AS_LETTERS)
    return any(word in read for word in _RUDE)
