"""Files of every format that something went wrong with: cut, spliced, with odd bytes in them."""

import io
import zipfile
from random import Random

import msgspec
import pytest

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.formats.all import FORMATS, READERS, read
from server.formats.items import Fate
from tests.server.formats import books
from tests.server.formats.test_round_trips import PLAIN

ODD = [
    *(b"\0", b"\xff", b"\xc2\xb2", b"\xd9\xa3", b"1e999", b"NaN", b"9" * 400, b"&#0;", b"%-1%"),
    *(b"->", b"{", b"}", b"=", b"~", b"<", b"/>", b'"', b"\n\n", b"null", b"../../x", b"\\"),
]
TIMES = 60
WHOLE: dict[str, bytes] = {
    name: b"".join(format_.write(PLAIN.values())) for name, format_ in FORMATS.items()
} | {
    "kahoot": books.kahoot([1, "Wet?", "Yes", "No", "", "", 20, "1"]),
    "quizizz": books.quizizz(["Wet?", "Multiple Choice", "Yes", "No", "", "", "", 1, 30, "", ""]),
}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_items_or_a_clear_refusal(name: str) -> None:
    random = Random(name)
    for _ in range(TIMES):
        content = damaged(WHOLE[name], random)
        try:
            items = list(read(content, random.choice([name, None])))
        except Invalid:
            continue
        for item in items:
            assert item.problems or item.fate is Fate.TAKEN
            if item.draft is not None:
                msgspec.json.decode(msgspec.json.encode(item.draft), type=QuestionDraft)


def damaged(content: bytes, random: Random) -> bytes:
    """Damage a file, or of an archive mostly one of the files in it."""
    if not zipfile.is_zipfile(io.BytesIO(content)) or random.random() < 0.2:
        return damaged_bytes(content, random)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        damaged = random.choice(old.namelist())
        for each in old.namelist():
            part = old.read(each)
            new.writestr(each, damaged_bytes(part, random) if each == damaged else part)
    return out.getvalue()


def damaged_bytes(content: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 3)):
        start, end = sorted(random.choices(range(len(content) + 1), k=2))
        near = min(end, start + 8)
        match random.randrange(4):
            case 0:
                content = content[:start] + random.choice(ODD) + content[start:]
            case 1:
                content = content[:start] + random.choice(ODD) + content[near:]
            case 2:
                content = content[:end] + content[start:end] + content[end:]
            case _:
                content = content[:start] + content[near:]
    return content
