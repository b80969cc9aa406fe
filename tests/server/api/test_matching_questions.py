"""All questions that match a search or filters, and changes of very many of them."""

import msgspec
import pytest

from game.rules.questions import QuestionDraft
from game.rules.questions.changes import CHANGED_MAX
from game.rules.questions.fields import TAG_MAX, TAGS_MAX
from persistence.database import SessionFactory
from persistence.repositories import pagination
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


async def test_the_bank_is_listed_in_the_order_that_is_asked_for(teacher: Person) -> None:
    levels = {"Zebra": 1, "apple": None, "Mango": 5, "berry": 1}
    added = await add(teacher, *(capital(stem, difficulty=level) for stem, level in levels.items()))
    zebra, apple, mango, berry = ids(added)
    orders = {
        "latest": [berry, mango, apple, zebra],
        "oldest": [zebra, apple, mango, berry],
        "title": [apple, berry, mango, zebra],
        "difficulty": [berry, zebra, mango, apple],
    }
    for sort, order in orders.items():
        assert await matching(teacher, sort=sort) == order
        for page in (1, 2):
            shown = await teacher.client.get(
                "/api/questions", params={"sort": sort, "page_size": 2, "page": page}
            )
            assert ids(shown.json()["items"]) == order[2 * page - 2 : 2 * page]
    set_id = await add_set(teacher, "Fruit", added[1:])
    assert await matching(teacher, set=set_id) == [apple, mango, berry]
    assert await matching(teacher, set=set_id, sort="title") == [apple, berry, mango]
    await change(teacher, "archive", added[:2])
    assert await matching(teacher, sort="title", archived="true") == [apple, zebra]
    unknown = await teacher.client.get("/api/questions", params={"sort": "random"})
    assert unknown.status_code == 422


async def test_questions_with_a_tag_are_listed_in_the_order_that_is_asked_for(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged = {"Zebra": 1, "apple": None, "Mango": 5}
    await add(
        teacher,
        *(capital(stem, difficulty=level, tags=["a", "b"]) for stem, level in tagged.items()),
        capital("berry", difficulty=1, tags=["a"]),
    )
    orders = {
        "latest": ["Mango", "apple", "Zebra"],
        "oldest": ["Zebra", "apple", "Mango"],
        "title": ["apple", "Mango", "Zebra"],
        "difficulty": ["Zebra", "Mango", "apple"],
    }
    for counted, capped in ((10, (3, False)), (2, (2, True))):
        monkeypatch.setattr(pagination, "COUNTED_MAX", counted)
        for sort, stems in orders.items():
            for page in (1, 2, 3):
                params = {"tag": ["a", "b"], "sort": sort, "page": page, "page_size": 2}
                shown = (await teacher.client.get("/api/questions", params=params)).json()
                on_page = stems[2 * page - 2 : 2 * page]
                assert [each["stem"] for each in shown["items"]] == on_page
                assert (shown["total"], shown["is_capped"]) == capped
    nothing = (await teacher.client.get("/api/questions?tag=c")).json()
    assert (nothing["items"], nothing["total"]) == ([], 0)


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
