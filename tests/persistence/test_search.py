"""Full-text search of questions: languages, syntax, ranks, facets, and what is never found."""

import re
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import Text, cast, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Unavailable
from game.rules.questions import Kind, QuestionDraft
from game.rules.search import SEARCH_MAX, WORDS_MAX, Fragment
from game.rules.stop_words import STOP_WORDS
from persistence.database import SessionFactory
from persistence.models import QUESTION_SEARCH, Question
from persistence.repositories import quizzes, search
from persistence.repositories.questions import bank, many
from persistence.repositories.questions import search as questions_search
from persistence.repositories.questions.filters import QuestionFilter
from persistence.repositories.questions.search import FoundQuestion, Where
from tests.persistence.samples import Someone, teacher

ROWS = {
    "dibaca": ("id", "Buku itu dibaca oleh guru di sekolah"),
    "bacaan": ("id-ID", "Pilihlah bacaan yang benar."),
    "ditulis": ("id", "Surat ini ditulis oleh siapa?"),
    "buku-buku": ("id", "Buku-buku ada di atas meja"),
    "gunung": ("id", "Gunung tertinggi (Jawa/Bali)"),
    "reads": ("en", "She reads the café's paper in the morning"),
    "readings": ("en-GB", "The readings were <b>unread</b> by Tom"),
    "form": ("en", "Choose the correct form of the verb"),
    "perform": ("en", "They perform well. Everyone cheers"),
    "unknown": (None, "Reading is membaca"),
    "lire": ("fr", "Nous lisons des livres à l'école"),
    "japanese": ("ja", "日本語 は 楽しい"),
}

CASES: Sequence[tuple[str, set[str]]] = [
    # In any form, each row in its own language; in both if nobody said in which it is.
    ("membaca", {"dibaca", "bacaan", "unknown"}),
    ("dibaca", {"dibaca", "bacaan", "unknown"}),
    ("reading ", {"reads", "readings", "unknown"}),
    ("menulis", {"ditulis"}),
    ("tulisan", {"ditulis"}),
    ("perform ", {"perform"}),
    ("livres", {"lire"}),
    ("livre ", set()),
    ("lisons ecole", {"lire"}),
    ("日本語", {"japanese"}),
    # Stop words are not looked for where they are some; alone they may be the beginning of a word.
    ("guru di sekolah", {"dibaca"}),
    ("di sekolah ", {"dibaca"}),
    ("the verb ", {"form"}),
    ("yang dibaca itu", {"dibaca", "bacaan", "unknown"}),
    ("the", set()),
    ("di ", {"dibaca", "ditulis"}),
    ('"the"', set()),
    # The last word may be unfinished.
    ("memba", {"unknown"}),
    ("bac", {"dibaca", "bacaan", "unknown"}),
    ("readi", {"readings", "unknown"}),
    ("memba ", set()),
    ("form verb choo", {"form"}),
    ('"correct fo', {"form"}),
    ('"correct fo"', set()),
    # Web-search syntax.
    ('"guru di sekolah"', {"dibaca"}),
    ('"guru sekolah"', set()),
    ('"sekolah guru"', set()),
    ("baca -guru", {"bacaan", "unknown"}),
    ('baca -"buku itu"', {"bacaan", "unknown"}),
    ("gunung or verb", {"gunung", "form"}),
    ("gunung atau meja", {"gunung", "buku-buku"}),
    ("GUNUNG OR", {"gunung"}),
    ("pilihlah baca or correct verb", {"bacaan", "form"}),
    # Signs between words.
    ("buku", {"dibaca", "buku-buku"}),
    ("buku-buku", {"dibaca", "buku-buku"}),
    ("bali", {"gunung"}),
    ("jawa/bali", {"gunung"}),
    ("unread", {"readings"}),
    ("well everyone", {"perform"}),
    ("cafe", {"reads"}),
    ("CAFÉ", {"reads"}),
    # Nothing that anybody types fails.
    ("zzz", set()),
    ("-zzz buku", {"dibaca", "buku-buku"}),
    ('"', set(ROWS)),
    ("-", set(ROWS)),
    ("?!… — 'or' or", set()),
    ("' | & ! ( ) :* <-> \\", set(ROWS)),
    ("buku:* & !guru", {"dibaca"}),
    ("'buku' \\ ''", {"dibaca", "buku-buku"}),
    ("日" * SEARCH_MAX, set()),
    ("x or " * (SEARCH_MAX // 5), set()),
]


async def test_words_are_found_in_any_form_of_each_language(
    session_factory: SessionFactory,
) -> None:
    async with session_factory() as session:
        ani = await teacher(session)
        await add(session, ani, *(draft(stem, language) for language, stem in ROWS.values()))
        names = {stem: name for name, (_, stem) in ROWS.items()}
        found = {
            query: {names[each.question.stem] for each in await find(session, ani, query)}
            for query, _ in CASES
        }
    assert found == dict(CASES)


async def test_words_of_the_stem_rank_above_those_of_labels_and_explanations(
    session_factory: SessionFactory,
) -> None:
    async with session_factory() as session:
        ani = await teacher(session)
        await add(
            session,
            ani,
            draft("Rivers and lakes"),
            draft("First", explanation="About rivers."),
            draft("Second", topic="Rivers"),
            draft("Third", tags=["rivers"]),
            draft("The river"),
        )
        found = [each.question.stem for each in await find(session, ani, "rivers")]
    # The same form counts more than another one, and of equal ones the newest comes first.
    assert found == ["Rivers and lakes", "The river", "Third", "Second", "First"]


async def test_hits_are_highlighted_as_plain_text(session_factory: SessionFactory) -> None:
    stem = "<b>Reading</b> & <script>alert('read')</script>: she'll form"
    async with session_factory() as session:
        ani = await teacher(session)
        far = "word " * 100 + "reads " + "tail " * 100
        await add(session, ani, draft(stem, explanation=far))
        [found] = await find(session, ani, "read perfo or reads")
        [by_explanation] = await find(session, ani, "tai")
        [by_filter] = await find(session, ani, "", type=(Kind.MULTIPLE_CHOICE,))
    assert "".join(part.text for part in found.stem) == stem
    assert [part.text for part in found.stem if part.is_hit] == ["Reading", "read"]
    assert len(found.explanation) == 3
    assert found.explanation[0].text.startswith("…word word")
    assert found.explanation[1] == Fragment("reads", is_hit=True)
    assert found.explanation[2].text.endswith("tail…")
    assert not any(part.is_hit for part in by_explanation.stem)
    assert all(
        part.text in {"tail", " ", "…"} or part.text.startswith("…")
        for part in by_explanation.explanation
    )
    assert by_filter.stem == by_filter.explanation == ()


async def test_facets_count_what_else_could_be_chosen(session_factory: SessionFactory) -> None:
    async with session_factory() as session:
        ani = await teacher(session)
        await add(
            session,
            ani,
            draft("river one", level="A1", skill="reading", difficulty=1, tags=["a", "b"]),
            draft("river two", level="A2", skill="reading", difficulty=1, tags=["a"]),
            draft("river three", level="A2", skill="writing"),
            draft("mountain", level="B1", skill="reading", tags=["a"]),
        )
        of_rivers = await count(session, ani, "river")
        of_a2 = await count(session, ani, "river", level=("A2",))
        of_tag = await count(session, ani, "river", tag=("b",), skill=("reading",))
        of_all = await count(session, ani, "", skill=("reading",))
    assert of_rivers == {
        "type": [("multiple_choice", 3)],
        "level": [("A2", 2), ("A1", 1)],
        "skill": [("reading", 2), ("writing", 1)],
        "difficulty": [("1", 2)],
        "language": [("en", 3)],
        "tag": [("a", 2), ("b", 1)],
    }
    assert of_a2["level"] == [("A2", 2), ("A1", 1)]
    assert of_a2["skill"] == [("reading", 1), ("writing", 1)]
    assert of_a2["tag"] == [("a", 1)]
    assert of_tag["tag"] == [("a", 1), ("b", 1)]
    assert of_tag["skill"] == [("reading", 1)]
    assert of_all["level"] == [("A1", 1), ("A2", 1), ("B1", 1)]
    assert of_all["skill"] == [("reading", 3), ("writing", 1)]


async def test_only_what_the_viewer_sees_is_found_and_counted(
    session_factory: SessionFactory,
) -> None:
    async with session_factory() as session:
        ani, budi = await teacher(session), await teacher(session, "budi@kuis.example")
        await add(session, budi, draft("river in the bank", topic="secret"))
        quiz = await quizzes.create(
            session,
            budi.user_id,
            title="Geography",
            questions=[draft("river in a quiz", topic="hidden")],
        )
        archived = await quizzes.create(
            session, budi.user_id, title="Old", questions=[draft("river that dried up")]
        )
        await quizzes.archive(session, archived)
        where: Sequence[Where] = ("bank", "quizzes", "all")
        anis = [await find(session, ani, "river", each) for each in where]
        anis_facets = [await count(session, ani, "river", each) for each in where]
        budis = [await find(session, budi, "river", each) for each in where]
        facets = await count(session, budi, "river", "all")
        old = await find(session, budi, "river", "all", archived=True)
    assert anis == [[], [], []]
    assert anis_facets == [{}, {}, {}]
    places = [{each.question.stem: each.quiz for each in found} for found in budis]
    assert places == [
        {"river in the bank": None},
        {"river in a quiz": quiz},
        {"river in the bank": None, "river in a quiz": quiz},
    ]
    assert facets["topic"] == [("hidden", 1), ("secret", 1)]
    assert [each.quiz for each in old] == [archived]


async def test_filters_narrow_bank_and_quizzes_alike(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"level": ("A1",), "tag": ("water",)}

    def river(name: str) -> list[QuestionDraft]:
        """One question that has all of the labels, and two that lack one."""
        return [
            draft(f"river {name}", level="A1", tags=["water"]),
            draft(f"river {name} without a tag", level="A1"),
            draft(f"river {name} of another level", level="A2", tags=["water"]),
        ]

    async with session_factory() as session:
        ani, budi = await teacher(session), await teacher(session, "budi@kuis.example")
        await add(session, ani, *river("of a colleague"))
        await add(session, budi, *river("in the bank"))
        old = await add(session, budi, *river("in the archive"))
        await many.set_archived(session, [each.id for each in old], archived=True)
        _, quiz = [
            await quizzes.create(session, budi.user_id, title=title, questions=river(f"in {title}"))
            for title in ("Geography", "Old")
        ]
        await quizzes.archive(session, quiz)
        for known in (questions_search.QUIZZES_MAX, 0):
            monkeypatch.setattr(questions_search, "QUIZZES_MAX", known)
            for archived, stems in (
                (False, {"river in the bank", "river in Geography"}),
                (True, {"river in the archive", "river in Old"}),
            ):
                for query in ("river", ""):
                    found = await find(session, budi, query, "all", archived=archived, **labels)
                    assert {each.question.stem for each in found} == stems
                    facets = await count(session, budi, query, "all", archived=archived, **labels)
                    assert facets["tag"] == [("water", 2)]
                    assert facets["level"] == [("A1", 2), ("A2", 2)]


async def test_only_the_newest_matches_are_ranked_and_counted(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FOUND_MAX", 3)
    async with session_factory() as session:
        ani = await teacher(session)
        await add(session, ani, *(draft(f"river {place}") for place in range(5)))
        asked = await questions_search.prepare(session, ani, "river", "bank", QuestionFilter())
        first = await questions_search.page(session, asked, 1, 2)
        beyond = await questions_search.page(session, asked, 3, 2)
    assert [each.question.stem for each in first.items] == ["river 4", "river 3"]
    assert (first.total, beyond.total, beyond.items) == (3, 3, [])


async def test_ranks_order_all_pages(session_factory: SessionFactory) -> None:
    stems = ("river", "a river", "the reading", "river river", "rivers", "river reading")
    async with session_factory() as session:
        ani = await teacher(session)
        await add(session, ani, *(draft(stem, "en") for stem in stems))
        await add(session, ani, draft("sea", "en", explanation="river"))
        asked = await questions_search.prepare(session, ani, "river ", "bank", QuestionFilter())
        whole = await questions_search.page(session, asked, 1, 10)
        pages = [await questions_search.page(session, asked, place, 1) for place in range(1, 8)]
    ids = [each.question.id for each in whole.items]
    assert len(ids) == 6
    assert [[each.question.id for each in page.items] for page in pages] == [
        *([each] for each in ids),
        [],
    ]
    assert whole.items[-1].question.stem == "sea"
    assert {page.total for page in pages} == {6}


async def test_only_some_words_are_looked_for(session_factory: SessionFactory) -> None:
    letters = " ".join(f"{letter}{number}" for letter in "abcdef" for number in range(10))
    async with session_factory() as session:
        asked = await search.prepare(session, letters)
        in_phrase = await search.prepare(session, f'"{letters}"')
    for each in (asked, in_phrase):
        assert each is not None
        assert len(each.lexemes["other"]) == WORDS_MAX
        assert each.beginning is None


async def test_a_search_that_takes_too_long_is_refused(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "TIMEOUT_MS", 20)
    async with session_factory() as session:
        with pytest.raises(Unavailable) as refused:
            async with search.bounded(session):
                await session.execute(text("SELECT pg_sleep(10)"))
    assert refused.value.code == "search_too_slow"


async def test_a_dump_can_be_restored(session_factory: SessionFactory) -> None:
    """`pg_restore` computes the generated columns again, with no schema to search names in."""
    async with session_factory() as session:
        ani = await teacher(session)
        await add(session, ani, draft("Reading", None, topic="Café", explanation="Buku-buku"))
        column = select(cast(QUESTION_SEARCH, Text))
        before = await session.scalar(column)
        await session.execute(text("SET LOCAL search_path = ''"))
        await session.execute(text("UPDATE public.questions SET stem = stem || ''"))
        await session.execute(text("SET LOCAL search_path = public"))
        assert await session.scalar(column) == before


async def test_the_database_leaves_out_the_stop_words_of_the_rules(
    session_factory: SessionFactory,
) -> None:
    async with session_factory() as session:
        source = "SELECT prosrc FROM pg_proc WHERE proname = 'search_vector'"
        lists = re.findall(r"ts_delete\(vector, '{(.+)}'", await session.scalar(text(source)) or "")
        vector = "SELECT tsvector_to_array(search_vector('en', 'She is an owl', '{}', NULL))"
        assert await session.scalar(text(vector)) == ["#en", "owl"]
    assert [set(words.split(",")) for words in lists] == [STOP_WORDS["en"], STOP_WORDS["id"]]


async def test_labels_of_any_text_are_searched(session_factory: SessionFactory) -> None:
    async with session_factory() as session:
        ani = await teacher(session)
        await add(session, ani, draft("x", topic="a'b\\c {d}", tags=['"e", f']))
        assert len(await find(session, ani, "a b c d e f")) == 1


def draft(stem: str, language: str | None = "en", **labels: object) -> QuestionDraft:
    return QuestionDraft(type=Kind.MULTIPLE_CHOICE, stem=stem, language=language, **labels)  # type: ignore[arg-type]


async def add(session: AsyncSession, owner: Someone, *drafts: QuestionDraft) -> list[Question]:
    return await bank.add(session, owner.user_id, drafts)


async def find(
    session: AsyncSession, viewer: Someone, query: str, where: Where = "bank", **filters: object
) -> Sequence[FoundQuestion]:
    async with search.bounded(session):
        wanted = QuestionFilter(**filters)  # type: ignore[arg-type]
        searched = await questions_search.prepare(session, viewer, query, where, wanted)
        return (await questions_search.page(session, searched, 1, 100)).items


async def count(
    session: AsyncSession, viewer: Someone, query: str, where: Where = "bank", **filters: object
) -> Mapping[str, Sequence[tuple[str, int]]]:
    wanted = QuestionFilter(**filters)  # type: ignore[arg-type]
    searched = await questions_search.prepare(session, viewer, query, where, wanted)
    return await questions_search.facets(session, searched)
