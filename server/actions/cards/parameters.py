"""Fits the parameters of a learner's scheduler, and takes them back."""

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules.cards.evaluation import FIT_REVIEWS_MIN
from persistence.repositories.cards import parameters
from persistence.repositories.viewers import Viewer
from server.jobs.cards import FitParameters, RebuildCards
from server.jobs.job import enqueue


async def fit_parameters(db: AsyncSession, viewer: Viewer) -> None:
    """Let a job fit parameters to the viewer's log.

    Raises:
        Conflict: `too_few_reviews`, `already_fitting`.
    """
    reviews = await parameters.predictable_reviews(db, viewer, FIT_REVIEWS_MIN)
    if reviews < FIT_REVIEWS_MIN:
        raise Conflict(
            "too_few_reviews",
            f"{FIT_REVIEWS_MIN} reviews after a day or more are needed; there are {reviews}.",
        )
    begun = await parameters.begin(db, viewer)
    if begun is None:
        raise Conflict("already_fitting", "Your parameters are being fitted at this moment.")
    await enqueue(db, FitParameters(viewer.user_id, begun))


async def take_parameters_back(db: AsyncSession, viewer: Viewer) -> None:
    """Schedule the viewer's cards as before the last fit.

    Raises:
        NotFound: `no_parameters`; the usual ones apply.
    """
    if not await parameters.take_back(db, viewer):
        raise NotFound("no_parameters", "There are no fitted parameters to take back.")
    await enqueue(db, RebuildCards(viewer.user_id))
