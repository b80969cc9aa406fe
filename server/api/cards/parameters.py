"""The parameters of a learner's scheduler over HTTP."""

from collections.abc import Sequence
from datetime import datetime

from litestar import Controller, delete, get, post
from litestar.status_codes import HTTP_202_ACCEPTED
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards.evaluation import FIT_REVIEWS_MIN, RETENTIONS, USUAL_WORKLOAD
from persistence.models import FsrsParameters
from persistence.models.cards import FitStatus
from persistence.repositories.cards import parameters
from persistence.repositories.viewers import Viewer as AnyViewer
from server.actions.cards.parameters import fit_parameters, take_parameters_back
from server.api.dependencies import Db, Limits, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.auth.request_identity import signed_in
from server.limits import FITS_OF_LEARNER


class FittedParameters(Struct, frozen=True):
    """Parameters that were fitted to the learner's log.

    `log_loss_before` and `log_loss_after` say how badly the parameters before and these predict the
    `reviews` in the log; less is better.
    """

    fitted_at: datetime
    reviews: int
    log_loss_before: float
    log_loss_after: float
    weights: Sequence[float]


class LastFit(Struct, frozen=True):
    """What came of the last request. `no_better`: the parameters that apply predict as well."""

    asked_at: datetime
    status: FitStatus


class Workload(Struct, frozen=True):
    """What it costs to know this share of due cards.

    `reviews_per_new_card` are a card's reviews in its first year. After a year somebody has so many
    reviews a day for each new card that they learn a day.
    """

    retention: float
    reviews_per_new_card: float


class CardParameters(Struct, frozen=True):
    """How FSRS schedules the learner's cards. Without `fitted` the usual parameters apply.

    `reviews` counts what parameters can be fitted to, up to `reviews_needed`.
    """

    fitted: FittedParameters | None
    last_fit: LastFit | None
    reviews: int
    reviews_needed: int
    workload: Sequence[Workload]


class CardParametersController(Controller):
    path = "/cards/parameters"
    tags = ["cards"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getCardParameters", responses=problems(401))
    async def show(self, viewer: Viewer, db: Db) -> CardParameters:
        """Get the parameters of the own cards' scheduler, and what each desired retention costs."""
        return await _output(db, viewer)

    @post(
        "/",
        operation_id="fitCardParameters",
        status_code=HTTP_202_ACCEPTED,
        responses=problems(401, 403, 409, 429),
    )
    async def fit(self, viewer: Viewer, db: Db, limits: Limits) -> CardParameters:
        """Fit the parameters to the own log. `too_few_reviews`, `already_fitting`.

        It takes some seconds, and then a while until all cards are scheduled anew. Parameters that
        predict better than those before apply at once.
        """
        await limits.hit(FITS_OF_LEARNER, str(viewer.user_id))
        await fit_parameters(db, viewer)
        return await _output(db, viewer)

    @delete(
        "/",
        operation_id="takeCardParametersBack",
        status_code=200,
        responses=problems(401, 403, 404),
    )
    async def take_back(self, viewer: Viewer, db: Db) -> CardParameters:
        """Schedule the own cards as before the last fit. `no_parameters`."""
        await take_parameters_back(db, viewer)
        return await _output(db, viewer)


async def _output(db: AsyncSession, viewer: AnyViewer) -> CardParameters:
    applying = await parameters.applying(db, viewer)
    last = await parameters.last(db, viewer)
    costs = USUAL_WORKLOAD if applying is None else applying.workload or USUAL_WORKLOAD
    return CardParameters(
        fitted=None if applying is None else _fitted(applying),
        last_fit=None if last is None else LastFit(last.created_at, last.status),
        reviews=await parameters.predictable_reviews(db, viewer, FIT_REVIEWS_MIN),
        reviews_needed=FIT_REVIEWS_MIN,
        workload=[Workload(*each) for each in zip(RETENTIONS, costs, strict=True)],
    )


def _fitted(row: FsrsParameters) -> FittedParameters:
    return FittedParameters(
        fitted_at=row.updated_at,
        reviews=row.reviews or 0,
        log_loss_before=row.log_loss_before or 0.0,
        log_loss_after=row.log_loss_after or 0.0,
        weights=row.weights or (),
    )
