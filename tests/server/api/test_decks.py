"""Decks of notes: written by one person, learned by many."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from sqlalchemy import select, update
from uuid_utils.compat import uuid7

from game.rules import decks as rules
from game.rules.cards import GRADES, Rating
from persistence.database import SessionFactory
from persistence.models import Card, CardReview, ReviewDay, User
from persistence.repositories import decks
from server.actions.storing import CARD_BYTES
from server.api.rooms import qr_svg
from server.limits import STORED_BYTES_OF_ACCOUNT, Limit
from tests.server.api.conftest import Person, SignUp, faults, problem

Json = dict[str, Any]
HOUSE = {"front": "rumah", "back": "house", "is_reversed": True}
DOOR = {"front": "pintu", "back": "door", "hint": "you open it", "tags": ["home"]}


async def write(person: Person, *notes: Json, **fields: object) -> Json:
    """A deck with notes, and its link if it is shared."""
    made = await person.client.post("/api/decks", json={"title": "Words", **fields})
    assert made.status_code == 201, made.text
    deck: Json = made.json()
    if notes:
        deck["notes"] = await add(person, deck, *notes)
    return deck


async def add(person: Person, deck: Json, *notes: Json) -> list[Json]:
    added = await person.client.post(f"/api/decks/{deck['id']}/notes", json={"notes": notes})
    assert added.status_code == 201, added.text
    return list(added.json()["notes"])


async def share(owner: Person, deck: Json) -> str:
    changed = await owner.client.patch(f"/api/decks/{deck['id']}", json={"is_shared": True})
    return f"/api/decks/shared/{changed.json()['share_code']}"


async def listed(person: Person) -> list[Json]:
    return list((await person.client.get("/api/decks")).json()["items"])


async def cards(sessions: SessionFactory, person: Person) -> list[Card]:
    async with sessions() as db:
        query = select(Card).where(Card.user_id == person.id).order_by(Card.position)
        return list(await db.scalars(query))


async def test_notes_of_a_shared_deck_become_cards_of_each_learner(
    teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    deck = await write(teacher, HOUSE, is_learned=False)
    assert await cards(session_factory, teacher) == []
    link = await share(teacher, deck)
    shown = (await student.client.get(link)).json()
    assert (shown["title"], shown["note_count"], shown["owner"]) == ("Words", 1, "Some Body")
    code = await student.client.get(f"{link}/qr.svg", headers={"Host": "school.example"})
    assert code.content == qr_svg(f"http://school.example{link.removeprefix('/api')}")
    assert await cards(session_factory, student) == []
    for _ in range(2):
        learned = await student.client.post(f"{link}/subscription")
        assert learned.status_code == 201
        assert learned.json()["share_code"] is None
    both = await cards(session_factory, student)
    assert [card.is_reversed for card in both] == [False, True]

    [door] = await add(teacher, deck, DOOR)
    assert [str(card.note_id) for card in await cards(session_factory, student)][2] == door["id"]
    [item] = await listed(student)
    assert (item["note_count"], item["new_count"], item["learner_count"]) == (2, 3, 1)
    assert (item["is_own"], item["is_learned"]) == (False, True)
    buried = {"cards": [str(both[0].id)], "is_buried": True}
    await student.client.post("/api/cards/batch", json=buried)
    assert (await listed(student))[0]["new_count"] == 2, "as many as the queue has"
    shown = (await student.client.get(f"/api/decks/{deck['id']}/notes")).json()["items"]
    assert shown[1] == door | DOOR
    for refused in (
        await student.client.patch(f"/api/notes/{door['id']}", json={"back": "gate"}),
        await student.client.patch(f"/api/decks/{deck['id']}", json={"title": "Mine"}),
        await student.client.post(f"/api/decks/{deck['id']}/notes", json={"notes": [DOOR]}),
        await student.client.get(f"/api/decks/{deck['id']}/difficulties"),
    ):
        assert refused.status_code == 404

    await teacher.client.patch(f"/api/decks/{deck['id']}", json={"is_shared": False})
    assert problem(await student.client.get(link)) == (404, "no_such_deck")
    for strange in ("%00", "a%20b", "x" * 65):
        answer = await student.client.get(f"/api/decks/shared/{strange}")
        assert problem(answer) == (422, "invalid")
    assert len(await cards(session_factory, student)) == 3
    assert (await listed(teacher))[0]["learner_count"] == 1
    await teacher.client.post(f"/api/decks/{deck['id']}/subscription")
    assert (await listed(teacher))[0]["learner_count"] == 1, "the owner is not counted"
    assert problem(await teacher.client.delete(f"/api/decks/{deck['id']}")) == (
        409,
        "deck_is_learned",
    )


async def test_decks_are_found_by_title_and_notes_by_their_words(student: Person) -> None:
    deck = await write(student, HOUSE, DOOR, title="100% rumah")
    await write(student, title="Kata kerja")
    for typed, titles in (("RUMAH", ["100% rumah"]), ("%", ["100% rumah"]), ("_", [])):
        found = await student.client.get("/api/decks", params={"q": typed})
        assert [each["title"] for each in found.json()["items"]] == titles
    notes = f"/api/decks/{deck['id']}/notes"
    for typed, fronts in (("door", ["pintu"]), ("home", ["pintu"]), ("?", []), ("cat", [])):
        answer = (await student.client.get(notes, params={"q": typed})).json()
        assert [note["front"] for note in answer["items"]] == fronts
        assert answer["total"] == len(fronts)


async def test_numbers_in_titles_are_in_their_order(student: Person) -> None:
    titles = ["5 kata", "40 kata", "Bab 1", "bab 2", "Bab 2 ayat 9", "Bab 2 ayat 10", "Bab 19"]
    titles += ["Bab 20260101120000", "Kata"]
    for title in sorted(titles):
        await write(student, title=title)
    assert [deck["title"] for deck in await listed(student)] == titles
    second = await student.client.get("/api/decks", params={"page": 2, "page_size": 3})
    assert [deck["title"] for deck in second.json()["items"]] == titles[3:6]


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ({"front": " ", "back": "x"}, {"front": "missing"}),
        ({}, {"front": "missing", "back": "missing"}),
        (DOOR | {"front_media": "javascript:alert(1)"}, {"front_media": "bad_url"}),
        (DOOR | {"front": "x" * 5001}, {"front": "too_long"}),
        (DOOR | {"hint": ""}, {"hint": "too_short"}),
        (DOOR | {"side": "x"}, {"side": "unknown_field"}),
    ],
)
async def test_a_note_needs_two_sides(student: Person, note: Json, found: dict[str, str]) -> None:
    deck = await write(student)
    answer = await student.client.post(f"/api/decks/{deck['id']}/notes", json={"notes": [note]})
    assert faults(answer) == {f"notes[0].{field}": code for field, code in found.items()}
    changed = await write(student, DOOR)
    answer = await student.client.patch(
        f"/api/notes/{changed['notes'][0]['id']}", json={"back": ""}
    )
    assert faults(answer) == {"back": "missing"}


async def test_limits(
    app: Litestar, student: Person, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.api.decks.controller.DECKS_MAX", 1)
    monkeypatch.setattr("server.api.decks.sharing.SUBSCRIBERS_MAX", 1)
    monkeypatch.setattr("persistence.repositories.notes.NOTES_MAX", 2)
    deck = await write(student, DOOR, DOOR)
    answer = await student.client.post("/api/decks", json={"title": "More"})
    assert problem(answer) == (409, "too_many_decks")
    answer = await student.client.post(f"/api/decks/{deck['id']}/notes", json={"notes": [DOOR]})
    assert problem(answer) == (409, "deck_full")
    link = await share(student, deck)
    answer = await teacher.client.post(f"{link}/subscription")
    assert problem(answer) == (409, "deck_full")
    again = await student.client.post(f"/api/decks/{deck['id']}/subscription")
    assert again.status_code == 201, "who learns it already does so"
    monkeypatch.setattr(app.state.limits, "scale", 2)
    assert (await teacher.client.post(f"{link}/subscription")).status_code == 201
    await write(student, title="More")


async def test_what_costs_much_is_counted(
    teacher: Person, student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = await write(teacher, HOUSE | {"is_reversed": False})
    await student.client.post(f"{await share(teacher, deck)}/subscription")
    small = Limit("test-stored", 4 * CARD_BYTES + 400, 3600)
    monkeypatch.setattr("server.actions.storing.STORED_BYTES_OF_ACCOUNT", small)
    note = f"/api/notes/{deck['notes'][0]['id']}"
    assert (await teacher.client.patch(note, json={"hint": "small" * 40})).status_code == 200
    both = await teacher.client.patch(note, json={"is_reversed": True})
    assert problem(both) == (429, "rate_limited"), "a card more for each learner"
    notes = f"/api/decks/{deck['id']}/notes"
    many = await teacher.client.post(notes, json={"notes": [HOUSE, DOOR]})
    assert problem(many) == (409, "too_much_at_once"), "nobody waits for what never works"

    monkeypatch.setattr(
        "server.api.decks.controller.COPIES_OF_TEACHER", Limit("test-copies", 0, 3600)
    )
    answer = await teacher.client.post("/api/decks", json={"title": "T", "topic": "Rivers"})
    assert problem(answer) == (429, "rate_limited")


async def test_who_learns_a_deck_stores_its_cards(
    app: Litestar, teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    link = await share(teacher, await write(teacher, HOUSE, DOOR, is_learned=False))
    limit, limits = STORED_BYTES_OF_ACCOUNT, app.state.limits
    most = limit.times * limits.scale
    await limits.hit(limit, str(student.id), cost=most - 3 * CARD_BYTES + 1)
    refused = await student.client.post(f"{link}/subscription")
    assert problem(refused) == (429, "rate_limited")
    await limits.give_back(limit, str(student.id), cost=1)
    for _ in range(2):  # the second time there is nothing to store
        answer = await student.client.post(f"{link}/subscription")
        assert answer.status_code == 201, answer.text
    async with session_factory.begin() as db:
        await db.execute(update(Card).values(reviews=1))  # so they are kept for a return
    [deck] = await listed(student)
    left = await student.client.delete(f"/api/decks/{deck['id']}/subscription")
    assert left.status_code == 204
    refused = await student.client.post(f"{link}/subscription")
    assert problem(refused) == (429, "rate_limited"), "all cards would be written again"


async def test_a_deck_of_a_closed_account_is_not_shared(
    teacher: Person, student: Person, session_factory: SessionFactory
) -> None:
    link = await share(teacher, await write(teacher, DOOR))
    async with session_factory.begin() as db:
        await db.execute(update(User).where(User.id == teacher.id).values(is_active=False))
    assert problem(await student.client.get(link)) == (404, "no_such_deck")
    refused = await student.client.post(f"{link}/subscription")
    assert problem(refused) == (404, "no_such_deck")


async def test_what_was_forgotten_is_read_while_the_deck_is_locked(
    teacher: Person, session_factory: SessionFactory
) -> None:
    deck = await write(teacher, HOUSE)
    async with session_factory.begin() as db, asyncio.timeout(10):
        await decks.get(db, teacher.signed_in, UUID(deck["id"]), to_edit=True)
        answer = await teacher.client.get(f"/api/decks/{deck['id']}/difficulties")
    assert answer.json()["learner_count"] == 1


async def test_a_teacher_sees_what_all_forget_and_never_one_learner(
    teacher: Person,
    sign_up: SignUp,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deck = await write(teacher, DOOR, HOUSE | {"is_reversed": False}, is_learned=False)
    link = await share(teacher, deck)
    path = f"/api/decks/{deck['id']}/difficulties"
    learners = [teacher, *[await sign_up("student") for _ in range(rules.LEARNERS_MIN)]]
    for number, learner in enumerate(learners):
        found = (await teacher.client.get(path)).json()
        assert found == {"items": [], "learner_count": number}, "the owner is not counted"
        await learner.client.post(f"{link}/subscription")
        door, house = await cards(session_factory, learner)
        # The owner, and the last one, know it and review much more than the others.
        knows = number in {0, rules.LEARNERS_MIN}
        async with session_factory.begin() as db:
            for version in range(2, 11 if knows else 3):
                db.add(_review(door, "good" if knows else "again", version))
            db.add(_review(house, "good"))
            day = datetime.now(UTC).date()
            db.add(ReviewDay(user_id=learner.id, day=day, reviews=1, good=1, passed=1))
    items = (await teacher.client.get(path)).json()["items"]
    assert [item["front"] for item in items] == ["pintu", "rumah"]
    assert [item["forgotten"] for item in items] == [0.8, 0], "four of five, each counts the same"
    told = {"note_id", "is_reversed", "review_question_id", "front", "forgotten"}
    assert items[0].keys() == told, "not how many they are"
    monkeypatch.setattr(decks, "DIFFICULT_LEARNERS", rules.LEARNERS_MIN - 1)
    assert (await teacher.client.get(path)).json()["items"] == [], "so few are read"


def _review(card: Card, rating: Rating, version: int = 2) -> CardReview:
    return CardReview(
        card_id=card.id,
        user_id=card.user_id,
        key=uuid7(),
        kind="review",
        rating=GRADES[rating],
        reviewed_at=datetime.now(UTC),
        reviewed_on=datetime.now(UTC).date(),
        elapsed_days=1,
        algorithm="fsrs-6.3.2",
        before={},
        state="review",
        interval_days=1,
        due_at=datetime.now(UTC),
        version=version,
    )
