"""Decks as files: what is downloaded comes back, and what is lost is said before."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
    TrueFalse,
)
from persistence.database import SessionFactory
from persistence.models import Card
from server.actions import deck_files
from server.formats.decks.all import read
from server.formats.decks.items import DeckFile
from server.formats.decks.questions_as_notes import as_note
from tests.pictures import plain
from tests.server.api.conftest import Person, problem
from tests.server.api.test_deck_imports import cards, notes, stored, with_reviews
from tests.server.formats.decks import packages

CHOICES = (Choice("a", "Rome"), Choice("b", "Oslo"), Choice("c", "", "/pictures/x"))
YES_AND_NO = (Choice("true", "Yes"), Choice("false", "No"))


async def with_picture(person: Person) -> tuple[str, list[dict[str, object]]]:
    """A deck of two notes, one of them with an uploaded picture, and what they are."""
    headers = {"Content-Type": "image/png"}
    uploaded = await person.client.post("/api/pictures", content=plain(), headers=headers)
    made = (await person.client.post("/api/decks", json={"title": "Kota: Tür/1"})).json()
    written: list[dict[str, object]] = [
        {"front": "Rome", "back": "Italy\n  in the south", "hint": "a boot", "tags": ["two words"]},
        {"front": "Red", "back_media": uploaded.json()["address"], "is_reversed": True},
    ]
    path = f"/api/decks/{made['id']}/notes"
    added = await person.client.post(path, json={"notes": written})
    assert added.status_code == 201, added.text
    return made["id"], written


async def download(person: Person, deck: str, kind: str, **query: str) -> DeckFile:
    answer = await person.client.get(f"/api/decks/{deck}/file", params={"format": kind, **query})
    assert answer.status_code == 200, answer.text
    assert f".{kind}" in answer.headers["content-disposition"]
    return read(answer.content)


@pytest.mark.parametrize(("kind", "lost"), [("apkg", [(0, ["tags"])]), ("csv", []), ("json", [])])
async def test_a_deck_comes_back_from_its_file_and_losses_are_said_before(
    teacher: Person, kind: str, lost: list[tuple[int, list[str]]]
) -> None:
    deck, written = await with_picture(teacher)
    found = await download(teacher, deck, kind)
    assert [(item.draft and item.draft.front, len(item.pictures)) for item in found.items] == [
        ("Rome", 0),
        ("Red", 0 if kind == "csv" else 1),
    ]
    said = await teacher.client.get(f"/api/decks/{deck}/file/losses", params={"format": kind})
    assert [(note["index"], note["lost"]) for note in said.json()["notes"]] == lost
    assert said.json()["has_reviews"] is (kind == "json")
    file = await teacher.client.get(f"/api/decks/{deck}/file", params={"format": kind})
    again = await stored(teacher, file.content, deck=deck)
    assert (again["added"], len(await notes(teacher, deck))) == (0, len(written))


async def test_json_takes_the_own_reviews_along(
    student: Person, teacher: Person, session_factory: SessionFactory
) -> None:
    now = datetime.now(UTC)
    deck = (await stored(student, with_reviews(now), with_reviews=True))["deck_id"]
    assert all(not item.cards for item in (await download(student, deck, "json")).items)
    await download(student, deck, "json", with_reviews="true")
    query = {"format": "json", "with_reviews": "true"}
    file = await student.client.get(f"/api/decks/{deck}/file", params=query)
    assert (await stored(teacher, file.content, with_reviews=True))["reviews"] == 4
    before, after = await cards(session_factory, student), await cards(session_factory, teacher)
    assert [facts(card) for card in after] == [facts(card) for card in before]


async def test_json_takes_schedules_without_reviews_along(
    student: Person, teacher: Person, session_factory: SessionFactory
) -> None:
    known = {"type": 2, "queue": 2, "due": 2_000, "ivl": 30, "factor": 2300, "lapses": 3}
    database = packages.collection(packages.NOTES[:1], [packages.card(100, 1, **known)])
    deck = (await stored(student, packages.old_package(database), with_reviews=True))["deck_id"]
    query = {"format": "json", "with_reviews": "true"}
    file = await student.client.get(f"/api/decks/{deck}/file", params=query)
    await stored(teacher, file.content, with_reviews=True)
    [before], [after] = [await cards(session_factory, each) for each in (student, teacher)]
    assert (before.lapses, before.ease_factor) == (3, Decimal("2.30"))
    assert facts(after) == facts(before)
    assert (after.ease_factor, after.stability) == (before.ease_factor, before.stability)


@pytest.mark.parametrize(("began_at_ms", "due_day"), [(0, -36_500), (2**42 - 1, 36_500)])
async def test_json_takes_cards_along_that_are_due_in_another_age(
    student: Person, began_at_ms: int, due_day: int
) -> None:
    card = {"state": "review", "due_day": due_day, "interval_days": 3}
    note = {"front": "a", "back": "b", "key": "k", "cards": [card]}
    content = json.dumps({"notes": [note], "began_at_ms": began_at_ms}).encode()
    deck = (await stored(student, content, with_reviews=True))["deck_id"]
    [item] = (await download(student, deck, "json", with_reviews="true")).items
    assert item.cards[0].due_day == due_day


async def test_a_deck_that_is_too_large_for_memory_is_not_downloaded(
    student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = (await stored(student, with_reviews(datetime.now(UTC)), with_reviews=True))["deck_id"]
    path, query = f"/api/decks/{deck}/file", {"format": "json", "with_reviews": "true"}
    monkeypatch.setattr(deck_files, "REVIEWS_MAX", 3)
    answer = await student.client.get(path, params=query)
    assert problem(answer) == (409, "deck_file_too_large")
    assert (await student.client.get(path, params=query | {"format": "csv"})).status_code == 200
    monkeypatch.setattr(deck_files, "TEXT_MAX_BYTES", 3)
    for each in (path, f"{path}/losses"):
        answer = await student.client.get(each, params={"format": "csv"})
        assert problem(answer) == (409, "deck_file_too_large")


def facts(card: Card) -> tuple[object, ...]:
    return card.state, card.due_at, card.lapses, card.reviews, card.is_suspended, card.flag


async def test_only_learners_and_owners_get_the_file(teacher: Person, student: Person) -> None:
    deck, _ = await with_picture(teacher)
    path = f"/api/decks/{deck}/file"
    query = {"format": "csv"}
    assert problem(await student.client.get(path, params=query)) == (404, "no_such_deck")
    assert (await student.client.get(f"{path}/losses", params=query)).status_code == 404
    shared = await teacher.client.patch(f"/api/decks/{deck}", json={"is_shared": True})
    await student.client.post(f"/api/decks/shared/{shared.json()['share_code']}/subscription")
    assert (await student.client.get(path, params=query)).status_code == 200
    assert problem(await student.client.get(path, params={"format": "gift"}))[0] == 422
    gone = f"/api/decks/{uuid4()}/file"
    assert (await student.client.get(gone, params=query)).status_code == 404


@pytest.mark.parametrize(
    ("question", "front", "back"),
    [
        (
            MultipleChoice(stem="Italy?", choices=CHOICES, key="a"),
            *("Italy?\n- Rome\n- Oslo\n- C", "Rome"),
        ),
        (
            MultipleSelect(stem="Towns?", choices=CHOICES[:2], key=("a", "b")),
            *("Towns?\n- Rome\n- Oslo", "Rome\nOslo"),
        ),
        (
            TrueFalse(stem="Wet?", choices=YES_AND_NO, key=False),
            *("Wet?\n- Yes\n- No", "No"),
        ),
        (
            ShortAnswer(stem="A?", key=AcceptedAnswers(("b", "c")), explanation="So."),
            *("A?", "b / c\nSo."),
        ),
        (Numeric(stem="g?", key=NumericKey(9.81, 0.05)), "g?", "9.81 ± 0.05"),
        (
            Ordering(stem="Order?", choices=CHOICES[:2], key=("b", "a")),
            *("Order?\n- Rome\n- Oslo", "1. Oslo\n2. Rome"),
        ),
    ],
)
def test_a_question_becomes_a_note_with_its_answer_on_the_back(
    question: Question, front: str, back: str
) -> None:
    draft = as_note(question, ["a"])
    assert draft is not None
    assert (draft.front, draft.back, draft.tags) == (front, back, ["a"])


def test_a_poll_becomes_no_note() -> None:
    assert as_note(Poll(stem="Tea?", choices=CHOICES), []) is None
