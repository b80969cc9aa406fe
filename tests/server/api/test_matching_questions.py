"""All questions that match a search or filters, and changes of very many of them."""

import msgspec

from game.rules.questions import QuestionDraft
from game.rules.questions.changes import CHANGED_MAX
from game.rules.questions.fields import TAG_MAX, TAGS_MAX
from persistence.database import SessionFactory
from persistence.repositories.questions import bulk
from server.api.questions.schemas import QuestionInput, draft_of
from tests.server.api.bank_samples import add, add_set, capital, change, ids, try_changes
from tests.server.api.conftest import Person
from tests.server.api.quiz_samples import Json


def draft(question: Json) -> QuestionDraft:
    return draft_of(msgspec.convert(question, QuestionInput))


async def matching(person: Person, **filters: str) -> list[str]:
    response = await person.client.get("/api/questions/ids", params=filters)
    assert response.status_code == 200, response.text
    found: list[str] = response.json()["questions"]
    return found


async def test_all_that_match_are_listed_in_their_order(
    teacher: Person, other_teacher: Person
) -> None:
    await add(other_teacher, capital("Where is Paris?"))
    levels = ("A1", "A1", "B1", "A1")
    one, two, three, old = await add(
        teacher, *(capital(f"Where is Paris {level}?", level=level) for level in levels)
    )
    await change(teacher, "archive", [old])
    set_id = await add_set(teacher, "Paris", [three, one])
    assert await matching(teacher) == ids([three, two, one])
    assert await matching(teacher, level="A1") == ids([two, one])
    assert await matching(teacher, set=set_id) == ids([three, one])
    assert await matching(teacher, archived="true") == [old["id"]]
    assert await matching(teacher, q="pari", level="A1") == ids([two, one])
    assert await matching(teacher, q="rome") == []


async def test_as_many_as_one_change_takes_are_changed_and_come_back_exactly(
    teacher: Person, session_factory: SessionFactory
) -> None:
    """Also with the longest tags there can be."""
    tags = [chr(0x1F600 + number) * TAG_MAX for number in range(TAGS_MAX)]
    drafts = [draft(capital(f"Stem {number}", tags=tags)) for number in range(CHANGED_MAX + 1)]
    async with session_factory.begin() as db:
        await bulk.add_to_bank(db, teacher.id, drafts)
    found = await matching(teacher)
    assert len(set(found)) == CHANGED_MAX
    removed = await try_changes(
        teacher, {"do": "remove_tags", "questions": found, "tags": [tags[4]]}
    )
    assert removed.json()["changed"] == CHANGED_MAX
    emoji = {"tag": tags[4]}
    assert len(await matching(teacher, **emoji)) == 1
    undone = await try_changes(teacher, *removed.json()["undo"])
    assert undone.status_code == 200, undone.text
    assert await matching(teacher, **emoji) == found
    [shown] = (await teacher.client.get("/api/questions?page_size=1")).json()["items"]
    assert shown["tags"] == tags
