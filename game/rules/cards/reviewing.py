"""What a rating does to a card, what each rating would do, and a card rebuilt from its log."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from game.rules.cards import fsrs6, sm2
from game.rules.cards.days import Moment, day_of, starts_at
from game.rules.cards.fuzz import choose, seed
from game.rules.cards.schedules import (
    INTERVAL_MAX_DAYS,
    RATINGS,
    LogEntry,
    Outcome,
    Rating,
    Schedule,
    Scheduler,
    elapsed_days,
)

LEECH_LAPSES: Final = 8
LEECH_AGAIN_LAPSES: Final = 4
NEW: Final = Schedule()
SM2_SETTLED: Final = 2
"""So many right answers in a row, and intervals follow from the one before."""


def review(
    schedule: Schedule, rating: Rating, card: UUID, now: Moment, scheduler: Scheduler
) -> Schedule:
    """The schedule after a rating."""
    outcome = _outcome(schedule, rating, elapsed_days(schedule, now), scheduler)
    chosen = _chosen(outcome, seed(card, schedule.reviews), now, scheduler)
    return _rated(schedule, rating, chosen, now, scheduler)


def preview(
    schedule: Schedule, card: UUID, now: Moment, scheduler: Scheduler
) -> Mapping[Rating, Schedule]:
    """The schedules that the four ratings lead to. A better rating never gives fewer days."""
    return {rating: review(schedule, rating, card, now, scheduler) for rating in RATINGS}


def lapse(schedule: Schedule, now: Moment, scheduler: Scheduler) -> Schedule:
    """The schedule after a wrong answer elsewhere, such as in a game.

    It is that of a forgotten card, but no review. A card without a review, or with a later one,
    stays as it is.
    """
    if schedule.reviewed_at is None or schedule.reviewed_at >= now.at:
        return schedule
    outcome = _outcome(schedule, "again", elapsed_days(schedule, now), scheduler)
    lapsed = _rated(schedule, "again", outcome, now, scheduler)
    return replace(lapsed, reviews=schedule.reviews)


def reschedule(schedule: Schedule, day: date, now: Moment) -> Schedule:
    """The schedule of a card, not a new one, that the learner wants to review on a day."""
    reviewed_on = schedule.reviewed_on or now.day
    days = min(max(1, (day - reviewed_on).days), INTERVAL_MAX_DAYS)
    return _rescheduled(schedule, days, starts_at(day, now.zone))


def needs_replay(schedule: Schedule, scheduler: Scheduler) -> bool:
    """Whether another scheduler made it, so that it must be replayed before the next review."""
    made_by = (schedule.algorithm, schedule.parameters_id)
    return schedule.state != "new" and made_by != scheduler.signature


def adopt(schedule: Schedule, scheduler: Scheduler, zone: tzinfo) -> Schedule:
    """A schedule that came from elsewhere, such as a file, as this scheduler goes on with it.

    What it needs and does not find is guessed from due time, interval and ease factor.
    """
    algorithm, parameters_id = scheduler.signature
    if schedule.state == "new":
        return schedule
    settled = schedule.state == "review"
    adopted = replace(
        schedule,
        step=None if settled else schedule.step or 0,
        interval_days=max(1, schedule.interval_days) if settled else 0,
        repetitions=max(schedule.repetitions, SM2_SETTLED if settled else 0),
        algorithm=algorithm,
        parameters_id=parameters_id,
    )
    if schedule.reviewed_at is None and schedule.due_at is not None:
        day = day_of(schedule.due_at, zone) - timedelta(days=adopted.interval_days)
        adopted = replace(adopted, reviewed_at=starts_at(day, zone), reviewed_on=day)
    if scheduler.algorithm == "sm2" or schedule.stability is not None:
        return adopted
    stability, difficulty = fsrs6.guessed_memory(adopted)
    return replace(adopted, stability=stability, difficulty=difficulty)


def replay(
    entries: Sequence[LogEntry],
    card: UUID,
    scheduler: Scheduler,
    zone: tzinfo,
    stored: Schedule = NEW,
) -> Schedule:
    """The schedule that a card's log leads to, the oldest entry first; without one the stored one.

    What this scheduler has decided itself stays as it is in the log. For entries of another one it
    chooses the intervals, without the counts of due cards of that time.
    """
    if not entries:
        return adopt(stored, scheduler, zone)
    schedule = adopt(entries[0].begun_with or NEW, scheduler, zone)
    for entry in entries:
        match entry.kind:
            case "cram":
                pass
            case "reschedule":
                schedule = _rescheduled(schedule, entry.interval_days, entry.due_at)
            case _:
                schedule = _replayed(schedule, entry, card, scheduler, zone)
    return schedule


def _replayed(
    schedule: Schedule, entry: LogEntry, card: UUID, scheduler: Scheduler, zone: tzinfo
) -> Schedule:
    now = Moment(entry.reviewed_at, entry.reviewed_on, zone)
    is_lapse = entry.kind == "lapse"
    rating = "again" if is_lapse or entry.rating is None else entry.rating
    outcome = _outcome(schedule, rating, entry.elapsed_days, scheduler)
    if (entry.algorithm, entry.parameters_id) == scheduler.signature:
        chosen = replace(outcome, interval_days=entry.interval_days)
        after = _rated(schedule, rating, chosen, now, scheduler)
        after = replace(after, due_at=entry.due_at)
    else:
        chosen = _chosen(outcome, seed(card, schedule.reviews), now, scheduler)
        after = _rated(schedule, rating, chosen, now, scheduler)
    return replace(after, reviews=schedule.reviews) if is_lapse else after


def _outcome(schedule: Schedule, rating: Rating, elapsed: int, scheduler: Scheduler) -> Outcome:
    if scheduler.algorithm == "sm2":
        return sm2.outcome(schedule, rating, scheduler)
    return fsrs6.outcome(schedule, rating, elapsed, scheduler)


def _chosen(outcome: Outcome, chosen_by: float, now: Moment, scheduler: Scheduler) -> Outcome:
    """The outcome with the interval that is chosen for the one that the algorithm computed."""
    if outcome.wait_seconds is not None or not scheduler.fuzz:
        return outcome
    days = choose(outcome.interval_days, chosen_by, now, scheduler)
    return replace(outcome, interval_days=days)


def _rated(
    schedule: Schedule, rating: Rating, outcome: Outcome, now: Moment, scheduler: Scheduler
) -> Schedule:
    algorithm, parameters_id = scheduler.signature
    lapsed = rating == "again" and schedule.state == "review"
    lapses = schedule.lapses + lapsed
    if outcome.wait_seconds is None:
        due_at = starts_at(now.day + timedelta(days=outcome.interval_days), now.zone)
    else:
        due_at = now.at + timedelta(seconds=outcome.wait_seconds)
    return Schedule(
        state=outcome.state,
        step=outcome.step,
        stability=outcome.stability,
        difficulty=outcome.difficulty,
        interval_days=outcome.interval_days,
        ease_factor=outcome.ease_factor,
        repetitions=outcome.repetitions,
        due_at=due_at,
        reviewed_at=now.at,
        reviewed_on=now.day,
        lapses=lapses,
        reviews=schedule.reviews + 1,
        is_leech=schedule.is_leech or (lapsed and _makes_leech(lapses)),
        algorithm=algorithm,
        parameters_id=parameters_id,
    )


def _makes_leech(lapses: int) -> bool:
    return lapses >= LEECH_LAPSES and (lapses - LEECH_LAPSES) % LEECH_AGAIN_LAPSES == 0


def _rescheduled(schedule: Schedule, interval_days: int, due_at: datetime | None) -> Schedule:
    return replace(schedule, state="review", step=None, interval_days=interval_days, due_at=due_at)
