"""The jobs that rebuild cards and fit the parameters of their scheduler."""

from time import monotonic
from typing import ClassVar, Final
from uuid import UUID

import structlog

from game.rules.cards.evaluation import predictions
from persistence.database import SessionFactory
from persistence.repositories.cards import learners, logs, parameters
from server.fitting.fitting import fit
from server.fitting.messages import Request
from server.jobs.job import IN_BULK, Job, Resources, enqueue

CARDS_AT_ONCE: Final = 200
RUN_SECONDS: Final = 20
"""A job that takes longer than a minute would be stopped, so the next one goes on by then."""
AT_ONCE: Final = 2
"""Learners whose cards are computed at the same time, each on a processor for many seconds."""
FIRST: Final = UUID(int=0)

log = structlog.get_logger(__name__)


class RebuildCards(Job, frozen=True):
    """Rebuilds the cards of a learner with another scheduler from their log, those `after` a card.

    A card is locked while it is rebuilt. A review before that is in the log by then, and one after
    that finds the card rebuilt.
    """

    priority: ClassVar[int] = IN_BULK
    at_once: ClassVar[int] = AT_ONCE

    user: UUID
    after: UUID = FIRST

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        ends_at = monotonic() + RUN_SECONDS
        last = await rebuild(resources.session_factory, self.user, self.after)
        while last is not None and monotonic() < ends_at:
            last = await rebuild(resources.session_factory, self.user, last)
        if last is not None:
            async with resources.session_factory.begin() as db:
                await enqueue(db, RebuildCards(self.user, last))


class FitParameters(Job, frozen=True):
    """Fits parameters to a learner's log. If they predict better, the cards are rebuilt."""

    priority: ClassVar[int] = IN_BULK
    at_once: ClassVar[int] = AT_ONCE

    user: UUID
    parameters: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            learner = await learners.get(db, self.user)
            reviews = await parameters.logs(db, self.user)
        fitted = await fit(Request(reviews, learner.scheduler.parameters))
        async with resources.session_factory.begin() as db:
            waiting = await parameters.waiting(db, self.parameters)
            if waiting is None:
                return  # another run of this job was faster
            if fitted is None:
                log.warning("parameters_not_fitted", id=str(self.parameters))
                parameters.fail(waiting)
                return
            parameters.store(
                waiting,
                weights=fitted.parameters,
                reviews=predictions(reviews),
                log_losses=(fitted.log_loss_before, fitted.log_loss_after),
                workload=fitted.workload,
            )
            if waiting.status == "fitted":
                await enqueue(db, RebuildCards(self.user))


async def rebuild(session_factory: SessionFactory, user_id: UUID, after: UUID) -> UUID | None:
    """Rebuild some cards after this one. Returns the last of them; None if there are no more.

    It begins again with the first one if the scheduler was switched meanwhile: the job that came of
    that has not seen what was changed here.
    """
    async with session_factory.begin() as db:
        learner = await learners.get(db, user_id)
        stored = await logs.outdated(db, learner, after, CARDS_AT_ONCE)
        if not stored:
            return None
        cards = {card_id: (learner, schedule) for card_id, schedule in stored.items()}
        await logs.store(db, await logs.rebuilt(db, cards))
    async with session_factory() as db:
        now = await learners.get(db, user_id)
    return max(stored) if now.scheduler.signature == learner.scheduler.signature else FIRST
