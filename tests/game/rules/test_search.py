"""The syntax of searches, and where hits are in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.search import (
    EXCERPT,
    Fragment,
    SearchQuery,
    Term,
    highlighted,
    indonesian_forms,
    parse,
)

CAT, DOG = Term("cat"), Term("dog")
BIG_DOG = Term("big dog", is_phrase=True)


@pytest.mark.parametrize(
    ("text", "alternatives", "is_unfinished"),
    [
        ("", (), False),
        ("cat", ((CAT,),), True),
        ("cat ", ((CAT,),), False),
        ("  cat\n\tdog", ((CAT, DOG),), True),
        ('"big dog"', ((BIG_DOG,),), False),
        ('"big dog', ((BIG_DOG,),), True),
        ('-"big dog" cat', ((Term("big dog", is_phrase=True, is_excluded=True), CAT),), True),
        ("cat -dog", ((CAT, Term("dog", is_excluded=True)),), False),
        ("cat or dog ", ((CAT,), (DOG,)), False),
        ("cat ATAU dog ", ((CAT,), (DOG,)), False),
        ("or cat or or dog or", ((CAT,), (DOG,)), False),
        ("or", (), False),
        ('"or"', ((Term("or", is_phrase=True),),), False),
        ('- -- "" -"" " ? …', (), False),
        ('cat"big dog"', ((CAT, BIG_DOG),), False),
        ("buku-buku", ((Term("buku-buku"),),), True),
        ("cat dog cat", ((DOG, CAT),), True),
        ("cat or dog or cat ", ((DOG,), (CAT,)), False),
    ],
)
def test_every_text_is_a_search(
    text: str, alternatives: tuple[tuple[Term, ...], ...], *, is_unfinished: bool
) -> None:
    assert parse(text) == SearchQuery(alternatives, is_unfinished)


@given(st.text(alphabet='ab "-or'))
def test_a_search_has_no_empty_part(text: str) -> None:
    query = parse(text)
    assert all(query.alternatives)
    assert all(any(map(str.isalnum, term.text)) for term in query.terms)


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("tulis", {"tulis", "ulis"}),  # menulis
        ("ulis", {"ulis", "tulis", "kulis"}),
        ("kirim", {"kirim", "irim"}),  # mengirim
        ("makan", {"makan", "pakan"}),  # memakan
        ("baca", {"baca"}),
        ("kran", {"kran"}),
        ("", {""}),
    ],
)
def test_stems_of_forms_that_lost_their_first_letter(stem: str, forms: set[str]) -> None:
    assert set(indonesian_forms(stem)) == forms


@given(st.text(alphabet="ab <&\u00e9", max_size=EXCERPT))
def test_fragments_are_the_text(text: str) -> None:
    fragments = highlighted(text, lambda word: "a" in word)
    assert "".join(part.text for part in fragments) == text
    assert all(part.text for part in fragments)
    assert all(("a" in part.text) == part.is_hit for part in fragments)


def test_a_long_text_is_cut_around_its_first_hit_between_words() -> None:
    far = "word " * 100 + "hit " + "tail " * 100
    before, hit, after = highlighted(far, lambda word: word == "hit")
    assert hit == Fragment("hit", is_hit=True)
    assert before.text == "…" + "word " * 11
    assert after.text.startswith(" tail")
    assert after.text.endswith("tail…")
    assert len(before.text + hit.text + after.text) <= EXCERPT + 2
    [nothing] = highlighted(far, lambda _: False)
    assert nothing.text.startswith("word")
    assert nothing.text.endswith("word…")


@given(st.text(alphabet="abc ", min_size=EXCERPT, max_size=3 * EXCERPT))
def test_an_excerpt_shows_the_first_hit(text: str) -> None:
    fragments = highlighted(text, lambda word: word == "a")
    assert sum(len(part.text) for part in fragments) <= EXCERPT + 2
    if "a" in text.split():
        assert any(part.is_hit for part in fragments)
