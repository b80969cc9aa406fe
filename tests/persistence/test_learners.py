"""How learners review, as their preferences and fitted parameters say."""

from datetime import UTC, datetime

from uuid_utils.compat import uuid7

from game.rules.cards import Scheduler
from game.rules.user_preferences import Preferences
from persistence.database import SessionFactory
from persistence.models import FsrsParameters
from persistence.repositories import user_preferences
from persistence.repositories.cards import learners
from tests.persistence.samples import teacher


def parameters(value: float, **more: object) -> FsrsParameters:
    return FsrsParameters(**{"status": "fitted", "weights": [value] * 21} | more)


async def test_the_last_fitted_parameters_that_were_not_taken_back_apply(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        fitted, other = [await teacher(session, f"{name}@kuis.example") for name in "ab"]
        chosen = {"time_zone": "Asia/Jakarta", "scheduler": "sm2", "desired_retention": 0.85}
        await user_preferences.save(session, fitted, chosen)
        rows = [
            parameters(1),
            parameters(2),
            parameters(3, taken_back_at=datetime.now(UTC)),
            parameters(4, status="no_better"),
        ]
        for row in rows:
            session.add(row)
            row.user_id = fitted.user_id
            await session.flush()
        found = await learners.by_ids(session, [fitted.user_id, other.user_id, uuid7()])
        alone = await learners.get(session, fitted.user_id)
        nobody = await learners.get(session, uuid7())
    assert found.keys() == {fitted.user_id, other.user_id}
    assert found[fitted.user_id] == alone
    assert alone.zone.key == "Asia/Jakarta"
    assert alone.scheduler == Scheduler(
        algorithm="sm2", retention=0.85, parameters=(2.0,) * 21, parameters_id=rows[1].id
    )
    for without in (found[other.user_id], nobody):
        assert without[1:] == (without.zone, Scheduler(), Preferences(), (), None)
        assert without.zone.key == "UTC"
