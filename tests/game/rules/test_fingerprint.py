"""Fingerprints of questions: equal for what a teacher would call the same question."""

import unicodedata

import msgspec
import pytest

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from game.rules.questions.fingerprint import FINGERPRINT_BYTES, fingerprint


def choices(*texts: str) -> tuple[ChoiceDraft, ...]:
    return tuple(ChoiceDraft(text=text, is_correct=not at) for at, text in enumerate(texts))


CAPITAL = QuestionDraft(
    type=Kind.MULTIPLE_CHOICE, stem="Capital of Japan?", choices=choices("Tokyo", "Osaka")
)


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "  capital of  Japan "},
        {"choices": choices("Osaka", "Tokyo")},
        {"choices": choices("tokyo.", "OSAKA")},
        {"type": Kind.MULTIPLE_SELECT},
        {"points": 500, "tags": ["asia"], "explanation": "Since 1868.", "level": "A2"},
    ],
)
def test_what_does_not_make_another_question(changes: dict[str, object]) -> None:
    assert fingerprint(msgspec.structs.replace(CAPITAL, **changes)) == fingerprint(CAPITAL)


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "Capital of Korea?"},
        {"stem": "Cápital of Japan?"},
        {"choices": choices("Tokyo", "Osaka", "Kyoto")},
        {"choices": choices("Tokyo", "Osaka", "Osaka")},
        {"choices": (ChoiceDraft(text="Tokyo", media="https://x.example/a"), *choices("Osaka"))},
        {"media": "https://x.example/a"},
        {"type": Kind.ORDERING},
    ],
)
def test_what_makes_another_question(changes: dict[str, object]) -> None:
    assert fingerprint(msgspec.structs.replace(CAPITAL, **changes)) != fingerprint(CAPITAL)


def test_the_order_of_an_ordering_is_part_of_the_question() -> None:
    written = msgspec.structs.replace(CAPITAL, type=Kind.ORDERING)
    turned = msgspec.structs.replace(written, choices=choices("Osaka", "Tokyo"))
    assert fingerprint(written) != fingerprint(turned)


def test_a_fingerprint_is_of_the_length_that_the_database_checks() -> None:
    assert len(fingerprint(QuestionDraft(type=Kind.POLL))) == FINGERPRINT_BYTES


def test_a_text_that_would_become_much_longer_is_compared_as_it_is_written() -> None:
    """Normalised, 2,000 of these signs are 36,000 letters."""
    sign = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"
    of_sign, of_letters = (
        fingerprint(msgspec.structs.replace(CAPITAL, stem=stem))
        for stem in (sign, unicodedata.normalize("NFKC", sign))
    )
    assert of_sign != of_letters
