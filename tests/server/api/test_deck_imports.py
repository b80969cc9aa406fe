"""Decks from files: what is previewed is what is stored, and importing again changes notes."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Engine, event, select

from game.rules.cards import Schedule, replay
from persistence.database import SessionFactory
from persistence.models import Card, CardReview, ReviewDay
from persistence.repositories.cards import learners, logs
from server.actions import deck_imports, imported_reviews, storing
from server.limits import STORED_BYTES_OF_ACCOUNT, Limit
from tests.pictures import plain
from tests.server.api.conftest import Person, faults, problem
from tests.server.formats.decks import packages

Json = dict[str, Any]
DAY_MS = 86_400_000
CSV = b"front,back,hint,tags,reversed\nRome,Italy,a boot,towns,yes\n,nothing,,,\nOslo,Norway,,,\n"


async def send(
    person: Person,
    content: bytes,
    *,
    with_reviews: bool = False,
    name: str = "Towns.csv",
    **fields: str,
) -> httpx.Response:
    return await person.client.post(
        "/api/decks/imports",
        params={"with_reviews": str(with_reviews).lower()},
        files={"file": (name, content)},
        data=fields,
    )


async def stored(person: Person, content: bytes, **given: Any) -> Json:  # noqa: ANN401  # as send
    answer = await send(person, content, **given)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def preview(person: Person, content: bytes) -> Json:
    answer = await person.client.post("/api/decks/imports/preview", content=content)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def notes(person: Person, deck_id: str) -> list[Json]:
    return list((await person.client.get(f"/api/decks/{deck_id}/notes")).json()["items"])


async def cards(sessions: SessionFactory, person: Person) -> list[Card]:
    async with sessions() as db:
        query = select(Card).where(Card.user_id == person.id).order_by(Card.position)
        return list(await db.scalars(query))


async def test_a_preview_shows_each_note_and_an_import_stores_what_is_taken(
    student: Person, session_factory: SessionFactory
) -> None:
    found = await preview(student, CSV)
    assert [(item["line"], item["fate"], item["cards"]) for item in found["items"]] == [
        (2, "taken", 0),
        (3, "refused", 0),
        (4, "taken", 0),
    ]
    assert (found["taken"], found["refused"], found["items"][1]["problems"][0]["code"]) == (
        *(2, 1),
        "missing",
    )
    assert (await student.client.get("/api/decks")).json()["items"] == []

    made = await stored(student, CSV)
    assert made | {"deck_id": ""} == {
        "deck_id": "",
        "added": 2,
        "changed": 0,
        "refused": 1,
        "lost_pictures": 0,
        "reviews": 0,
        "reviews_left": 0,
        "reviews_skipped": 0,
    }
    [deck] = (await student.client.get("/api/decks")).json()["items"]
    assert (deck["id"], deck["title"], deck["new_count"]) == (made["deck_id"], "Towns", 3)
    first, second = await notes(student, made["deck_id"])
    assert first["hint"] == "a boot"
    assert (first["is_reversed"], first["tags"], second["front"]) == (True, ["towns"], "Oslo")
    assert [card.is_reversed for card in await cards(session_factory, student)] == [
        False,
        True,
        False,
    ]


async def test_importing_again_changes_notes_and_adds_none_twice(student: Person) -> None:
    deck = (await stored(student, packages.old_package()))["deck_id"]
    changed = [
        (1, "k1", 10, "", "One\x1funo"),
        (2, "k2", 10, "", "Two\x1f2"),
        (3, "k3", 10, "", "3\x1f3"),
    ]
    again = await stored(student, packages.old_package(packages.collection(changed)), deck=deck)
    assert (again["deck_id"], again["added"], again["changed"]) == (deck, 1, 1)
    assert [(note["front"], note["back"]) for note in await notes(student, deck)] == [
        ("One", "uno"),
        ("Two", "2"),
        ("3", "3"),
    ]
    for _ in range(2):  # tables have no keys, so the front is one
        deck = (await stored(student, CSV, deck=deck))["deck_id"]
    assert len(await notes(student, deck)) == 5
    one_way = CSV.replace(b"Italy", b"Italia").replace(b"yes", b"no")
    assert (await stored(student, one_way, deck=deck))["changed"] == 1


async def test_what_a_deck_has_already_is_not_counted_again(
    student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = (await stored(student, CSV))["deck_id"]
    small = Limit("test-stored", storing.CARD_BYTES, 3600)
    monkeypatch.setattr("server.actions.storing.STORED_BYTES_OF_ACCOUNT", small)
    changed = CSV.replace(b"Norway", b"Norge")
    assert (await stored(student, changed, deck=deck))["changed"] == 1
    both_ways = await send(student, changed.replace(b"Norge,,,", b"Norge,,,yes"), deck=deck)
    assert problem(both_ways) == (409, "too_much_at_once"), "a card more for each learner"


async def test_many_changed_notes_take_no_more_statements_than_few(student: Person) -> None:
    executed: list[str] = []

    def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy gives
        executed.append(event[2])

    counts = []
    for number in (2, 40):
        rows = "".join(f"{place},a,yes\n" for place in range(number))
        deck = (await stored(student, f"front,back,reversed\n{rows}".encode()))["deck_id"]
        executed.clear()
        event.listen(Engine, "before_cursor_execute", note)
        try:
            changed = f"front,back,reversed\n{rows}".replace("a,yes", "b,no").encode()
            assert (await stored(student, changed, deck=deck))["changed"] == number
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        counts.append(len(executed))
    assert counts[0] == counts[1]


async def test_only_an_own_deck_gets_notes(teacher: Person, student: Person) -> None:
    deck = (await stored(teacher, CSV))["deck_id"]
    assert problem(await send(student, CSV, deck=deck)) == (404, "no_such_deck")
    assert len(await notes(teacher, deck)) == 2
    assert faults(await send(student, CSV, deck="x")).keys() == {"deck"}
    assert problem(await send(student, b"PK\x03\x04")) == (422, "import_bad_archive")
    assert problem(await send(student, b"[{]")) == (422, "import_bad_json")
    named = rb'{"description": "a\u0000b", "notes": [{"front": "a", "back": "b"}]}'
    assert (await stored(student, named))["added"] == 1


def with_reviews(now: datetime) -> bytes:
    """A note with a card that was reviewed four times, one that never was, and a suspended one."""
    times = [now - timedelta(days=days) for days in (40, 38, 30, 10)]
    rows = ", ".join(
        f"({int(at.timestamp() * 1000)}, 100, {grade}, 4000, {min(number, 1)})"
        for number, (at, grade) in enumerate(zip(times, (3, 3, 1, 3), strict=True))
    )
    due = (now - datetime.fromtimestamp(packages.BEGAN_S, UTC)).days + 5
    cards = [
        packages.card(100, 1, type=2, queue=2, due=due, flags=2),
        packages.card(101, 2, queue=-1),
    ]
    sql = f"INSERT INTO revlog VALUES {rows};"  # noqa: S608  # our own numbers
    return packages.new_package(packages.collection(cards=cards, sql=sql))


async def test_reviews_become_the_log_of_the_own_cards(
    student: Person, session_factory: SessionFactory
) -> None:
    now = datetime.now(UTC)
    content = with_reviews(now)
    assert (await preview(student, content))["reviews"] == 4
    deck = (await stored(student, content))["deck_id"]
    assert {card.state for card in await cards(session_factory, student)} == {"new"}
    again = await stored(student, content, deck=deck, with_reviews=True)
    assert (again["added"], again["reviews"]) == (0, 4)
    reviewed, suspended = await cards(session_factory, student)
    assert (reviewed.state, reviewed.reviews, reviewed.lapses, reviewed.flag) == ("review", 4, 1, 2)
    assert reviewed.due_at is not None
    assert timedelta(days=3) < reviewed.due_at - now < timedelta(days=7)
    assert (suspended.state, suspended.is_suspended) == ("new", True)
    async with session_factory() as db:
        query = select(CardReview).order_by(CardReview.version)
        log = list(await db.scalars(query.where(CardReview.card_id == reviewed.id)))
        days = list(await db.scalars(select(ReviewDay).where(ReviewDay.user_id == student.id)))
        learner = await learners.get(db, student.id)
        entries = (await logs.entries(db, [reviewed.id]))[reviewed.id]
    assert [row.rating for row in log] == [3, 3, 1, 3, None]
    assert [row.version for row in log] == list(range(2, len(log) + 2))
    assert reviewed.version == log[-1].version
    rebuilt = replay(entries, reviewed.id, learner.scheduler, learner.zone)
    assert rebuilt == Schedule(
        **{name: getattr(reviewed, name) for name in Schedule.__struct_fields__}
    )
    counts = [(day.new_cards, day.learnings, day.reviews, day.failed) for day in days]
    assert sorted(counts) == [(0, 0, 1, 1), (0, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0)]
    assert [day.took_ms for day in days] == [4000] * 4


async def test_reviews_that_are_too_many_for_an_hour_come_with_another_import(
    app: Litestar, student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of the log is counted for each review, and for the day of each card."""
    monkeypatch.setattr(imported_reviews, "CARDS_AT_ONCE", 1)
    content = with_reviews(datetime.now(UTC))
    deck = (await stored(student, content))["deck_id"]
    limit, limits = STORED_BYTES_OF_ACCOUNT, app.state.limits
    most = limit.times * limits.scale
    await limits.hit(limit, str(student.id), cost=most - 5 * storing.REVIEW_BYTES + 1)
    found = await stored(student, content, deck=deck, with_reviews=True)
    assert (found["reviews"], found["reviews_left"]) == (0, 4)
    await limits.give_back(limit, str(student.id), cost=most)
    found = await stored(student, content, deck=deck, with_reviews=True)
    assert (found["reviews"], found["reviews_left"]) == (4, 0)


async def test_a_card_without_reviews_in_the_file_goes_on_with_its_schedule(
    student: Person, session_factory: SessionFactory
) -> None:
    today = (datetime.now(UTC) - datetime.fromtimestamp(packages.BEGAN_S, UTC)).days
    known = {"type": 2, "queue": 2, "due": today + 4, "ivl": 30, "factor": 2300, "lapses": 3}
    database = packages.collection(packages.NOTES[:1], [packages.card(100, 1, **known)])
    assert (await stored(student, packages.old_package(database), with_reviews=True))[
        "reviews"
    ] == 0
    [card] = await cards(session_factory, student)
    assert (card.state, card.interval_days, card.lapses, card.version) == ("review", 30, 3, 2)
    assert card.stability == 30
    assert card.due_at is not None
    assert timedelta(days=2) < card.due_at - datetime.now(UTC) < timedelta(days=6)


async def test_a_card_that_was_reviewed_here_keeps_its_schedule(
    student: Person, session_factory: SessionFactory
) -> None:
    content = with_reviews(datetime.now(UTC))
    deck = (await stored(student, content, with_reviews=True))["deck_id"]
    before = [(card.id, card.version) for card in await cards(session_factory, student)]
    again = await stored(student, content, deck=deck, with_reviews=True)
    assert (again["reviews"], again["reviews_skipped"]) == (0, 4)
    after = [(card.id, card.version) for card in await cards(session_factory, student)]
    assert after[0] == before[0]


async def test_all_reviews_of_a_preview_are_accounted_for(student: Person) -> None:
    now_ms = int(datetime.now(UTC).timestamp()) * 1000
    log = [[now_ms - DAY_MS, 3, 100], [now_ms + DAY_MS, 3, 100]]
    towns = [
        {"front": front, "back": back, "cards": [{"state": "review", "reviews": log}]}
        for front, back in (("Rome", "Italy"), ("Oslo", ""))
    ]
    content = json.dumps(towns).encode()
    assert (await preview(student, content))["reviews"] == 2, "of what is not refused"
    found = await stored(student, content, with_reviews=True)
    assert (found["reviews"], found["reviews_skipped"]) == (1, 1), "one is in the future"


async def test_a_key_that_the_learner_has_guessed_stops_no_reviews(
    student: Person, session_factory: SessionFactory
) -> None:
    towns: list[Json] = [{"key": each, "front": each, "back": "b"} for each in ("Rome", "Oslo")]
    deck = (await stored(student, json.dumps(towns).encode()))["deck_id"]
    rome, oslo = await cards(session_factory, student)
    at_ms = int((datetime.now(UTC) - timedelta(days=5)).timestamp()) * 1000
    key = uuid5(rome.id, f"{at_ms} {rome.version + 1}")
    grade = {"key": str(key), "rating": "again", "version": oslo.version}
    answer = await student.client.post(f"/api/cards/{oslo.id}/grades", json=grade)
    assert answer.status_code == 200, answer.text
    towns[0]["cards"] = [{"state": "review", "reviews": [[at_ms, 3, 100]]}]
    again = await stored(student, json.dumps(towns).encode(), with_reviews=True, deck=deck)
    assert (again["added"], again["reviews"]) == (0, 1)


async def test_pictures_are_stored_once_and_too_many_at_a_time_are_refused(
    student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = (b64encode(each).decode() for each in (plain(), plain()[:60]))
    content = json.dumps(
        [
            {"front": "Red", "back_media": f"data:image/png;base64,{whole}"},
            {"front": "Blue", "back": "b", "back_media": f"data:image/png;base64,{broken}"},
            {"front": "Gone", "back_media": f"data:image/png;base64,{broken}"},
        ]
    ).encode()
    pictures = [item["pictures"][0] for item in (await preview(student, content))["items"]]
    first = await student.client.post(
        "/api/decks/imports/pictures", params={"address": pictures[:2]}, content=content
    )
    uploaded, bad = first.json()["pictures"]
    assert (uploaded["problem"], bad["problem"]["code"]) == (None, "broken_picture")
    monkeypatch.setattr(deck_imports, "PICTURES_MAX", 0)
    assert problem(await send(student, content)) == (422, "import_too_many_pictures")
    monkeypatch.setattr(deck_imports, "PICTURES_MAX", 1)
    made = await stored(student, content)
    assert (made["added"], made["refused"], made["lost_pictures"]) == (2, 1, 1)
    red, blue = await notes(student, made["deck_id"])
    assert (red["back_media"], blue["back_media"]) == (uploaded["uploaded"], None)
    assert (await student.client.get(red["back_media"])).status_code == 200
