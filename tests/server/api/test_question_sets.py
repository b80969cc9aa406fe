"""Question sets over HTTP: whose questions they hold."""

from tests.server.api.bank_samples import add, add_set, capital, change, ids, listed, try_changes
from tests.server.api.conftest import SignUp, problem


async def test_a_set_holds_questions_of_its_owner_whoever_adds_them(sign_up: SignUp) -> None:
    teacher, administrator = await sign_up("teacher"), await sign_up("super_admin")
    question = await add(teacher, capital("theirs"))
    theirs, own = await add_set(teacher, "theirs"), await add_set(administrator, "own")
    into = {"do": "add_to_set", "questions": ids(question)}
    assert problem(await try_changes(administrator, into | {"set_id": own})) == (
        404,
        "not_in_bank",
    )
    await change(administrator, "add_to_set", question, set_id=theirs)
    assert await listed(teacher, set=theirs) == ["theirs"]
