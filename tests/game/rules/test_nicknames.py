"""Nicknames: which are refused, which look alike, which are rude."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.errors import Refusal
from game.rules.nicknames import NICKNAME_MAX, clean, fold, friendly, is_profane, numbered
from game.rules.nicknames.validation import visible_length

FAMILY = "👨\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧"
ENGLAND = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ani", "Ani"),
        ("  Ani   Wijaya ", "Ani Wijaya"),
        ("Rene\N{COMBINING ACUTE ACCENT}", "René"),
        ("x" * 24, "x" * 24),
        ("é" * 24, "é" * 24),
        (FAMILY * 6, FAMILY * 6),
        ("👍🏽", "👍🏽"),
        ("❤️", "❤️"),
        ("🇮🇩 Garuda", "🇮🇩 Garuda"),
        (ENGLAND, ENGLAND),
        ("❤️\N{ZERO WIDTH JOINER}🔥", "❤️\N{ZERO WIDTH JOINER}🔥"),
        ("👩🏽\N{ZERO WIDTH JOINER}🚀", "👩🏽\N{ZERO WIDTH JOINER}🚀"),
        ("محمد", "محمد"),
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", "می\N{ZERO WIDTH NON-JOINER}خواهم"),
        ("क्\N{ZERO WIDTH JOINER}ष", "क्\N{ZERO WIDTH JOINER}ष"),
        ("สมชาย", "สมชาย"),
        ("한국", "한국"),
        ("!?", "!?"),
        ("007", "007"),
    ],
)
def test_a_nickname_is_shown_as_it_was_meant(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "x" * 25,
        "x" * 100_000,
        "😀" * 25,
        "Ani\0",
        "Ani\x1b[31m",
        "\N{ZERO WIDTH SPACE}",
        "An\N{ZERO WIDTH SPACE}i",
        "An\N{ZERO WIDTH JOINER}i",
        "Ani\N{ZERO WIDTH NO-BREAK SPACE}",
        "\N{RIGHT-TO-LEFT OVERRIDE}inA",
        "Ani\N{LEFT-TO-RIGHT ISOLATE}",
        "\N{RIGHT-TO-LEFT MARK}",
        "\N{COMBINING ACUTE ACCENT}",
        "\N{COMBINING ACUTE ACCENT}Ani",
        "A" + "\N{COMBINING ACUTE ACCENT}" * 6,
        "\N{HANGUL FILLER}",
        "\N{BRAILLE PATTERN BLANK}",
        "\N{SOFT HYPHEN}",
        "\ud83d",
        "\ue000",
        "\U000e0067Ani",
        "a" + "\N{ZERO WIDTH NON-JOINER}" + "b",
        "\N{VARIATION SELECTOR-16}",
    ],
)
def test_what_cannot_be_seen_or_hides_others_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        clean(typed)
    assert refusal.value.code == "nickname_invalid"


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("Ani", 3), (FAMILY, 1), ("🇮🇩🇯🇵", 2), ("👍🏽👍", 2), (ENGLAND, 1), ("हिन्दी", 3)],
)
def test_length_is_what_a_reader_counts(text: str, length: int) -> None:
    assert visible_length(text) == length


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ani", "aNI"),
        ("Ani", "\N{FULLWIDTH LATIN CAPITAL LETTER A}ni"),
        ("René", "Rene\N{COMBINING ACUTE ACCENT}"),
        ("Straße", "STRASSE"),
        ("Ani Wijaya", " ani   wijaya"),
        ("fi", "\N{LATIN SMALL LIGATURE FI}"),
        ("❤", "❤️"),
        ("An\N{ZERO WIDTH JOINER}i", "Ani"),
        ("An\N{COMBINING GRAPHEME JOINER}i", "Ani"),
        ("An\N{MONGOLIAN FREE VARIATION SELECTOR ONE}i", "Ani"),
        ("Ani\N{VARIATION SELECTOR-17}", "Ani"),
        ("\N{CYRILLIC CAPITAL LETTER A}ni", "Ani"),
        ("\N{GREEK CAPITAL LETTER ALPHA}ni", "Ani"),
        ("\N{CHEROKEE LETTER GO}ni", "Ani"),
        ("An\N{LATIN SMALL LETTER DOTLESS I}", "Ani"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}rem", "irem"),
        ("\N{CYRILLIC CAPITAL LETTER VE}\N{CYRILLIC CAPITAL LETTER O}B", "BOB"),
        ("ЖЕНЯ", "женя"),
        ("Ibu", "lbu"),
        ("Mama", "mama"),
        ("Agen 007", "Agen OO7"),
    ],
)
def test_nicknames_that_look_alike(one: str, other: str) -> None:
    assert not {*fold(one)}.isdisjoint(fold(other))


@pytest.mark.parametrize("unseen", ["\ufe0e", "\ufe0f", "\u200c", "\u200d"])
def test_an_accent_meets_its_letter_when_what_is_unseen_between_them_goes(unseen: str) -> None:
    assert fold(f"e{unseen}\u0301") == fold("\u00e9") == fold("e\u0301")
    assert fold(f"e\u0301{unseen}\u0323") == fold("e\u0323\u0301")  # in their usual order


@pytest.mark.parametrize(
    "names",
    [
        ("Ani", "Ana", "Ani 2", "Ani 1", "AniWijaya", "Ani Wijaya", "Anni", "René", "Rene"),
        ("Ian", "Lan", "Ilma", "Lima", "Ali", "Ail", "Player 1", "Player 10"),
        ("สมชาย", "สมหญิง", "محمد", "محمود", "क्षत्रिय", "क्षत्र", "Анна", "Инна"),
        ("👩\u200d👩\u200d👧", "👨\u200d👩\u200d👧", "😀", "😁", "❤️", "💙"),
    ],
)
def test_nicknames_that_differ(names: tuple[str, ...]) -> None:
    assert len({line for name in names for line in fold(name)}) == 2 * len(names)


@pytest.mark.parametrize(
    "name",
    [
        "محمد",
        "สมชาย",
        "क्\u200dष",
        "نرم\u200cتن",
        "👩\u200d👩\u200d👧\u200d👦",
        "❤️",
        ENGLAND,
        "葛\N{VARIATION SELECTOR-17}",
        "ᠮᠣᠩᠭᠣᠯ\N{MONGOLIAN FREE VARIATION SELECTOR ONE}",
    ],
)
def test_names_of_all_scripts_are_shown_as_typed(name: str) -> None:
    assert clean(name) == name


def test_what_is_not_seen_is_not_shown() -> None:
    assert clean("An\N{COMBINING GRAPHEME JOINER}i\N{VARIATION SELECTOR-17}") == "Ani"


def test_a_number_fits_behind_every_name() -> None:
    assert numbered("Ani", 2) == "Ani 2"
    assert numbered("A" * NICKNAME_MAX, 12) == "A" * (NICKNAME_MAX - 3) + " 12"
    assert numbered("A" * (NICKNAME_MAX - 4) + " BCD", 12) == "A" * (NICKNAME_MAX - 4) + " 12"
    families = numbered(FAMILY * NICKNAME_MAX, 2)
    assert visible_length(families) == NICKNAME_MAX
    assert families == FAMILY * (NICKNAME_MAX - 2) + " 2"


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    with suppress(Refusal):
        name = clean(typed)
        assert clean(name) == name
        assert 1 <= visible_length(name) <= NICKNAME_MAX
        assert fold(name)


@pytest.mark.parametrize(
    "name",
    [
        "fuck",
        "FUCK you",
        "xXfuckXx",
        "f.u.c.k",
        "f u c k",
        "fuuuuuck",
        "Fück",
        "f*ck",
        "$h1t",
        "a55",
        "BigAss",
        "ass_123",
        "Ass99",
        "assss",
        "K0nt0l",
        "kontol99",
        "BANGSAT",
        "b4ngs4t",
        "anjing kamu",
        "b a b i",
        "4njing",
        "fu\N{COMBINING GRAPHEME JOINER}ck",
        "fu\N{CYRILLIC SMALL LETTER ES}k",
        "k\N{CYRILLIC SMALL LETTER O}ntol",
        "m\N{CYRILLIC SMALL LETTER IE}mek",
        "\N{CYRILLIC CAPITAL LETTER VE}\N{CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I}TCH",
        "ƒuck",
    ],
)
def test_foul_names(name: str) -> None:
    assert is_profane(name)


@pytest.mark.parametrize(
    "name",
    [
        "Scunthorpe",
        "Cassandra",
        "Bass Player",
        "Hancock",
        "Dickens",
        "Essex",
        "Harshit",
        "Matsushita",
        "Saltwater",
        "Siriporn",
        "Fukuoka",
        "Rapper",
        "Analisa",
        "Titania",
        "Perekonomian",
        "Memekarkan bunga",
        "Asuna",
        "Babirusa",
        "Tai Lung",
        "Player 455",
        "455",
        "M A R I A",
        "Budi 80085",
        "😀",
        "محمد",
        "Владимир",
        "Ελένη",
        "",
    ],
)
def test_innocent_names(name: str) -> None:
    assert not is_profane(name)


@pytest.mark.parametrize("attempt", [0, 1, 3, 4, 6, 12, 100])
def test_friendly_names_are_fine(attempt: int) -> None:
    random = Random(1)
    for _ in range(2_000):
        name = friendly(random, attempt)
        assert clean(name) == name
        assert not is_profane(name)


def test_friendly_names_do_not_run_out() -> None:
    random = Random(1)
    taken: set[str] = set()
    for _ in range(20_000):
        names = (friendly(random, attempt) for attempt in range(6))
        taken.add(next(name for name in names if name not in taken))
    assert len(taken) == 20_000
