"""What a student must not learn before its time, or never."""

from litestar import Litestar
from sqlalchemy import delete

from persistence.database import SessionFactory
from persistence.models import User
from tests.server.api.conftest import Person, connect
from tests.server.api.homework.conftest import Worker, give


async def test_nobody_is_taken_for_an_account_that_was_removed(
    app: Litestar, teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    given = await give(teacher)
    await Worker(student.client, given["code"]).start()
    async with session_factory.begin() as db:
        await db.execute(delete(User).where(User.id == student.id))
    async with connect(app) as nobody:
        looked = await nobody.get(f"/api/sessions/{given['code']}/attempts")
    assert looked.status_code == 200, looked.text
    assert looked.json()["own"] is None
