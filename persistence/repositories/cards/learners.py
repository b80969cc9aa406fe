"""Reads how learners review: their time zone, limits and scheduler."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Moment, Scheduler, learner_zone, moment
from game.rules.user_preferences import Preferences
from persistence.models import ReviewDay, User, UserPreferences
from persistence.repositories.cards import held_back, parameters

_FITTED: Final = parameters.fitted(User.id).lateral()
_LAST_DAY: Final = (
    select(ReviewDay.day, ReviewDay.load)
    .where(ReviewDay.user_id == User.id)
    .order_by(ReviewDay.day.desc())
    .limit(1)
    .lateral()
)
# All that a review asks about its learner, in a statement that is built once: that takes longer
# than to execute it.
_LEARNERS: Final = (
    select(User.id, UserPreferences, *_FITTED.c, held_back.sessions_of(User.id), *_LAST_DAY.c)
    .outerjoin(UserPreferences, UserPreferences.user_id == User.id)
    .outerjoin(_FITTED, true())
    .outerjoin(_LAST_DAY, true())
    .where(User.id == any_(bindparam("user_ids", type_=ARRAY(Uuid))))
)


class LastDay(NamedTuple):
    """The last day of a learner that is stored; its `load` is None if it has not begun."""

    day: date
    load: list[int] | None


class Learner(NamedTuple):
    """Somebody who reviews. The time zone decides when their days begin.

    Cards of what is asked in the sessions `taking_part_in` are held back.
    """

    user_id: UUID
    zone: ZoneInfo
    scheduler: Scheduler
    preferences: Preferences
    taking_part_in: Sequence[UUID]
    last_day: LastDay | None

    def moment(self, at: datetime) -> Moment:
        return moment(at, self.zone)


async def get(session: AsyncSession, user_id: UUID) -> Learner:
    """The learner; as for somebody who has chosen nothing if the account is gone."""
    found = await by_ids(session, [user_id])
    return found.get(user_id) or _learner(user_id, None, None, None, None, None, None)


async def by_ids(session: AsyncSession, user_ids: Collection[UUID]) -> Mapping[UUID, Learner]:
    """Those of these learners whose accounts there are."""
    rows = await session.execute(_LEARNERS, {"user_ids": list(user_ids)})
    return {row[0]: _learner(*row) for row in rows}


def _learner(  # noqa: PLR0913, PLR0917  # the columns of the query
    user_id: UUID,
    chosen: UserPreferences | None,
    parameters_id: UUID | None,
    weights: list[float] | None,
    taking_part_in: Sequence[UUID] | None,
    day: date | None,
    load: list[int] | None,
) -> Learner:
    preferences = Preferences()
    if chosen is not None:
        preferences = msgspec.convert(chosen, Preferences, from_attributes=True)
    scheduler = Scheduler(
        algorithm=preferences.scheduler,
        retention=preferences.desired_retention,
        maximum_interval_days=preferences.maximum_interval_days,
        easy_days=preferences.easy_days,
        parameters=tuple(weights) if weights else None,
        parameters_id=parameters_id,
    )
    last_day = None if day is None else LastDay(day, load)
    zone = learner_zone(preferences.time_zone)
    return Learner(user_id, zone, scheduler, preferences, taking_part_in or (), last_day)
