"""Notes as CSV, as Anki's and others' text files, and as our own JSON."""

import json
from base64 import b64encode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats.decks import anki_writer, decks_json, tables
from server.formats.decks.all import read
from server.formats.decks.items import FiledCard, FiledNote, FiledReview, NoteItem
from server.formats.items import Fate
from tests.server.formats.decks.anki_program import PNG
from tests.server.formats.drafts import ALPHABET, LABELS


def shown(text: str | None) -> str:
    """A text without the marks of sound and formulas, and characters that no page shows."""
    return anki_writer.NOT_IN_TEXT.sub("", text or "").replace("\xa0", " ").strip()


SIDES = st.text(ALPHABET, min_size=1, max_size=30).map(str.strip).filter(shown)
PICTURES = st.sampled_from([None, "https://kuis.example/1.png"])
DRAFTS = st.builds(
    NoteDraft,
    front=SIDES,
    back=SIDES,
    hint=st.none() | SIDES,
    front_media=PICTURES,
    back_media=PICTURES,
    tags=st.lists(LABELS, max_size=3, unique=True),
    is_reversed=st.booleans(),
)


def drafts(text: str | bytes) -> list[NoteDraft]:
    found = read(text.encode() if isinstance(text, str) else text).items
    assert all(item.fate is not Fate.REFUSED for item in found), found
    return [item.draft for item in found if item.draft]


def problems(item: NoteItem) -> list[str]:
    return [each.code for each in item.problems]


@settings(max_examples=15)
@given(notes=st.lists(DRAFTS, min_size=1, max_size=3))
def test_notes_come_back_equal_from_csv_and_json(notes: list[NoteDraft]) -> None:
    filed = [FiledNote(key=f"k{at}", draft=draft) for at, draft in enumerate(notes)]
    for content in (
        b"".join(tables.write(filed)),
        b"".join(decks_json.write("", "", filed, {}, 0)),
    ):
        deck = read(content)
        assert [item.draft for item in deck.items] == notes
        assert [item.key for item in deck.items] == [note.key for note in filed]


@settings(max_examples=8)
@given(draft=DRAFTS)
def test_notes_come_back_from_a_package_with_the_same_text(draft: NoteDraft) -> None:
    content = anki_writer.write("Deck", "", [FiledNote(key="k", draft=draft)], {})
    [item] = read(content).items
    assert item.draft is not None
    for name in ("front", "back", "hint"):
        assert shown(getattr(item.draft, name)) == shown(getattr(draft, name))
    assert (item.draft.front_media, item.draft.back_media) == (draft.front_media, draft.back_media)
    assert item.draft.is_reversed == draft.is_reversed or draft.front == draft.back


@pytest.mark.parametrize(
    "text",
    [
        "front,back\nRome,Italy\n",
        "\ufeffBack;Front\nItaly;Rome\n",
        "Rome\tItaly\n",
        "Rome;Italy",
        '"Rome","Italy"\r\n\r\n',
        "#separator:tab\n#html:true\n<b>Rome</b>\tItaly<br>\n",
        "#separator:Comma\n#guid column:1\n#tags column:4\nkey,Rome,Italy,\n",
    ],
)
def test_tables_of_several_programs_are_notes(text: str) -> None:
    assert drafts(text) == [NoteDraft(front="Rome", back="Italy")]


def test_ankis_settings_say_what_columns_are() -> None:
    text = (
        "#separator:semicolon\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n#tags:all\nk1;Basic;Deck;Rome<img src=a.png>;[sound:a.mp3]Italy;a b;more\n"
    )
    [item] = read(text.encode()).items
    assert item.draft == NoteDraft(front="Rome", back="Italy", tags=["a", "b", "all"])
    assert (item.key, item.place.number) == ("k1", 8)
    assert problems(item) == ["loss.columns", "loss.picture", "loss.sound"]


def test_our_own_columns_have_all_of_a_note() -> None:
    text = (
        "front,back,hint,tags,reversed,front picture,key,extra\n"
        "Rome,'=1+1,the south,a|b\\|c,yes,https://kuis.example/1.png,k,x\n"
    )
    [item] = read(text.encode()).items
    assert item.draft == NoteDraft(
        front="Rome",
        back="=1+1",
        hint="the south",
        tags=["a", "b|c"],
        is_reversed=True,
        front_media="https://kuis.example/1.png",
    )
    assert (item.key, problems(item)) == ("k", ["loss.columns"])


def test_each_bad_row_is_refused_with_its_place() -> None:
    rows = ["Rome,Italy", ",", "Paris,", '"Bern,"a"b', f"{'a' * 70_000},b", "Oslo,Norway"]
    found = read("\n".join(["front,back", *rows]).encode()).items
    refused = [(item.place.number, problems(item)) for item in found if item.fate is Fate.REFUSED]
    assert refused == [(4, ["missing"]), (5, ["missing"]), (6, ["item_too_long"])]
    assert len(found) == len(rows) - 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_no_columns"),
        (b"only one column\n", "import_no_columns"),
        (b"\xff\xfe\x00\xd8", "import_not_text"),
        ("rumah,é".encode("cp1252"), "import_not_text"),
        (b"a\x00b,c", "import_unknown_deck_format"),
        (PNG, "import_unknown_deck_format"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "import_unknown_deck_format"),
        (b"{}", "import_bad_json"),
        (b'{"notes": 1}', "import_bad_json"),
        (b'{"notes":' + b"[" * 100_000, "import_bad_json"),
        (b'{"notes": [], "began_at_ms": 1000000000000000}', "import_bad_json"),
        (b'{"notes": [], "began_at_ms": -1}', "import_bad_json"),
    ],
)
def test_files_that_are_no_decks_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(content)
    assert refused.value.code == code


def test_json_has_pictures_and_how_far_a_learner_is() -> None:
    card = FiledCard(state="review", due_day=3, reviews=(FiledReview(5, 3, 100),))
    draft = NoteDraft(front="Rome", back_media="/pictures/x")
    notes = [FiledNote(key="k", draft=draft, cards=(card,))]
    content = b"".join(decks_json.write("Towns", "Of Europe", notes, {"/pictures/x": PNG}, 7))
    deck = read(content)
    assert (deck.title, deck.description, deck.began_at_ms) == ("Towns", "Of Europe", 7)
    [item] = deck.items
    assert item.cards == (card,)
    [red_dot] = item.pictures
    assert (red_dot.content, item.draft and item.draft.back_media) == (PNG, red_dot.address)


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ({"front": "a", "back": "b", "colour": "red"}, ["loss.unknown_field"]),
        ({"front": "a", "back": "b", "tags": ["x" * 41, "y\ny"]}, ["bad_value"]),
        ({"front": "a", "back": "b", "hint": "x" * 501}, ["bad_value"]),
        ({"front": "a", "back": "b", "hint": "", "front_media": ""}, []),
        ({"front": "a", "back": "b", "back_media": "data:image/png;base64,AA"}, ["loss.picture"]),
        ({"front": "a", "back": "b", "front_media": "javascript:alert(1)"}, ["bad_url"]),
        ({"front": "a", "back": "\0"}, ["bad_character"]),
        ({"front": "a", "back": "b", "cards": [{"due_day": 10**9}]}, ["bad_value"]),
        ({"front": "a", "back": "b", "cards": [{"reviews": [[1, 5]]}]}, ["bad_value"]),
        ({"front": 1, "back": "b"}, ["bad_value"]),
        ({"back": "b"}, ["missing"]),
        (1, ["bad_value"]),
    ],
)
def test_a_bad_note_in_json_is_refused_or_loses_what_it_must(
    note: object, codes: list[str]
) -> None:
    content = json.dumps({"notes": [note, {"front": "a", "back": "b"}]}).encode()
    first, second = read(content).items
    assert problems(first) == codes
    assert second.fate is Fate.TAKEN
    assert msgspec.json.decode(content)["notes"][0] == note


def test_a_picture_in_json_is_found_by_its_content() -> None:
    address = f"data:image/png;base64,{b64encode(PNG).decode()}"
    notes = [{"front": "a", "back": "b", "front_media": address}, {"front_media": address}]
    first, second = read(json.dumps(notes).encode()).items
    assert first.pictures == second.pictures
