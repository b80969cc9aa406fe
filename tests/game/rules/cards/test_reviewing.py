"""What holds for every card, whatever its learner does and wherever they live."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given, settings
from msgspec.structs import replace

from game.rules.cards import (
    GRADES,
    RATINGS,
    Algorithm,
    CardState,
    LogEntry,
    Rating,
    Schedule,
    Scheduler,
    adopt,
    day_of,
    elapsed_days,
    kind_of,
    lapse,
    moment,
    needs_replay,
    preview,
    replay,
    reschedule,
    review,
    starts_at,
)
from game.rules.cards.fsrs6 import recall, within_bounds
from game.rules.cards.fuzz import bounds
from tests.game.rules.cards.histories import OTHER, History, Reviewed, histories

CARD = UUID(int=1)
STEEP = (*UPPER_BOUNDS_PARAMETERS[:19], *LOWER_BOUNDS_PARAMETERS[19:])
"""The memory of a card grows as fast as the algorithm allows."""
NOW = moment(datetime(2026, 3, 28, 20, tzinfo=UTC), UTC)
KNOWN = Schedule(
    state="review",
    stability=12.0,
    difficulty=5.0,
    interval_days=12,
    repetitions=3,
    due_at=NOW.at,
    reviewed_at=NOW.at - timedelta(days=12),
    reviewed_on=NOW.day - timedelta(days=12),
    reviews=4,
    algorithm="fsrs-6.3.2",
)


@settings(max_examples=60)
@given(histories)
def test_every_history(history: History) -> None:
    check(history)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(histories)
def test_very_many_histories(history: History) -> None:
    check(history)


def check(history: History) -> None:
    reviewed = history.reviewed()
    log: list[LogEntry] = []
    for each in reviewed:
        replayed = replay(log, history.card, history.scheduler, history.zone)
        assert replayed == each.before  # so undo, which restores it, is exact
        assert stored(each.before) == each.before
        log.append(each.entry)
        if each.entry.rating is not None:
            check_review(history, each)
        assert each.after.due_at is not None
        assert each.after.due_at > each.now.at or each.entry.kind == "reschedule"
    last = reviewed[-1].after if reviewed else Schedule()
    assert replay(log, history.card, history.scheduler, UTC) == last  # wherever they live now
    check_switch(history, log, last)


def check_review(history: History, reviewed: Reviewed) -> None:
    """The preview is what came, and the intervals are within the bounds and due as days begin."""
    plain = replace(history.scheduler, fuzz=False)
    shown = preview(reviewed.before, history.card, reviewed.now, history.scheduler)
    exact = preview(reviewed.before, history.card, reviewed.now, plain)
    rating = reviewed.entry.rating
    assert rating is not None
    assert shown[rating] == reviewed.after
    days = [shown[each].interval_days for each in RATINGS]
    assert days == sorted(days)
    for each, after in shown.items():
        shortest, longest = bounds(exact[each].interval_days, plain.maximum_interval_days)
        assert shortest <= after.interval_days <= longest <= plain.maximum_interval_days
        assert after.due_at is not None
        if after.interval_days:
            due_on = reviewed.now.day + timedelta(days=after.interval_days)
            assert after.due_at == starts_at(due_on, history.zone)
            if after.due_at < starts_at(due_on + timedelta(days=1), history.zone):
                assert day_of(after.due_at, history.zone) == due_on


def check_switch(history: History, log: list[LogEntry], last: Schedule) -> None:
    """There and back again is the same card, and the other schedule follows from the same log."""
    here = history.scheduler
    there = replace(here, algorithm="sm2" if here.algorithm == "fsrs" else "fsrs")
    other = replay(log, history.card, there, history.zone)
    assert not needs_replay(other, there)
    assert needs_replay(other, here) == (other.state != "new")
    assert (other.reviews, other.reviewed_at) == (last.reviews, last.reviewed_at)
    assert replay(log, history.card, here, history.zone) == last


def stored(schedule: Schedule) -> Schedule:
    return msgspec.json.decode(msgspec.json.encode(schedule), type=Schedule)


def test_the_log_of_another_scheduler_gives_what_this_one_would_have_done() -> None:
    """Memory follows from ratings and days; what differs are intervals already chosen."""
    fsrs, sm2 = Scheduler(fuzz=False), Scheduler("sm2", fuzz=False)
    schedule, log = Schedule(), list[LogEntry]()
    expected, at = Schedule(), NOW.at
    for rating in ("good", "good", "easy", "again", "good"):
        at += timedelta(days=schedule.interval_days)
        now = moment(at, UTC)
        after = review(schedule, rating, CARD, now, sm2)
        assert after.due_at is not None
        kind, elapsed = kind_of(schedule), elapsed_days(schedule, now)
        days = after.interval_days
        log.append(LogEntry(kind, rating, at, now.day, elapsed, days, after.due_at, "sm2-1"))
        expected = review(expected, rating, CARD, now, fsrs)
        schedule = after
    assert replay(log, CARD, fsrs, UTC) == expected


def test_other_parameters_make_another_schedule() -> None:
    fitted = Scheduler(parameters=OTHER, parameters_id=UUID(int=7))
    assert needs_replay(KNOWN, fitted)
    assert not needs_replay(KNOWN, Scheduler(retention=0.8))
    assert not needs_replay(replace(KNOWN, algorithm="sm2-1"), replace(fitted, algorithm="sm2"))
    good = (review(KNOWN, "good", CARD, NOW, each).stability for each in (Scheduler(), fitted))
    assert len(set(good)) == 2


def test_who_travels_west_has_not_reviewed_in_the_future() -> None:
    reviewed = replace(KNOWN, reviewed_on=NOW.day + timedelta(days=1))
    assert elapsed_days(reviewed, NOW) == 0


@pytest.mark.parametrize("algorithm", ["fsrs", "sm2"])
@pytest.mark.parametrize("state", ["learning", "review", "relearning"])
def test_a_card_from_elsewhere_goes_on(algorithm: Algorithm, state: CardState) -> None:
    """Whatever a file knows of it: the scheduler finds all that it needs, and the day stays."""
    known = Schedule(state=state, interval_days=30, due_at=NOW.at, ease_factor=Decimal("2.00"))
    scheduler = Scheduler(algorithm, fuzz=False)
    adopted = adopt(known, scheduler, UTC)
    assert not needs_replay(adopted, scheduler)
    assert (adopted.state, adopted.due_at) == (known.state, known.due_at)
    shown = preview(adopted, CARD, NOW, scheduler)
    if state == "review":
        assert elapsed_days(adopted, NOW) == 30
        assert shown["good"].interval_days > 30
    elapsed = elapsed_days(adopted, NOW)
    entry = LogEntry("review", "good", NOW.at, NOW.day, elapsed, 60, NOW.at, "x", begun_with=known)
    assert replay([entry], CARD, scheduler, UTC) == shown["good"]
    assert replay([], CARD, scheduler, UTC, known) == adopted


def test_a_guessed_memory_follows_the_ease_factor() -> None:
    guessed = [
        adopt(replace(KNOWN, stability=None, ease_factor=Decimal(ease)), Scheduler(), UTC)
        for ease in ("1.30", "2.50", "5.00")
    ]
    assert [(each.stability, each.difficulty) for each in guessed] == [
        (12.0, 10.0),
        (12.0, 5.5),
        (12.0, 1.0),
    ]
    assert adopt(KNOWN, Scheduler(), UTC).stability == KNOWN.stability
    assert adopt(Schedule(), Scheduler(), UTC) == Schedule()


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("month", [3, 4, 11])
def test_a_card_from_elsewhere_was_reviewed_on_a_day_of_the_learner(zone: str, month: int) -> None:
    day = date(2026, month, 10)
    due_at = starts_at(day, ZoneInfo(zone))
    known = Schedule(state="review", interval_days=30, due_at=due_at)
    adopted = adopt(known, Scheduler(), ZoneInfo(zone))
    assert adopted.reviewed_on == day - timedelta(days=30)
    assert adopted.reviewed_at == starts_at(day - timedelta(days=30), ZoneInfo(zone))


def test_a_cram_is_in_the_log_and_changes_nothing() -> None:
    entry = LogEntry("cram", "again", NOW.at, NOW.day, 3, 0, NOW.at, "fsrs-6.3.2")
    assert replay([entry], CARD, Scheduler(), UTC) == Schedule()


def test_a_wrong_answer_elsewhere_is_a_lapse_but_no_review() -> None:
    lapsed = lapse(KNOWN, NOW, Scheduler())
    rated = review(KNOWN, "again", CARD, NOW, Scheduler())
    assert lapsed == replace(rated, reviews=KNOWN.reviews)
    assert (lapsed.state, lapsed.lapses) == ("relearning", 1)
    assert lapsed.due_at == NOW.at + timedelta(minutes=10)


def test_a_wrong_answer_before_the_last_review_says_nothing_new() -> None:
    assert lapse(Schedule(), NOW, Scheduler()) == Schedule()
    reviewed = replace(KNOWN, reviewed_at=NOW.at)
    assert lapse(reviewed, NOW, Scheduler()) is reviewed


@pytest.mark.parametrize("algorithm", ["fsrs", "sm2"])
def test_a_leech_is_tagged_at_eight_lapses_and_every_four_after(algorithm: str) -> None:
    scheduler = msgspec.convert({"algorithm": algorithm}, Scheduler)
    tagged = []
    for before in range(20):
        known = replace(KNOWN, lapses=before)
        forgotten = review(known, "again", CARD, NOW, scheduler)
        assert forgotten.lapses == before + 1
        if forgotten.is_leech:
            tagged.append(forgotten.lapses)
        assert not review(known, "good", CARD, NOW, scheduler).is_leech
    assert tagged == [8, 12, 16, 20]
    assert review(replace(KNOWN, is_leech=True), "good", CARD, NOW, scheduler).is_leech


def test_a_rescheduled_card_is_due_as_that_day_begins_and_keeps_its_memory() -> None:
    relearning = lapse(KNOWN, NOW, Scheduler())
    moved = reschedule(relearning, NOW.day + timedelta(days=3), NOW)
    assert (moved.state, moved.step, moved.interval_days) == ("review", None, 3)
    assert moved.due_at == starts_at(NOW.day + timedelta(days=3), UTC)
    assert moved.stability == relearning.stability


def test_what_is_known_fades() -> None:
    assert recall(KNOWN, 0, Scheduler()) == 1.0
    assert recall(KNOWN, int(KNOWN.stability or 0), Scheduler()) == pytest.approx(0.9)


@pytest.mark.parametrize("parameters", [STEEP, LOWER_BOUNDS_PARAMETERS, None])
@pytest.mark.parametrize("rating", RATINGS)
def test_thousands_of_reviews_of_a_day_stay_finite(
    parameters: tuple[float, ...] | None, rating: Rating
) -> None:
    scheduler = Scheduler(parameters=parameters)
    schedule = Schedule()
    for nth in range(1_500):
        now = moment(NOW.at + timedelta(seconds=nth), UTC)
        schedule = review(schedule, rating, CARD, now, scheduler)
    assert 0 < (schedule.stability or 0) <= 36_500
    assert schedule.interval_days <= 36_500


def test_parameters_are_kept_within_their_bounds() -> None:
    assert within_bounds([-1e9] * 21) == LOWER_BOUNDS_PARAMETERS
    assert within_bounds([1e9] * 21) == UPPER_BOUNDS_PARAMETERS
    assert within_bounds(OTHER) == OTHER


def test_the_ratings_have_the_numbers_of_the_log() -> None:
    assert GRADES == {"again": 1, "hard": 2, "good": 3, "easy": 4}


def test_the_ease_factor_is_stored_exactly() -> None:
    assert stored(replace(KNOWN, ease_factor=Decimal("1.30"))).ease_factor == Decimal("1.30")
