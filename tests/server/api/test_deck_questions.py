"""Decks of questions: those of a topic or a set of their owner's bank."""

import pytest
from sqlalchemy import select, text

from persistence.database import SessionFactory
from persistence.models import Card
from server.actions.storing import CARD_BYTES
from server.limits import Limit
from tests.server.api.conftest import Person, SignUp, problem
from tests.server.api.quiz_samples import CAPITAL
from tests.server.api.test_decks import DOOR, Json, cards, listed, share, write


async def test_a_deck_has_the_questions_of_a_set_or_a_topic(
    teacher: Person, student: Person, sign_up: SignUp, session_factory: SessionFactory
) -> None:
    async def in_bank(**fields: object) -> str:
        made = await teacher.client.post("/api/questions", json={"topic": "Rivers"} | fields)
        return str(made.json()["id"])

    truth = {"type": "true_false", "stem": "The Kapuas is longer than the Mahakam."}
    right = {"choices": [{"text": "True", "is_correct": True}, {"text": "False"}]}
    first = await in_bank(**truth, **right)
    second = await in_bank(type="numeric", stem="Its length?", answer_key={"value": 1143})
    poll = {"choices": [{"text": "Kapuas"}, {"text": "Mahakam"}]}
    await in_bank(type="poll", stem="The nicest river?", **poll)
    await in_bank(type="numeric", stem="No key yet")
    made = await teacher.client.post("/api/question-sets", json={"title": "Kapuas"})
    set_id = made.json()["id"]
    change = {"do": "add_to_set", "questions": [second], "set_id": set_id}
    await teacher.client.post("/api/questions/changes", json={"changes": [change]})

    administrator = await sign_up("super_admin")
    new = {"title": "Rivers", "topic": "Rivers"}
    answer = await administrator.client.post("/api/decks", json=new)
    assert problem(answer) == (422, "nothing_to_ask"), "a deck has questions of the own bank"
    of_topic = await write(teacher, topic="Rivers", is_learned=False)
    assert (of_topic["kind"], of_topic["filled"]) == ("topic", {"found": 4, "left_out": 2})
    link = await share(teacher, of_topic)
    await student.client.post(f"{link}/subscription")
    path = f"/api/decks/{of_topic['id']}/questions"
    shown = (await student.client.get(path)).json()["items"]
    assert [each["stem"] for each in shown] == [truth["stem"], "Its length?"]
    assert len(await cards(session_factory, student)) == 2

    notes = f"/api/decks/{of_topic['id']}/notes"
    note = await teacher.client.post(notes, json={"notes": [DOOR]})
    assert problem(note) == (409, "deck_from_bank")
    csv = {"file": ("words.csv", "front,back\npintu,door\n")}
    into = {"deck": of_topic["id"]}
    imported = await teacher.client.post("/api/decks/imports", files=csv, data=into)
    assert problem(imported) == (409, "deck_from_bank")

    of_set = await write(teacher, set_id=set_id)
    assert of_set["filled"] == {"found": 1, "left_out": 0}
    assert len(await cards(session_factory, teacher)) == 1

    await in_bank(type="numeric", stem="Its depth?", answer_key={"value": 12})
    await teacher.client.patch(f"/api/questions/{first}", json={"stem": "The Kapuas is longer."})
    refilled = await teacher.client.post(path)
    assert (refilled.status_code, refilled.json()["found"]) == (201, 5)
    stems = [each["stem"] for each in (await student.client.get(path)).json()["items"]]
    assert stems == ["The Kapuas is longer.", "Its length?", "Its depth?"]
    assert len(await cards(session_factory, student)) == 3
    length = f"{path}/{shown[0]['id']}"
    assert problem(await student.client.delete(length)) == (404, "no_such_deck")
    assert (await teacher.client.delete(length)).status_code == 204
    assert len(await cards(session_factory, student)) == 2


async def test_cards_of_questions_are_made_in_one_order_counted_and_go_with_the_deck(
    teacher: Person, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    numeric = {"type": "numeric", "answer_key": {"value": 1143}, "topic": "Rivers"}
    for stem in ("How long?", "How deep?", "How old?", "How wide?"):
        await teacher.client.post("/api/questions", json=numeric | {"stem": stem})
    deck = await write(teacher, topic="Rivers")
    async with session_factory() as db:
        in_order = list(await db.scalars(select(Card.review_question_id).order_by(text("ctid"))))
    assert len(in_order) == 4
    assert in_order == sorted(in_order, key=str), "in which those of missed questions are made"
    await teacher.client.post("/api/questions", json=numeric | {"stem": "How cold?"})
    limit = Limit("test-stored", CARD_BYTES - 1, 3600)
    monkeypatch.setattr("server.actions.storing.STORED_BYTES_OF_ACCOUNT", limit)
    refilled = await teacher.client.post(f"/api/decks/{deck['id']}/questions")
    assert problem(refilled) == (409, "too_much_at_once")
    assert (await teacher.client.delete(f"/api/decks/{deck['id']}")).status_code == 204
    assert await cards(session_factory, teacher) == []


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"topic": "Nothing"}, (422, "nothing_to_ask")),
        ({"set_id": "00000000-0000-7000-8000-000000000000"}, (404, "no_such_set")),
        (
            {"topic": "Rivers", "set_id": "00000000-0000-7000-8000-000000000000"},
            (422, "topic_or_set"),
        ),
    ],
)
async def test_a_deck_without_questions_is_not_made(
    teacher: Person, student: Person, given: Json, refused: tuple[int, str]
) -> None:
    new = {"title": "Words"} | given
    assert problem(await teacher.client.post("/api/decks", json=new)) == refused
    assert await listed(teacher) == []
    if "topic" not in given:
        answer = await student.client.post("/api/decks", json=new)
        assert problem(answer) == (403, "teachers_only")


async def test_who_adds_questions_stores_them_and_the_cards_of_all(
    teacher: Person, student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_bank(stem: str) -> None:
        new = CAPITAL | {"stem": stem, "topic": "Towns"}
        assert (await teacher.client.post("/api/questions", json=new)).status_code == 201

    await in_bank("Capital?")
    made = (await teacher.client.post("/api/decks", json={"title": "T", "topic": "Towns"})).json()
    await student.client.post(f"{await share(teacher, made)}/subscription")
    await in_bank("The other capital?")
    texts, card = 800, 2 * CARD_BYTES
    filled = {10: 409, texts: 409, card: 429, texts + card: 201}
    for most, status in filled.items():
        limit = Limit(f"test-stored-{most}", most, 3600)
        monkeypatch.setattr("server.actions.storing.STORED_BYTES_OF_ACCOUNT", limit)
        answer = await teacher.client.post(f"/api/decks/{made['id']}/questions")
        assert answer.status_code == status, answer.text
    assert (await listed(student))[0]["new_count"] == 2
