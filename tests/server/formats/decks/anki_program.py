"""What Anki itself does: `write FOLDER` makes a deck in both layouts, `open FILE` opens one.

It prints JSON. It runs as a process of its own, because Anki changes settings of the process.
"""

import json
import sys
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from anki.collection import (
    Collection,
    DeckIdLimit,
    ExportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.decks import DeckId

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GRADES: tuple[Literal[1, 2, 3, 4], ...] = (3, 3, 1, 4, 2, 3, 4, 3)


def write(folder: Path) -> dict[str, object]:
    collection = _new()
    name = collection.media.write_data("red dot.png", PNG)
    deck = collection.decks.id("Geography::Europe")
    inner = collection.decks.id("Geography::Europe::Towns")
    assert deck is not None
    assert inner is not None
    _add(
        collection, deck, "Basic", ["Capital of <b>France</b>?", "Paris<br>&amp; more"], ["a", "b"]
    )
    _add(collection, deck, "Basic (and reversed card)", ["Rome", f'Italy <img src="{name}">'])
    _add(collection, inner, "Cloze", ["{{c1::Bern::a town}} is in {{c2::Switzerland}}", "Yes"])
    _add(collection, deck, "Basic (type in the answer)", ["2 + 2", "[sound:x.mp3]\\(4\\)"])
    collection.decks.select(deck)
    for grade in GRADES:
        card = collection.sched.getCard()
        assert card is not None
        card.start_timer()
        collection.sched.answerCard(card, grade)
    suspended = collection.find_cards("2 + 2")
    collection.sched.suspend_cards(suspended)
    for layout in ("old", "new"):
        collection.export_anki_package(
            out_path=str(folder / f"{layout}.apkg"),
            options=ExportAnkiPackageOptions(
                with_scheduling=True,
                with_deck_configs=False,
                with_media=True,
                legacy=layout == "old",
            ),
            limit=DeckIdLimit(DeckId(deck)),
        )
    assert collection.db is not None
    reviews = collection.db.all("SELECT id, ease, cid FROM revlog ORDER BY id")
    collection.close()
    return {"reviews": reviews}


def open_(file: Path) -> dict[str, object]:
    collection = _new()
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file)))
    notes = []
    for id_ in sorted(collection.find_notes("")):
        note = collection.get_note(id_)
        cards = [
            (card.question(), card.answer(), collection.decks.name(card.did))
            for card in note.cards()
        ]
        notes.append({"key": note.guid, "tags": note.tags, "cards": cards})
    media = sorted(each.name for each in Path(collection.media.dir()).iterdir())
    collection.close()
    return {"notes": notes, "media": media}


def _new() -> Collection:
    return Collection(str(Path(tempfile.mkdtemp(), "collection.anki2")))


def _add(
    collection: Collection, deck: DeckId, kind: str, fields: list[str], tags: Sequence[str] = ()
) -> None:
    type_ = collection.models.by_name(kind)
    assert type_ is not None
    note = collection.new_note(type_)
    note.fields, note.tags = fields, list(tags)
    collection.add_note(note, deck)


if __name__ == "__main__":
    done = (write if sys.argv[1] == "write" else open_)(Path(sys.argv[2]))
    print(json.dumps(done))  # noqa: T201  # what the test reads
