"""Golden vectors and properties of scoring and ranks."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from game.rules.grading import grade
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Poll,
    Question,
    ShortAnswer,
    is_scored,
)
from game.rules.rooms import RoomSettings
from game.rules.scoring import (
    Answer,
    Scored,
    Standing,
    elapsed_ms,
    performance_band,
    points,
    rank,
    score_question,
    scored_questions,
    streak_bonus,
)
from tests.game.rules.strategies import questions, responses, standings

ABC = tuple(Choice(id_, id_) for id_ in "abc")
ONE = MultipleChoice(stem="?", choices=ABC, key="a")
SOME = MultipleSelect(stem="?", choices=ABC, key=("a", "b"), time_limit=20)
POLL = Poll(stem="?", choices=ABC)
OPENED_AT = 1_000_000
shares = st.fractions(0, 1, max_denominator=8)
times = st.integers(-1000, 400_000)


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [
        (0, 1000),
        (3, 1000),  # 999.95
        (7_800, 870),
        (15_000, 750),
        (20_000, 667),  # 666.67
        (29_999, 500),  # 500.02
        (30_000, 500),
        (45_000, 500),  # the host extended the question
        (-5, 1000),
    ],
)
def test_points_fall_from_all_to_half(elapsed: int, expected: int) -> None:
    assert points(ONE, Fraction(1), elapsed, speed_bonus=True, doubled=False) == expected


@pytest.mark.parametrize(
    ("share", "elapsed", "expected"),
    [(Fraction(1, 2), 0, 500), (Fraction(1, 2), 10_000, 375), (Fraction(0), 0, 0)],
)
def test_a_part_earns_its_share(share: Fraction, elapsed: int, expected: int) -> None:
    assert points(SOME, share, elapsed, speed_bonus=True, doubled=False) == expected


@given(question=questions(), share=shares, elapsed=times, speed_bonus=st.booleans())
def test_points_stay_between_none_and_all(
    question: Question, share: Fraction, elapsed: int, *, speed_bonus: bool
) -> None:
    earned = points(question, share, elapsed, speed_bonus=speed_bonus, doubled=False)
    assert 0 <= earned <= question.points
    assert share > 0 or earned == 0
    assert points(question, share, elapsed, speed_bonus=speed_bonus, doubled=True) == 2 * earned


@given(questions(), shares, st.integers(0, 5_000))
def test_points_are_the_published_formula(
    question: Question, share: Fraction, elapsed: int
) -> None:
    earned = points(question, share, elapsed, speed_bonus=True, doubled=False)
    of_limit = Fraction(elapsed, question.time_limit * 1000)
    assert earned == round(question.points * share * (1 - of_limit / 2))


@given(questions(), shares, times, times)
def test_who_is_faster_never_earns_less(
    question: Question, share: Fraction, one: int, other: int
) -> None:
    fast, slow = (
        points(question, share, elapsed, speed_bonus=True, doubled=False)
        for elapsed in sorted((one, other))
    )
    assert fast >= slow


@given(questions(), times)
def test_without_a_speed_bonus_a_right_answer_earns_half(question: Question, elapsed: int) -> None:
    earned = points(question, Fraction(1), elapsed, speed_bonus=False, doubled=False)
    assert earned == round(Fraction(question.points, 2))


@pytest.mark.parametrize(
    ("streak", "bonus"), [(0, 0), (1, 0), (2, 100), (3, 200), (5, 400), (6, 500), (7, 500)]
)
def test_the_streak_bonus_grows_from_the_second_right_answer(streak: int, bonus: int) -> None:
    assert streak_bonus(streak) == bonus


@pytest.mark.parametrize(
    ("arrived", "claimed", "rtt", "elapsed"),
    [
        (5_000, None, 100, 5_000),
        (5_000, 4_980, 100, 4_980),
        (5_000, 4_000, 100, 4_950),
        (5_000, 0, 10_000, 4_750),
        (5_000, 9_000, 100, 5_000),
        (5_000, -7, 100, 4_950),
        (20, 0, 100, 0),
        (-3, None, 100, 0),
        (5_000, 0, -50, 5_000),
    ],
)
def test_a_claim_shortens_by_no_more_than_half_the_round_trip(
    arrived: int, claimed: int | None, rtt: int, elapsed: int
) -> None:
    assert elapsed_ms(OPENED_AT, OPENED_AT + arrived, claimed, rtt) == elapsed


@given(st.integers(0, 10**6), st.none() | st.integers(), st.integers(0, 10**5))
def test_elapsed_stays_near_what_was_measured(measured: int, claimed: int | None, rtt: int) -> None:
    elapsed = elapsed_ms(OPENED_AT, OPENED_AT + measured, claimed, rtt)
    assert max(measured - min(rtt // 2, 250), 0) <= elapsed <= measured


def standing(player: str, **known: int) -> Standing:
    fresh = Standing(player=player, nickname=player, joined_at=0)
    return replace(fresh, **known)


def answer(player: str, response: str | tuple[str, ...], elapsed: int = 0) -> Answer:
    return Answer(player, response, elapsed, OPENED_AT + elapsed)


def score(
    question: Question,
    before: Sequence[Standing],
    *answers: Answer,
    settings: RoomSettings | None = None,
) -> Scored:
    given_ = {answer.player: answer for answer in answers}
    return score_question(
        question, 3, settings or RoomSettings(), OPENED_AT, before, given_, limit_ms=30_000
    )


def test_a_question_moves_the_standings_on() -> None:
    before = rank(
        [
            standing("ani", score=900, total_time_ms=100, correct=1, answered=1, streak=1),
            replace(
                standing("budi", score=800, total_time_ms=200, correct=1, answered=1, streak=1),
                gained=800,
                response="a",
                is_correct=True,
            ),
            standing("cici", score=700, total_time_ms=300, correct=1, answered=1, streak=1),
        ]
    )
    after = score(ONE, before, answer("ani", "b", 1_000), answer("cici", "a", 7_800))
    assert [(s.player, s.rank, s.previous_rank, s.score, s.gained) for s in after.standings] == [
        ("cici", 1, 3, 1570, 870),
        ("ani", 2, 1, 900, 0),
        ("budi", 3, 2, 800, 0),
    ]
    cici, ani, budi = after.standings
    assert (cici.correct, cici.answered, cici.streak, cici.total_time_ms) == (2, 2, 2, 8_100)
    assert (ani.correct, ani.answered, ani.streak, ani.total_time_ms) == (1, 2, 0, 1_100)
    assert (budi.correct, budi.answered, budi.streak, budi.total_time_ms) == (1, 1, 0, 30_200)
    assert (cici.response, cici.is_correct) == ("a", True)
    assert (ani.response, ani.is_correct) == ("b", False)
    assert (budi.response, budi.is_correct) == (None, None)
    assert after.counts == {"a": 1, "b": 1, "c": 0}
    assert after.answered == 2


def test_a_streak_earns_its_bonus_when_set() -> None:
    settings = RoomSettings(streak_bonus=True, double_points=(3,))
    before = [standing("ani", streak=2, best_streak=4), standing("budi", streak=9, best_streak=9)]
    after = score(ONE, before, answer("ani", "a"), answer("budi", "a", 30_000), settings=settings)
    # Double points are for the question, not for the streak.
    assert {s.player: s.gained for s in after.standings} == {"ani": 2200, "budi": 1500}
    assert {s.player: s.best_streak for s in after.standings} == {"ani": 4, "budi": 10}


@pytest.mark.parametrize(("points", "gained"), [(0, 0), (1, 201)])
def test_only_a_question_without_points_earns_nothing_for_a_streak(
    points: int, gained: int
) -> None:
    question = MultipleChoice(stem="?", choices=ABC, key="a", points=points)
    settings = RoomSettings(streak_bonus=True)
    (ani,) = score(
        question, [standing("ani", streak=2)], answer("ani", "a"), settings=settings
    ).standings
    assert (ani.gained, ani.streak) == (gained, 3)


def test_a_poll_changes_no_streak_and_earns_nothing() -> None:
    before = [standing("ani", streak=2), standing("budi", streak=3)]
    settings = RoomSettings(streak_bonus=True, double_points=(3,))
    after = score(POLL, before, answer("ani", ("a", "b"), 500), settings=settings)
    ani = next(s for s in after.standings if s.player == "ani")
    budi = next(s for s in after.standings if s.player == "budi")
    assert (ani.streak, ani.gained, ani.correct, ani.is_correct) == (2, 0, 0, None)
    assert (ani.answered, ani.total_time_ms, ani.response) == (1, 500, ("a", "b"))
    assert (budi.streak, budi.gained) == (3, 0)
    assert after.graded[0].correct is None


def test_a_part_is_not_a_right_answer() -> None:
    settings = RoomSettings(streak_bonus=True)
    before = [standing("ani", streak=2)]
    (ani,) = score(SOME, before, answer("ani", ("a",)), settings=settings).standings
    assert (ani.gained, ani.correct, ani.streak, ani.is_correct) == (500, 0, 0, False)


def test_who_joined_an_open_question_earns_exactly_half() -> None:
    before = [standing("early", joined_at=OPENED_AT), standing("late", joined_at=OPENED_AT + 1)]
    after = score(ONE, before, answer("early", "a", 100), answer("late", "a", 100))
    assert {s.player: s.gained for s in after.standings} == {"early": 998, "late": 500}


def test_answers_of_players_who_are_gone_are_left_out() -> None:
    after = score(ONE, [standing("ani")], answer("ani", "a"), answer("kicked", "a"))
    assert [graded.player for graded in after.graded] == ["ani"]
    assert after.counts["a"] == after.answered == 1


def test_foul_texts_are_counted_only_without_the_word_filter() -> None:
    question = ShortAnswer(stem="?", key=AcceptedAnswers(("Jakarta",)))
    given_ = (answer("ani", "Bangsat"), answer("budi", "Jakarta"))
    before = [standing("ani"), standing("budi")]
    assert score(question, before, *given_).counts == {"Jakarta": 1}
    unfiltered = score(question, before, *given_, settings=RoomSettings(word_filter=False))
    assert unfiltered.counts == {"Bangsat": 1, "Jakarta": 1}


room_settings = st.builds(
    RoomSettings, streak_bonus=st.booleans(), double_points=st.sampled_from([(), (3,)])
)


@given(st.data(), questions(), standings(), room_settings)
def test_scoring_keeps_the_books(
    data: st.DataObject, question: Question, before: list[Standing], settings: RoomSettings
) -> None:
    answers = {
        player.player: Answer(
            player.player, data.draw(responses(question)), data.draw(st.integers(0, 10**6)), 0
        )
        for player in before
        if data.draw(st.booleans())
    }
    after = score_question(question, 3, settings, 2, before, answers, limit_ms=10**6)
    assert after == score_question(question, 3, settings, 2, before[::-1], answers, limit_ms=10**6)
    old = {player.player: player for player in before}
    assert old.keys() == {player.player for player in after.standings}
    assert after.answered == len(answers) == len(after.graded)
    for new in after.standings:
        was = old[new.player]
        answered = new.player in answers
        full = answered and grade(question, answers[new.player].response) == 1
        assert new.score == was.score + new.gained
        assert 0 <= new.gained <= 2 * question.points + 500
        assert new.answered == was.answered + answered
        took = answers[new.player].elapsed_ms if answered else 10**6
        assert new.total_time_ms == was.total_time_ms + took
        assert new.correct == was.correct + full
        assert new.best_streak >= new.streak
        if is_scored(question):
            assert new.streak == (was.streak + 1 if full else 0)
        else:
            assert (new.streak, new.gained) == (was.streak, 0)


@given(st.data(), standings())
def test_ranks_are_total_and_do_not_depend_on_the_order(
    data: st.DataObject, players: list[Standing]
) -> None:
    ranked = rank(players)
    assert rank(data.draw(st.permutations(players))) == ranked
    assert rank(ranked) == ranked
    assert [player.rank for player in ranked] == list(range(1, len(players) + 1))
    places = [(-p.score, -p.correct, p.total_time_ms, p.joined_at, p.player) for p in ranked]
    assert places == sorted(places)


def test_who_is_silent_never_stands_before_who_tried() -> None:
    before = [standing("silent", joined_at=1), standing("tried", joined_at=2)]
    after = score(ONE, before, answer("tried", "b", 29_999))
    assert [player.player for player in after.standings] == ["tried", "silent"]


def test_equal_scores_go_to_more_right_answers_whatever_the_time() -> None:
    players = [
        standing("quick", score=500, correct=1, total_time_ms=10),
        standing("right", score=500, correct=2, total_time_ms=900),
    ]
    assert [player.player for player in rank(players)] == ["right", "quick"]


def test_ties_go_to_less_time_then_to_who_came_first() -> None:
    players = [
        standing("1", score=100, total_time_ms=9, joined_at=1),
        standing("2", score=100, total_time_ms=5, joined_at=7),
        standing("3", score=100, total_time_ms=5, joined_at=6),
        standing("4", score=200, total_time_ms=99, joined_at=9),
        replace(standing("5", score=100, total_time_ms=5, joined_at=6), nickname="0"),
    ]
    assert [player.player for player in rank(players)] == ["4", "3", "5", "2", "1"]


@given(standings(least=1), st.integers(1, 500))
def test_more_points_are_never_a_worse_place(players: list[Standing], more: int) -> None:
    was = rank(players)[-1]
    assume(was.rank > 1)
    better = [
        standing(
            p.player,
            score=p.score + more * (p.player == was.player),
            joined_at=p.joined_at,
            total_time_ms=p.total_time_ms,
        )
        for p in players
    ]
    assert next(p for p in rank(better) if p.player == was.player).rank <= was.rank


@pytest.mark.parametrize(
    ("correct", "of", "band"),
    [
        (10, 10, "excellent"),
        (9, 10, "excellent"),
        (89, 100, "good"),
        (7, 10, "good"),
        (69, 100, "fair"),
        (1, 2, "fair"),
        (49, 100, "needs_practice"),
        (0, 7, "needs_practice"),
        (0, 0, "needs_practice"),
    ],
)
def test_performance_bands(correct: int, of: int, band: str) -> None:
    assert performance_band(correct, of) == band


@pytest.mark.parametrize(
    ("last", "of"), [(None, 0), (0, 1), (1, 1), (2, 2)], ids=["lobby", "first", "poll", "all"]
)
def test_what_was_not_shown_counts_against_nobody(last: int | None, of: int) -> None:
    assert scored_questions((ONE, POLL, SOME), last) == of
