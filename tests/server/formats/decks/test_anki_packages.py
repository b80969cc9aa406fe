"""Packages that Anki itself writes and reads, and ones that it would not write."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats import texts
from server.formats.decks import anki_packages, anki_writer, deck_files
from server.formats.decks.all import read
from server.formats.decks.deck_files import WrittenDeck, deck_losses
from server.formats.decks.items import DeckFile, FiledCard, FiledNote, FiledReview, NoteItem
from server.formats.items import Fate
from server.formats.pictures import picture
from tests.server.formats.decks import anki_program, packages

ROOT = Path(__file__).parents[4]


def anki(task: str, path: Path) -> dict[str, Any]:  # Any: JSON
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", anki_program.__name__, task, str(path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("anki")
    return folder, anki("write", folder)


@pytest.mark.parametrize("layout", ["old", "new"])
def test_a_deck_that_anki_wrote_is_read_with_all_that_it_has(
    written: tuple[Path, dict[str, Any]], layout: str
) -> None:
    folder, truth = written
    deck = read(folder / f"{layout}.apkg")
    assert deck.title == "Geography: Europe"
    assert [_said(item) for item in deck.items] == [
        ("Capital of France?", "Paris\n& more", ["a", "b"], ["loss.formatting"]),
        ("Rome", "Italy", [], []),
        ("[a town] is in Switzerland", "Bern is in Switzerland\nYes", ["Towns"], []),
        ("Bern is in […]", "Bern is in Switzerland\nYes", ["Towns"], []),
        ("2 + 2", r"\(4\)", [], ["loss.formula", "loss.sound", "loss.typed_answer"]),
    ]
    assert [len(item.cards) for item in deck.items] == [1, 2, 1, 1, 1]
    rome, last = deck.items[1], deck.items[-1]
    [red_dot] = rome.pictures
    assert red_dot.content == anki_program.PNG
    assert rome.draft is not None
    assert (rome.draft.front_media, rome.draft.back_media) == (None, red_dot.address)
    assert rome.draft.is_reversed
    assert [card.is_reversed for card in rome.cards] == [False, True]
    assert [card.is_suspended for item in deck.items for card in item.cards] == [False] * 5 + [True]
    assert last.cards[0].state == "review"
    assert last.cards[0].due_day == last.cards[0].interval_days
    log = sorted(
        (each.at_ms, each.grade)
        for item in deck.items
        for card in item.cards
        for each in card.reviews
    )
    assert log == [(at, grade) for at, grade, _ in truth["reviews"]]


def test_both_layouts_are_the_same_deck(written: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = written
    old, new = (read(folder / f"{layout}.apkg") for layout in ("old", "new"))
    assert old == new


def _said(item: NoteItem) -> tuple[str, str, list[str], list[str]]:
    assert item.draft is not None
    return item.draft.front, item.draft.back, item.draft.tags, [each.code for each in item.problems]


def test_anki_opens_what_is_written_and_it_comes_back_equal(tmp_path: Path) -> None:
    red_dot = picture(anki_program.PNG)
    assert red_dot is not None
    drafts = {
        "one": NoteDraft(front="1 < 2  &amp;\n\tyes", back="<b>", hint="a", tags=["a b", "ö"]),
        "two": NoteDraft(front="Rome", back_media=red_dot.address, is_reversed=True),
    }
    notes = [FiledNote(key=key, draft=draft) for key, draft in drafts.items()]
    content = anki_writer.write("Towns", "Of Europe", notes, {red_dot.address: anki_program.PNG})
    file = tmp_path / "towns.apkg"
    file.write_bytes(content)
    opened = anki("open", file)
    assert [note["key"] for note in opened["notes"]] == ["one", "two"]
    assert [len(note["cards"]) for note in opened["notes"]] == [1, 2]
    assert {deck for note in opened["notes"] for _, _, deck in note["cards"]} == {"Towns"}
    assert "1 &lt; 2&nbsp; &amp;amp;<br>" in opened["notes"][0]["cards"][0][0]
    assert opened["notes"][0]["tags"] == ["a_b", "ö"]
    assert len(opened["media"]) == 1
    assert opened["media"][0] in opened["notes"][1]["cards"][1][0]
    deck = read(content)
    assert deck.title == "Towns"
    assert {item.key: item.draft for item in deck.items} == {
        "one": NoteDraft(front="1 < 2  &amp;\n\tyes", back="<b>", hint="a", tags=["a_b", "ö"]),
        "two": drafts["two"],
    }


def items(content: bytes) -> list[NoteItem]:
    return read(content).items


def deck_of(content: bytes) -> DeckFile:
    return anki_packages.read(content)


@pytest.mark.parametrize("content", [packages.old_package(), packages.new_package()])
def test_both_layouts_are_read_without_anki(content: bytes) -> None:
    assert [_said(item) for item in items(content)] == [
        ("One", "1", ["a"], []),
        ("Two", "2", [], []),
    ]


def test_a_new_package_is_not_read_as_the_old_one_inside_of_it() -> None:
    assert deck_of(packages.new_package()).title == "Deck: Inner"


def test_a_package_of_a_newer_anki_is_refused_with_what_to_do() -> None:
    content = packages.archive({"meta": bytes([1 << 3, 4]), "collection.anki21b": b""})
    with pytest.raises(Invalid, match="Support older Anki versions") as refused:
        read(content)
    assert refused.value.code == "import_newer_anki"


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ((3, "k3", 11, "", "Three\x1f3"), "no_note_type"),
        ((3, "k3", 10, "", "\x1f3"), "missing"),
        ((3, "k3", 10, "", "Three"), "missing"),
        ((3, 3.5, None, 7, 8), "bad_value"),
        ((3, "k3", "10", "", b"\xff\x1f3"), "no_note_type"),
        ((3, "k1", 10, "", "Three\x1f3"), "repeated_key"),
        ((3, "k3", 10, "", f"{'a' * 6000}\x1f3"), "too_long"),
        ((3, "k3", 10, "", f"{'a' * 300_000}\x1f3"), "item_too_long"),
    ],
)
def test_one_bad_note_does_not_stop_the_rest(note: tuple[object, ...], code: str) -> None:
    first, second = packages.NOTES
    found = items(packages.old_package(packages.collection([first, note, second])))
    assert [item.fate for item in found] == [Fate.TAKEN, Fate.TAKEN, Fate.REFUSED]
    assert found[-1].problems[0].code == code
    assert found[-1].place.number == 3


def test_a_note_without_cards_is_refused() -> None:
    found = items(packages.old_package(packages.collection(cards=[packages.card(100, 2)])))
    assert [item.fate for item in found] == [Fate.REFUSED, Fate.TAKEN]
    assert found[0].problems[0].code == "no_cards"


def test_cards_of_no_sense_are_new_ones() -> None:
    strange = {"type": "x", "queue": b"", "due": 2**60, "odue": "", "flags": 2**40 + 3}
    strange |= {"ivl": -5, "factor": "y", "lapses": -1, "data": '{"s": -1, "d": 99}'}
    cards = [packages.card(100, 1, **strange), packages.card(101, 2, type=2, due=2**60)]
    first, second = items(packages.old_package(packages.collection(cards=cards)))
    assert first.cards == (FiledCard(flag=3),)
    assert second.cards == (FiledCard(state="review"),)


def test_what_a_scheduler_remembers_is_read() -> None:
    known = {"type": 2, "due": 33, "ivl": 21, "factor": 2350, "lapses": 2}
    card = packages.card(100, 1, **known, data='{"pos": 1, "s": 20.5, "d": 6.25}')
    [item] = items(packages.old_package(packages.collection(packages.NOTES[:1], [card])))
    [found] = item.cards
    assert (found.interval_days, found.ease_factor, found.lapses) == (21, 2.35, 2)
    assert (found.stability, found.difficulty) == (20.5, 6.25)


def test_a_card_in_a_filtered_deck_is_due_as_at_home() -> None:
    card = packages.card(100, 1, type=2, queue=2, due=-100, odue=33)
    sql = "INSERT INTO revlog VALUES (1700000000000, 100, 3, 5000, 1), (1, 100, 0, 0, 4);"
    database = packages.collection(packages.NOTES[:1], [card], sql=sql)
    [item] = items(packages.old_package(database))
    review = FiledReview(1_700_000_000_000, 3, 5000)
    assert item.cards == (FiledCard(state="review", due_day=33, reviews=(review,)),)


def test_pictures_that_are_none_are_lost() -> None:
    notes = [(1, "k1", 10, "", '<img src="a%20b.png">\x1f<img src=c.png>1')]
    media = json.dumps({"0": "a b.png", "1": "c.png", "2": "d.png"}).encode()
    files = {"collection.anki2": packages.collection(notes), "media": media}
    content = packages.archive({**files, "0": anki_program.PNG, "1": b"PK\x03\x04"})
    [item] = items(content)
    assert item.draft is not None
    assert (item.draft.front_media is None, item.draft.back_media) == (False, None)
    assert [each.code for each in item.problems] == ["loss.picture"]


def test_losses_are_found_of_decks_that_are_larger_than_a_file_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which are read again in parts."""
    monkeypatch.setattr(texts, "FILE_MAX_BYTES", 400_000)
    monkeypatch.setattr(deck_files, "PART_CHARACTERS", 100_000, raising=False)
    draft = NoteDraft(front="x" * 4_000, back="y" * 4_000)
    notes = [FiledNote(key=str(number), draft=draft) for number in range(100)]
    deck = msgspec.msgpack.encode(WrittenDeck("Large", "", notes, 0))
    assert deck_losses("apkg", deck, []) == [[]] * 100
