"""The user's own preferences over HTTP: language, theme, time zone, goals and e-mails."""

from collections.abc import Sequence

import msgspec
from litestar import Controller, get, patch
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from game.rules.cards import Algorithm, EasyDays, MaximumIntervalDays
from game.rules.user_preferences import (
    DailyGoalMinutes,
    Hour,
    Locale,
    NewCardsPerDay,
    Preferences,
    Retention,
    ReviewsPerDay,
    Theme,
    TimeZone,
    offered_time_zones,
)
from persistence.repositories import user_preferences
from server.actions.user_preferences import change_preferences
from server.api.dependencies import Db, Limits, SessionFactory, SignIns, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.request_bodies import changes_in
from server.auth.request_identity import signed_in


class PreferencesChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay. With null the browser's setting applies again."""

    locale: Locale | UnsetType | None = UNSET
    theme: Theme | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType | None = UNSET
    daily_goal_minutes: DailyGoalMinutes | UnsetType = UNSET
    new_cards_per_day: NewCardsPerDay | UnsetType = UNSET
    reviews_per_day: ReviewsPerDay | UnsetType = UNSET
    desired_retention: Retention | UnsetType = UNSET
    scheduler: Algorithm | UnsetType = UNSET
    maximum_interval_days: MaximumIntervalDays | UnsetType = UNSET
    easy_days: EasyDays | UnsetType = UNSET
    cards_from_answers: bool | UnsetType = UNSET
    reminder_hour: Hour | UnsetType = UNSET
    email_reminders: bool | UnsetType = UNSET
    email_summaries: bool | UnsetType = UNSET
    email_news: bool | UnsetType = UNSET
    email_shares: bool | UnsetType = UNSET


class UserPreferencesController(Controller):
    path = "/me/preferences"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getPreferences", responses=problems(401))
    async def show(self, viewer: Viewer, db: Db) -> Preferences:
        """Get the own preferences, with the defaults of those that were never chosen."""
        chosen = await user_preferences.get(db, viewer)
        if chosen is None:
            return Preferences()
        return msgspec.convert(chosen, Preferences, from_attributes=True)

    @patch("/", operation_id="changePreferences", responses=problems(401, 403, 422, 429))
    async def change(
        self,
        data: JSONBody[PreferencesChange],
        viewer: Viewer,
        session_factory: SessionFactory,
        sign_ins: SignIns,
        limits: Limits,
    ) -> Preferences:
        """Change the own preferences. `unknown_time_zone`."""
        chosen = await change_preferences(
            session_factory, sign_ins.accounts, limits, viewer, changes_in(data)
        )
        return msgspec.convert(chosen, Preferences, from_attributes=True)

    @get(
        "/time-zones",
        operation_id="listTimeZones",
        responses=problems(401),
        sync_to_thread=True,  # the first time it reads many small files
    )
    def list_time_zones(self) -> Sequence[str]:
        """List the time zones to choose from, by their names in the IANA database."""
        return offered_time_zones()
