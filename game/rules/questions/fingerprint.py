"""Fingerprints: what tells that a question is in the bank already."""

import hashlib
import unicodedata

import msgspec

from game.rules.questions.drafts import QuestionDraft
from game.rules.questions.kinds import AcceptedAnswers, Kind
from game.rules.questions.normalisation import normalise

FINGERPRINT_BYTES = 16
LONGER_MAX = 2
# Accents tell words apart: "si" and "sí" are different questions.
_RULES = AcceptedAnswers((), ignore_accents=False)


def fingerprint(draft: QuestionDraft) -> bytes:
    """Equal for questions with the same stem, pictures and choices, whichever choices are right.

    Case, space and punctuation do not count, and the order of the choices only in an ordering.
    """
    choices = [(_normalised(choice.text), choice.media or "") for choice in draft.choices]
    if draft.type is not Kind.ORDERING:
        choices.sort()
    told = (_normalised(draft.stem), draft.media, draft.type is Kind.ORDERING, choices)
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=FINGERPRINT_BYTES).digest()


def _normalised(text: str) -> str:
    """The text as written if normalising makes it much longer: one sign can become 18 letters."""
    if len(unicodedata.normalize("NFKC", text)) > LONGER_MAX * len(text):
        return text
    return normalise(text, _RULES)
