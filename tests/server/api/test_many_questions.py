"""Many questions of the bank at once: changes and their undo, sets, draws, duplicates."""

import asyncio

import pytest

from tests.server.api.bank_samples import (
    add,
    add_set,
    capital,
    change,
    ids,
    listed,
    try_changes,
    undo,
)
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import CAPITAL, UNREADY, Json, write

NOWHERE = "0199e1f0-0000-7000-8000-000000000000"


async def tags_of(person: Person) -> dict[str, list[str]]:
    response = await person.client.get("/api/questions")
    return {question["stem"]: question["tags"] for question in response.json()["items"]}


async def test_tags_are_added_and_removed_and_come_back_in_their_order(teacher: Person) -> None:
    questions = await add(
        teacher,
        capital("one", tags=["a", "b", "c"]),
        capital("two", tags=["b"]),
        capital("three"),
    )
    before = await tags_of(teacher)
    added = await change(teacher, "add_tags", questions, tags=["b", "d"])
    assert added["changed"] == 3
    assert await tags_of(teacher) == {
        "one": ["a", "b", "c", "d"],
        "two": ["b", "d"],
        "three": ["b", "d"],
    }
    removed = await change(teacher, "remove_tags", questions, tags=["b"])
    assert (await undo(teacher, removed))["changed"] == 3
    await undo(teacher, added)
    assert await tags_of(teacher) == before
    assert (await change(teacher, "remove_tags", questions, tags=["z"])) == {
        "changed": 0,
        "undo": [],
    }


async def test_too_many_tags_on_one_question_leave_all_as_they_were(teacher: Person) -> None:
    full = capital("full", tags=[str(number) for number in range(10)])
    questions = await add(teacher, capital("one"), full)
    before = await tags_of(teacher)
    refused = await try_changes(
        teacher, {"do": "add_tags", "questions": ids(questions), "tags": ["more"]}
    )
    assert problem(refused) == (422, "too_many_tags")
    assert await tags_of(teacher) == before


async def test_archived_questions_leave_the_list_and_come_back(teacher: Person) -> None:
    questions = await add(teacher, capital("one"), capital("two"), capital("three"))
    await change(teacher, "archive", questions[:1])
    archived = await change(teacher, "archive", questions[:2])
    assert archived["changed"] == 1
    assert await listed(teacher) == ["three"]
    assert await listed(teacher, archived=True) == ["two", "one"]
    await undo(teacher, archived)
    assert await listed(teacher) == ["three", "two"]
    assert await listed(teacher, archived=True) == ["one"]


async def test_only_archived_questions_are_deleted_for_good(teacher: Person) -> None:
    questions = await add(teacher, capital("one"), capital("two"))
    await change(teacher, "archive", questions[:1])
    refused = await try_changes(teacher, {"do": "delete", "questions": ids(questions)})
    assert problem(refused) == (409, "not_archived")
    assert await change(teacher, "delete", questions[:1]) == {"changed": 1, "undo": []}
    assert await listed(teacher, archived=True) == []


@pytest.mark.parametrize("do", ["archive", "restore", "delete", "add_tags", "add_to_set"])
async def test_a_question_of_somebody_else_stops_the_whole_change(
    teacher: Person, other_teacher: Person, do: str
) -> None:
    set_id = await add_set(teacher, "Mine")
    own, foreign = await add(teacher, CAPITAL), await add(other_teacher, CAPITAL)
    fields: dict[str, Json] = {"add_tags": {"tags": ["x"]}, "add_to_set": {"set_id": set_id}}
    change = {"do": do, "questions": ids(own + foreign)} | fields.get(do, {})
    archive = {"do": "archive", "questions": ids(own)}
    refused = await try_changes(teacher, archive, change)
    assert problem(refused) == (404, "not_in_bank")
    assert await listed(teacher) == [CAPITAL["stem"]]
    assert await listed(teacher, set=set_id) == []


async def test_several_changes_are_undone_by_one_request(teacher: Person) -> None:
    questions = await add(teacher, capital("one"), capital("two"))
    first = await add_set(teacher, "First", questions)
    second = await add_set(teacher, "Second")
    moved = await try_changes(
        teacher,
        {"do": "remove_from_set", "set_id": first, "questions": ids(questions)},
        {"do": "add_to_set", "set_id": second, "questions": ids(questions)},
    )
    assert moved.json()["changed"] == 2
    assert (await listed(teacher, set=first), await listed(teacher, set=second)) == (
        [],
        ["one", "two"],
    )
    await undo(teacher, moved.json())
    assert (await listed(teacher, set=first), await listed(teacher, set=second)) == (
        ["one", "two"],
        [],
    )


async def test_changes_in_another_order_do_not_wait_for_each_other(teacher: Person) -> None:
    one, two = await add(teacher, capital("One"), capital("Two"))
    sets = [await add_set(teacher, title) for title in "AB"]
    pairs = list(zip((one, two), sets, strict=True))
    orders = [
        [
            change
            for question, set_id in (pairs if number % 2 else reversed(pairs))
            for change in (
                {"do": "add_tags", "questions": [question["id"]], "tags": [f"tag {number}"]},
                {"do": "add_to_set", "questions": [question["id"]], "set_id": set_id},
            )
        ]
        for number in range(10)
    ]
    answers = await asyncio.gather(*(try_changes(teacher, *changes) for changes in orders))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_place_in_a_set_is_small(teacher: Person) -> None:
    question = await add(teacher, CAPITAL)
    set_id = await add_set(teacher, "A")
    change = {"do": "add_to_set", "questions": ids(question), "set_id": set_id, "places": [2**63]}
    refused = await try_changes(teacher, change)
    assert faults(refused) == {"changes[0].places[0]": "too_large"}


async def test_a_set_keeps_its_order_through_removing_and_undoing(teacher: Person) -> None:
    questions = await add(teacher, *[capital(stem) for stem in "abcde"])
    set_id = await add_set(teacher, "Letters", questions)
    removed = await change(teacher, "remove_from_set", [questions[3], questions[1]], set_id=set_id)
    assert removed["changed"] == 2
    assert await listed(teacher, set=set_id) == ["a", "c", "e"]
    await undo(teacher, removed)
    assert await listed(teacher, set=set_id) == list("abcde")
    again = await change(teacher, "add_to_set", questions, set_id=set_id)
    assert again == {"changed": 0, "undo": []}


async def test_sets_are_renamed_counted_ordered_and_deleted(teacher: Person) -> None:
    questions = await add(teacher, *[capital(stem) for stem in "abcd"])
    set_id = await add_set(teacher, "letters", questions)
    await add_set(teacher, "Empty")
    await change(teacher, "archive", questions[3:])
    sets = (await teacher.client.get("/api/question-sets")).json()["items"]
    assert [(each["title"], each["question_count"]) for each in sets] == [
        ("Empty", 0),
        ("letters", 3),
    ]
    path = f"/api/question-sets/{set_id}"
    renamed = await teacher.client.patch(path, json={"title": "Letters"})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Letters")
    order = [questions[2]["id"], questions[0]["id"]]
    assert (await teacher.client.put(f"{path}/order", json={"questions": order})).is_success
    assert await listed(teacher, set=set_id) == ["c", "b", "a"]
    wrong = await teacher.client.put(f"{path}/order", json={"questions": [NOWHERE]})
    assert problem(wrong) == (422, "invalid")
    assert (await teacher.client.delete(path)).status_code == 204
    assert problem(await teacher.client.delete(path)) == (404, "no_such_set")
    assert len(await listed(teacher)) == 3


async def test_a_set_has_at_most_as_many_questions_as_a_quiz(teacher: Person) -> None:
    drafts = [capital(str(number)) for number in range(501)]
    added = await teacher.client.post("/api/questions/import", json={"questions": drafts})
    new = added.json()["added"]
    set_id = await add_set(teacher, "Large")
    into = {"do": "add_to_set", "set_id": set_id}
    assert problem(await try_changes(teacher, into | {"questions": new})) == (409, "set_full")
    assert (await try_changes(teacher, into | {"questions": new[:500]})).is_success
    assert problem(await try_changes(teacher, into | {"questions": new[500:]})) == (409, "set_full")
    quiz = await teacher.client.post(
        "/api/questions/copy-to-quiz", json={"set_id": set_id, "title": "Large"}
    )
    assert quiz.json()["question_count"] == 500
    more = {"questions": new[500:], "quiz_id": quiz.json()["quiz_id"]}
    refused = await teacher.client.post("/api/questions/copy-to-quiz", json=more)
    assert problem(refused) == (409, "quiz_full")


async def drawn(person: Person, **asked: str | int) -> Json:
    response = await person.client.get("/api/questions/draw", params=asked)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def test_a_seed_draws_the_same_questions_again(teacher: Person) -> None:
    await add(teacher, *[capital(str(number), level="A1") for number in range(12)])
    await add(teacher, capital("other", level="C1"))
    first = await drawn(teacher, count=5, level="A1")
    assert (first["matching"], len(first["questions"])) == (12, 5)
    again = await drawn(teacher, count=5, level="A1", seed=first["seed"])
    assert again == first
    longer = await drawn(teacher, count=8, level="A1", seed=first["seed"])
    assert longer["questions"][:5] == first["questions"]
    seen = [
        ids((await drawn(teacher, count=5, level="A1", seed=seed))["questions"])
        for seed in range(3)
    ]
    assert seen[0] != seen[1] != seen[2]


async def test_a_draw_is_of_what_was_searched(teacher: Person) -> None:
    await add(teacher, *(capital(f"River {number}") for number in range(3)), capital("Sea"))
    path = "/api/questions/draw?q=rivers%20&seed=1&type=multiple_choice"
    drawn = (await teacher.client.get(f"{path}&count=5")).json()
    assert drawn["matching"] == 3
    assert {each["stem"] for each in drawn["questions"]} == {"River 0", "River 1", "River 2"}
    fewer = (await teacher.client.get(f"{path}&count=2")).json()
    assert fewer["questions"] == drawn["questions"][:2]


async def test_a_draw_leaves_out_what_cannot_be_played_or_is_in_the_quiz(teacher: Person) -> None:
    questions = await add(teacher, capital("one"), capital("two"), UNREADY, capital("three"))
    quiz = await write(teacher)
    copied = {"questions": ids(questions[:1]), "quiz_id": quiz["id"]}
    assert (await teacher.client.post("/api/questions/copy-to-quiz", json=copied)).is_success
    found = await drawn(teacher, count=10, not_in=quiz["id"])
    assert found["matching"] == 3
    assert {question["stem"] for question in found["questions"]} == {"two", "three"}


async def test_duplicates_are_listed_in_groups(teacher: Person, other_teacher: Person) -> None:
    first, second, _, archived = await add(
        teacher,
        capital("Same?"),
        capital("same", choices=CAPITAL["choices"][::-1]),
        capital("Other?"),
        capital("SAME"),
    )
    await add(other_teacher, capital("Other?"))
    await change(teacher, "archive", [archived])
    response = await teacher.client.get("/api/questions/duplicates")
    assert response.json()["total"] == 1
    assert response.json()["items"] == [{"questions": [first, second], "total": 2}]
    assert (await other_teacher.client.get("/api/questions/duplicates")).json()["items"] == []


async def test_what_is_in_the_bank_already_is_found_before_it_is_added(
    teacher: Person, other_teacher: Person
) -> None:
    [there] = await add(teacher, capital("Same?"))
    await add(other_teacher, capital("Foreign?"))
    drafts = [capital("same"), capital("New"), capital("new!"), capital("Foreign?")]
    asked = {"questions": drafts}
    found = await teacher.client.post("/api/questions/duplicates", json=asked)
    assert found.json()["questions"] == [
        {"draft": None, "question": there["id"]},
        {"draft": None, "question": None},
        {"draft": 1, "question": None},
        {"draft": None, "question": None},
    ]
    skipping = {"questions": drafts, "skip_duplicates": True}
    added = await teacher.client.post("/api/questions/import", json=skipping)
    assert added.json()["left_out"] == [0, 2]
    assert await listed(teacher) == ["Foreign?", "New", "Same?"]


async def test_a_change_of_a_question_changes_what_it_is_equal_to(teacher: Person) -> None:
    [one, _] = await add(teacher, capital("one"), capital("two"))
    changed = await teacher.client.patch(f"/api/questions/{one['id']}", json={"stem": "TWO"})
    assert changed.status_code == 200
    assert (await teacher.client.get("/api/questions/duplicates")).json()["total"] == 1
