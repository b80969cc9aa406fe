"""Makes notes of what Anki's collections hold: texts without HTML, and one note for each card.

Two cards that ask for each other's answer become one note that is asked both ways.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct

from game.rules.notes import SOURCE_KEY_MAX, NoteDraft
from server.formats.contents import Contents
from server.formats.decks.anki_collections import NoteType
from server.formats.decks.anki_templates import below_rule, fill
from server.formats.decks.items import FiledCard, NoteItem, fitting, refused, taken
from server.formats.items import BadItemError, Place
from server.formats.pictures import Picture

SOUND = re.compile(r"\[sound:[^\[\]]{0,300}\]")
FORMULA_MARK = re.compile(r"\[/?(?:latex|\$\$?)\]")
FORMULA = re.compile(r"\[latex\]|\[\$\$?\]|\\[(\[]")

Find = Callable[[str], bytes]


class AnkiCard(NamedTuple):
    """A card: the place of its template or gap, the name of its deck, and how it goes."""

    place: int
    deck: str
    learned: FiledCard


class AnkiNote(NamedTuple):
    place: Place
    key: str
    fields: Sequence[str]
    tags: Sequence[str]


class _Shown(Struct, frozen=True):
    """What a card shows, and what is lost of it."""

    front: str
    back: str
    front_media: str | None
    back_media: str | None
    hint: str
    lost: frozenset[str]
    pictures: tuple[Picture, ...]

    def asks_back(self, other: "_Shown") -> bool:
        """Whether the other card asks for what this one shows first."""
        return (self.front, self.front_media, self.back, self.back_media) == (
            other.back,
            other.back_media,
            other.front,
            other.front_media,
        )


def items_of(
    note: AnkiNote, type_: NoteType, cards: Sequence[AnkiCard], find: Find
) -> Iterator[NoteItem]:
    """The items of a note, each refused one with its reason."""
    if not cards:
        yield refused(note.place, BadItemError("no_cards", "This note has no cards."))
    shown: dict[int, _Shown] = {}
    by_place = {card.place: card for card in cards}
    for place, card in sorted(by_place.items()):
        try:
            shown[place] = _shown(note, type_, card, find)
        except BadItemError as error:
            yield refused(note.place, error)
    while shown:
        place, first = next(iter(shown.items()))
        del shown[place]
        other = next((at for at, each in shown.items() if first.asks_back(each)), None)
        learned = [by_place[place].learned]
        lost, pictures = set(first.lost), first.pictures
        if other is not None:
            lost |= shown.pop(other).lost
            learned.append(msgspec.structs.replace(by_place[other].learned, is_reversed=True))
        draft = NoteDraft(
            front=first.front,
            back=first.back,
            hint=first.hint,
            front_media=first.front_media,
            back_media=first.back_media,
            tags=list(note.tags),
            is_reversed=other is not None,
        )
        yield taken(
            note.place,
            fitting(draft, lost),
            key=key_of(note.key, place),
            losses=lost,
            pictures=pictures,
            cards=learned,
        )


def key_of(key: str, place: int) -> str:
    """The key of the note that is made of a card: Anki's own for the first card."""
    own = f"{key}#{place}" if place else key
    return own if len(own) <= SOURCE_KEY_MAX else hashlib.sha256(own.encode()).hexdigest()


def _shown(note: AnkiNote, type_: NoteType, card: AnkiCard, find: Find) -> _Shown:
    template = type_.templates.get(0 if type_.has_gaps else card.place)
    if template is None:
        raise BadItemError("no_template", "Its note type has no template for this card.")
    gap = card.place + 1 if type_.has_gaps else None
    fields = dict(_specials(note, card))
    fields |= {
        name: note.fields[at] for at, name in type_.fields.items() if 0 <= at < len(note.fields)
    }
    front = fill(template.front, fields, gap=gap, is_front=True)
    back = fill(template.back, fields, gap=gap, is_front=False)
    contents = Contents()
    lost = front.lost | back.lost
    own_front = contents.html(without_media(front.html, lost), find)
    answer = below_rule(back.html)
    own_back = contents.html(without_media(back.html if answer is None else answer, lost), find)
    hint = contents.html(without_media(front.hints, lost))
    return _Shown(
        own_front.text,
        own_back.text,
        own_front.media,
        own_back.media,
        hint.text,
        frozenset(lost | contents.lost),
        contents.pictures,
    )


def _specials(note: AnkiNote, card: AnkiCard) -> Iterator[tuple[str, str]]:
    yield "Tags", " ".join(note.tags)
    yield "Deck", card.deck
    yield "Subdeck", card.deck.rpartition("::")[2]


def without_media(html: str, lost: set[str]) -> str:
    """The HTML without sound, and formulas without their marks as text."""
    if SOUND.search(html):
        lost.add("sound")
        html = SOUND.sub("", html)
    if FORMULA.search(html):
        lost.add("formula")
        html = FORMULA_MARK.sub("", html)
    return html
