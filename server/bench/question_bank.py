"""Fills the database of a server of our own with questions to search."""

import asyncio
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from game.rules import codes
from persistence.database import connect_directly

_ENGLISH = """
    read write book school teacher student lesson answer question sentence verb noun past
    present future tense correct word grammar vocabulary listen speak paragraph story river
    mountain city country language morning evening family friend house garden animal plant water
    food travel train station airport hotel music picture number letter colour season weather
    winter summer market money history science biology chemistry energy planet computer message
    newspaper doctor hospital medicine exercise football player winner competition government
    election court judge police crime witness article evidence opinion argument reason result
    cause effect
"""
_INDONESIAN = """
    membaca menulis buku sekolah guru siswa pelajaran jawaban pertanyaan kalimat kerja benda
    lampau depan waktu benar kata kosakata mendengar berbicara paragraf cerita sungai gunung
    kota negara bahasa pagi malam keluarga teman rumah kebun hewan tumbuhan air makanan
    perjalanan kereta stasiun bandara hotel musik gambar angka huruf warna musim cuaca panas
    pasar uang sejarah ilmu biologi kimia energi planet komputer pesan koran dokter sakit obat
    olahraga sepakbola pemain pemenang lomba pemerintah pemilihan sidang hakim polisi kejahatan
    saksi artikel bukti pendapat alasan akibat
"""
ENGLISH, INDONESIAN = _ENGLISH.split(), _INDONESIAN.split()
COMMON = ("choose", "pilihlah")
"""The first word of half of the questions of each language."""
LANGUAGES = ("en", "id", "en", "id", None)
KINDS = ("multiple_choice", "true_false", "short_answer", "numeric", "ordering")
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
SKILLS = ("reading", "writing", "listening", "grammar")
RARE_WORDS = 20_000
RARE_SHARE = 0.25
SEED = 1
AT_ONCE = 10_000
QUIZ_SIZE = 50
COLUMNS = (
    "id",
    "teacher_id",
    "quiz_id",
    "position",
    "fingerprint",
    "type",
    "stem",
    "language",
    "level",
    "skill",
    "topic",
    "difficulty",
    "tags",
    "explanation",
)

Row = tuple[Any, ...]  # Any: a value for each column


@cache
def rare_word(number: int) -> str:
    """A word that a few of the questions have."""
    random = Random(number)  # noqa: S311  # no secret
    return "".join(
        random.choice("bcdfghjklmnprstw") + random.choice("aeiou")
        for _ in range(random.randint(3, 5))
    )


def fill(database_url: str, teacher: UUID, other: UUID, questions: int) -> list[UUID]:
    """Add questions to a teacher's bank, a tenth as many to quizzes, and 50 to another bank.

    Returns the ids of those in the bank.
    """
    return asyncio.run(_fill(database_url, teacher, other, questions))


async def _fill(database_url: str, teacher: UUID, other: UUID, questions: int) -> list[UUID]:
    random = Random(SEED)  # noqa: S311  # the same questions each time
    quizzes = [uuid7() for _ in range(questions // 10 // QUIZ_SIZE)]
    every = max(questions // QUIZ_SIZE, 1)
    bank = [
        question(random, place, other if place % every == 0 else teacher)
        for place in range(questions)
    ]
    in_quizzes = [
        question(random, place, None, quiz) for quiz in quizzes for place in range(QUIZ_SIZE)
    ]
    connection = await connect_directly(database_url)
    try:
        await connection.copy_records_to_table(
            "quizzes",
            columns=["id", "teacher_id", "title", "access_code"],
            records=[
                (quiz, teacher, f"Quiz {place}", codes.quiz_code(random))
                for place, quiz in enumerate(quizzes)
            ],
        )
        every_question = [*bank, *in_quizzes]
        for start in range(0, len(every_question), AT_ONCE):
            some = every_question[start : start + AT_ONCE]
            await connection.copy_records_to_table("questions", columns=COLUMNS, records=some)
        await connection.execute("VACUUM ANALYZE users, questions, quizzes")
    finally:
        await connection.close()
    return [row[0] for row in bank if row[1] == teacher]


def question(random: Random, place: int, owner: UUID | None, quiz: UUID | None = None) -> Row:
    language = LANGUAGES[place % len(LANGUAGES)]
    spoken = (language or random.choice(("en", "id"))) == "id"
    words = [_word(random, INDONESIAN if spoken else ENGLISH) for _ in range(random.randint(6, 14))]
    if place % 2 == 0:
        words.insert(0, COMMON[spoken])
    return (
        uuid7(),
        owner,
        quiz,
        None if quiz is None else place,
        None if owner is None else random.randbytes(16),
        KINDS[place % len(KINDS)],
        " ".join(words),
        language,
        LEVELS[place % len(LEVELS)],
        SKILLS[place % len(SKILLS)],
        f"topic {place % 40}",
        1 + place % 5,
        [f"tag {place % 30}", f"week {place % 7}"],
        " ".join(words[::-1]) if place % 3 == 0 else None,
    )


def _word(random: Random, vocabulary: Sequence[str]) -> str:
    if random.random() < RARE_SHARE:
        return rare_word(random.randrange(RARE_WORDS))
    return vocabulary[int(len(vocabulary) * random.random() ** 2)]  # some much more often
