"""What statistics say of questions: advice, the most chosen wrong choice, and the wording."""

import statistics
from collections import Counter
from collections.abc import Sequence
from math import log
from random import Random

import pytest
from hypothesis import given, strategies
from msgspec.structs import replace

from game.rules.question_statistics import (
    MILLIONTHS,
    TIME_STEPS,
    WRONG_ANSWERS,
    Advice,
    Asked,
    ChosenWrong,
    Figures,
    Sums,
    advice,
    chosen_wrong,
    correlation,
    count_choices,
    median_ms,
    present_wording,
    wording,
)
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    ChoiceDraft,
    Kind,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    QuestionDraft,
    Response,
    ShortAnswer,
    TrueFalse,
    freeze,
)

FIGURES = Figures(
    asked=2,
    answers=40,
    correct=24,
    discrimination=0.4,
    median_ms=5000,
    wrong=ChosenWrong("B", 10, 24),
    by_wording={},
)
PLANETS = ("Jupiter", "Mars", "Venus", "Saturn")


def lettered(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(id_, text) for id_, text in zip("abcd", texts, strict=False))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("works",)),
        ({"answers": 19, "correct": 19}, ("too_few",)),
        ({"answers": 20, "correct": 10}, ("works",)),
        ({"answers": 0, "correct": None}, ("too_few",)),
        ({"correct": None, "discrimination": None}, ()),  # a poll
        ({"correct": 38}, ("too_easy",)),
        ({"correct": 37}, ("works",)),
        ({"correct": 8, "wrong": None}, ("too_hard",)),
        ({"correct": 9, "wrong": None}, ("works",)),
        ({"discrimination": 0.09}, ("no_discrimination",)),
        ({"discrimination": -0.09}, ("no_discrimination",)),
        ({"discrimination": -0.1}, ("check_key",)),
        ({"discrimination": None}, ("works",)),
        ({"discrimination": 0.0, "correct": 40}, ("too_easy",)),
        ({"wrong": ChosenWrong("B", 24, 24)}, ("works",)),
        (
            {"wrong": ChosenWrong("B", 33, 7), "correct": 7, "discrimination": -0.3},
            ("check_key", "wrong_choice", "too_hard"),
        ),
    ],
)
def test_advice(changes: dict[str, object], expected: tuple[Advice, ...]) -> None:
    assert advice(replace(FIGURES, **changes)) == expected


def chosen(question: Question, given: Sequence[tuple[Response, int]]) -> ChosenWrong | None:
    return chosen_wrong(count_choices(Asked(question, given)))


@given(strategies.lists(strategies.tuples(strategies.booleans(), strategies.integers(0, 8))))
def test_the_correlation_is_that_of_all_answers(answers: list[tuple[bool, int]]) -> None:
    pairs = [(int(right), round(MILLIONTHS * others / 8)) for right, others in answers]
    rights, shares = [right for right, _ in pairs], [share for _, share in pairs]
    sums = Sums(
        answers=len(pairs),
        correct=sum(rights),
        shares=sum(shares),
        squared_shares=sum(share**2 for share in shares),
        correct_shares=sum(share for right, share in pairs if right),
    )
    if len(set(rights)) < 2 or len(set(shares)) < 2:
        assert correlation(sums) is None
    else:
        assert correlation(sums) == pytest.approx(statistics.correlation(rights, shares))


@given(strategies.lists(strategies.integers(1, 10**8), min_size=1))
def test_the_median_is_within_half_a_percent(times: list[int]) -> None:
    steps = Counter(round(TIME_STEPS * log(time)) for time in times)
    found, exact = median_ms(steps), statistics.median(times)
    assert found is not None
    assert abs(found - exact) <= 0.5 + 0.0051 * exact  # it is in whole milliseconds


def test_nothing_has_no_median() -> None:
    assert median_ms({}) is None


def test_what_a_correction_accepts_as_well_is_not_wrong() -> None:
    choices = lettered(*PLANETS)
    one = MultipleChoice(stem="?", choices=choices, key="a", also=("b",))
    told = [("a", 1), ("b", 5), ("c", 3)]
    assert chosen(one, told) == ChosenWrong("Venus", 3, 6)
    some = MultipleSelect(stem="?", choices=choices, key=("a",), also=(("a", "b"),))
    sets = [(("a", "b"), 2), (("b",), 3), (("c",), 1)]
    assert chosen(some, sets) == ChosenWrong("Venus", 1, 2)
    plain = replace(one, also=())
    assert len({wording(one), wording(plain), wording(some), wording(replace(some, also=()))}) == 4
    order = Ordering(stem="?", choices=choices, key=("a", "b", "c", "d"))
    assert wording(replace(order, also=(("b", "a", "c", "d"),))) != wording(order)


def test_the_wrong_choice_is_found_by_its_text_whatever_its_letter() -> None:
    first = MultipleChoice(stem="?", choices=lettered(*PLANETS), key="a")
    shuffled = MultipleChoice(stem="?", choices=lettered(*PLANETS[::-1]), key="d")
    counts = [
        count_choices(Asked(first, [("a", 5), ("b", 3), ("c", 4)])),
        count_choices(Asked(shuffled, [("d", 1), ("c", 3), ("a", 1)])),  # c is Mars here
    ]
    assert [each.wrong["Mars"] for each in counts] == [3, 3]
    assert [each.right for each in counts] == [{"Jupiter": 5}, {"Jupiter": 1}]


def test_of_many_wrong_answers_the_most_frequent_are_counted() -> None:
    question = ShortAnswer(stem="?", key=AcceptedAnswers(("Bogor",)))
    told = [(f"town {n}", 1 + (n == WRONG_ANSWERS)) for n in range(WRONG_ANSWERS + 1)]
    counts = count_choices(Asked(question, told))
    assert len(counts.wrong) == WRONG_ANSWERS
    assert chosen_wrong(counts) == ChosenWrong(f"town {WRONG_ANSWERS}", 2, 0)


def test_of_several_right_choices_the_one_chosen_least_is_compared() -> None:
    question = MultipleSelect(stem="?", choices=lettered(*PLANETS), key=("a", "b"))
    told = [(("a", "c"), 4), (("a", "b"), 2), (("d",), 1)]
    assert chosen(question, told) == ChosenWrong("Venus", 4, 2)


def test_other_kinds() -> None:
    text = ShortAnswer(stem="?", key=AcceptedAnswers(("Bogor",)))
    told = [("bogor", 1), ("Depok", 2), ("depok ", 1), ("Bandung", 2)]
    assert chosen(text, told) == ChosenWrong("depok", 3, 1)
    number = Numeric(stem="?", key=NumericKey(3, 0.5))
    spread = [(3.2, 4), (2.9, 1), (31.0, 2)]
    assert chosen(number, spread) == ChosenWrong("31", 2, 5)
    both = (Choice("true", "Yes"), Choice("false", "No"))
    true = TrueFalse(stem="?", choices=both, key=True)
    assert chosen(true, [(False, 2), (True, 1)]) == ChosenWrong("No", 2, 1)
    order = Ordering(stem="?", choices=lettered("x", "y"), key=("b", "a"))
    poll = Poll(stem="?", choices=lettered("x", "y"))
    assert chosen(order, [(("a", "b"), 3)]) is chosen(poll, [(("a",), 3)]) is None
    assert chosen(true, [(True, 1)]) is None


def test_a_wording_is_the_same_in_any_order_of_the_choices() -> None:
    draft = QuestionDraft(
        type=Kind.MULTIPLE_CHOICE,
        stem="Largest?",
        choices=tuple(ChoiceDraft(text=text, is_correct=text == "Jupiter") for text in PLANETS),
    )
    frozen = {wording(freeze(draft, Random(n), shuffle_choices=True)) for n in range(5)}
    assert frozen == {present_wording(draft)}
    ordering = replace(draft, type=Kind.ORDERING)
    assert len({wording(freeze(ordering, Random(n))) for n in range(5)}) == 1
    assert present_wording(replace(draft, points=500, time_limit=60)) in frozen
    changed = [
        replace(draft, stem="Smallest?"),
        replace(draft, choices=draft.choices[:3]),
        replace(
            draft, choices=tuple(replace(c, is_correct=c.text == "Mars") for c in draft.choices)
        ),
        replace(draft, choices=()),
        ordering,
        replace(ordering, choices=ordering.choices[::-1]),
    ]
    wordings = [present_wording(each) for each in changed]
    assert len({*wordings}) == len(changed)
    assert not frozen & {*wordings}
    assert wordings[3] is None
