"""How a bot behaves: its name, how much it knows, how long it thinks, its mistakes."""

import math
from collections.abc import Iterator, Mapping
from random import Random

from msgspec import Struct

from game.rules.nicknames import fold
from game.rules.questions import Kind, QuestionDraft
from server.live.protocol import Question

_FIRST_NAMES = """
    Adi Agus Ahmad Aisyah Alex Amir Ana Andi Anisa Arif Ayu Bagus Bayu Bella Bima Budi Chandra
    Citra Clara Daniel Dea Dewi Dian Dimas Dina Dwi Eka Elena Emma Fajar Farah Fatimah Felix
    Fitri Galih Gita Grace Hana Hendra Ilham Indah Intan Irfan Ivan Jaya Jihan Joko Julia Kartika
    Kevin Kiki Lala Laras Leo Lestari Lia Lina Lukas Made Maya Mega Mia Mira Nadia Nanda Nia Nina
    Noah Nur Oki Olivia Omar Putra Putri Rani Ratna Raka Reza Rina Rizky Sari Sinta Siti Sofia
    Surya Tari Tono Tri Umar Vera Vina Wahyu Wati Wayan Wulan Yanti Yoga Yudi Yusuf Zahra Zara
""".split()  # noqa: SIM905  # read as prose, one word beside the other
_INITIALS = "ABCDEFGHIJKLMNPRSTUWYZ"

THINK_MIN_S = 0.6
ANSWER_BY = 0.96  # of the time limit: who takes longer does not answer
_SILENT_SHARE = 0.02  # of questions that a bot lets pass


def names(random: Random) -> Iterator[str]:
    """Different nicknames, as in a class: first names, with an initial or a number if taken."""
    taken: set[str] = set()
    while True:
        first = random.choice(_FIRST_NAMES)
        number = random.randrange(2, 10 + len(taken))
        for name in (first, f"{first} {random.choice(_INITIALS)}", f"{first} {number}"):
            if taken.isdisjoint(fold(name)):
                taken.update(fold(name))
                yield name
                break


class Behaviour(Struct, frozen=True):
    """A player's character: `skill` from 0 to 1, `pace` the usual share of the time limit."""

    skill: float
    pace: float

    @classmethod
    def random(cls, random: Random) -> "Behaviour":
        skill = random.betavariate(4, 2.2)
        # The better ones are a little faster.
        pace = random.lognormvariate(math.log(0.3 - 0.12 * skill), 0.3)
        return cls(skill, pace)

    def think_s(self, question: Question, random: Random) -> float | None:
        """The seconds from the opening to the answer. None if the bot does not answer."""
        seconds = random.lognormvariate(math.log(self.pace * question.time_limit), 0.5)
        is_silent = random.random() < _SILENT_SHARE
        if is_silent or seconds > ANSWER_BY * question.time_limit:
            return None
        return max(seconds, THINK_MIN_S)

    def respond(self, belief: "Belief", random: Random) -> object:
        """The answer that is believed to be right, or a mistake if the bot does not know it."""
        if belief.question.kind == Kind.POLL:
            return _guess(belief.question, random)
        knows = random.random() < self.skill ** (0.4 + belief.difficulty)
        return belief.right if knows else belief.mistake(random)


class Belief(Struct, frozen=True):
    """The answer that all bots think is right, and how hard it is to know, from 0 to 1.

    No player gets the key before the reveal, and no bot does. Bots know the answers of the demo
    quizzes from their content. For other quizzes they share a guess.
    """

    question: Question
    right: object
    difficulty: float

    def mistake(self, random: Random) -> object:
        ids = [choice.id for choice in self.question.choices]
        match self.right:
            case bool(right):
                return not right
            case float(right):
                return _missed(right, random)
            case list(right) if self.question.kind == Kind.ORDERING:
                return _swapped(right, random)
            case list(right):
                return _changed(right, ids, random)
            case right if ids:
                return random.choice([id_ for id_ in ids if id_ != right])
            case _:
                return random.choice(_words(self.question.stem))


def _missed(right: float, random: Random) -> float:
    """A number that is a little too large or too small, and whole if the right one is."""
    step = max(abs(right) * 0.02, 1.0)
    missed = right + random.choice((-1, 1)) * random.randint(1, 5) * step
    return float(round(missed)) if right.is_integer() else round(missed, 2)


def _swapped(right: list[str], random: Random) -> list[str]:
    at = random.randrange(len(right) - 1)
    return [*right[:at], right[at + 1], right[at], *right[at + 2 :]]


def _changed(right: list[str], ids: list[str], random: Random) -> list[str]:
    """One choice more or less."""
    changed = set(right) ^ {random.choice(ids)}
    return sorted(changed) or [random.choice(ids)]


def _words(stem: str) -> list[str]:
    """Wrong answers to a question for a text: words of the question."""
    words = [word.strip(".,:;?!()\"'…") for word in stem.split()]
    return [word[:40] for word in words if len(word) > 3] or ["?"]  # noqa: PLR2004  # skips "the"


def believe(question: Question, books: Mapping[str, QuestionDraft], random: Random) -> Belief:
    """The answer in the demo quizzes, or else a guess that all bots share."""
    draft = books.get(question.stem)
    known = None if draft is None else _from_book(draft, question)
    right = _guess(question, random) if known is None else known
    return Belief(question, right, random.betavariate(2, 3))


def _from_book(draft: QuestionDraft, question: Question) -> object | None:
    """The answer of a demo question. None if its choices are not those that are shown."""
    if draft.answer_key is not None:
        accepted = draft.answer_key.get("accepted")
        return str(accepted[0]) if accepted else float(draft.answer_key["value"])
    shown = {choice.text: choice.id for choice in question.choices}
    is_ordering = draft.type is Kind.ORDERING
    right = [choice.text for choice in draft.choices if choice.is_correct or is_ordering]
    if not right or not shown.keys() >= set(right):
        return None
    ids = [shown[text] for text in right]
    match draft.type:
        case Kind.MULTIPLE_CHOICE:
            return ids[0]
        case Kind.TRUE_FALSE:
            return ids == ["true"]
        case _:
            return ids


def _guess(question: Question, random: Random) -> object:
    if not question.choices:
        is_number = question.kind == Kind.NUMERIC
        number = float(round(random.lognormvariate(4, 1.5)))
        return number if is_number else random.choice(_words(question.stem))
    ids = [choice.id for choice in question.choices]
    match question.kind:
        case Kind.TRUE_FALSE:
            return random.choice((True, False))
        case Kind.MULTIPLE_CHOICE:
            return random.choice(ids)
        case Kind.ORDERING:
            return random.sample(ids, len(ids))
        case Kind.POLL if not question.multiple:
            return [random.choice(ids)]
        case _:
            return sorted(random.sample(ids, random.randint(1, max(len(ids) - 1, 1))))
