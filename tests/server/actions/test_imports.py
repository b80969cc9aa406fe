"""Files of strangers are read in a program with limited time and memory."""

import asyncio
import os
import sys

import msgspec
import pytest
from structlog.testing import capture_logs

from game.errors import Invalid
from server.actions import imports
from server.formats import archives, previewer
from tests.server.formats import books

GIFT = b"Is rain wet?{=yes ~no}\n"


async def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as raised:
        await imports.preview_file(content)
    return raised.value.code


def programmed(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(imports, "PREVIEWER", (sys.executable, "-I", "-c", program))


def limited(monkeypatch: pytest.MonkeyPatch, changes: str) -> None:
    program = f"""
from server.formats import effort, previewer
{changes}
previewer.main()
"""
    programmed(monkeypatch, program)


async def test_a_file_is_read_with_limits_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    limited(
        monkeypatch,
        """
import os, resource
def preview(content, name=None):
    found = [resource.getrlimit(each) for each in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]
    return previewer.Refused("found", repr((found, os.nice(0), "SECRET_KEY" in os.environ)))
previewer.preview = preview
""",
    )
    with pytest.raises(Invalid) as raised:
        await imports.preview_file(GIFT)
    seconds, memory = previewer.PROCESSOR_SECONDS, previewer.MEMORY_MAX_BYTES
    limits = [(seconds, seconds + 1), (memory, memory)]
    assert raised.value.message == repr((limits, min(os.nice(0) + 5, 19), False))
    assert seconds <= 5
    assert memory <= 200 * 1024 * 1024


async def test_the_items_come_back_as_json() -> None:
    [item] = msgspec.json.decode(imports.as_json(await imports.preview_file(GIFT)))["items"]
    assert (item["fate"], item["question"]["stem"]) == ("taken", "Is rain wet?")


async def test_a_workbook_fits_into_the_limits() -> None:
    rows = [(at, f"Is it {at}?", "yes", "no", None, None, 20, 1) for at in range(2_000)]
    assert len((await imports.preview_file(books.kahoot(*rows))).items) == 2_000


async def test_an_item_lists_a_bounded_number_of_problems() -> None:
    """A file of 5 MB made an answer of 130 MB, and stopped the process for a second."""
    bad = {"type": "short_answer", "stem": "Why?", "answer_key": {"accepted": [""] * 700}}
    found = await imports.preview_file(msgspec.json.encode({"questions": [bad]}))
    [item] = msgspec.json.decode(imports.as_json(found))["items"]
    assert len(item["problems"]) == previewer.PROBLEMS_SHOWN
    assert item["reason"] == item["problems"][0]["message"]


async def test_rooms_use_the_event_loop_while_questions_are_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await imports.preview_file(b"\n".join(GIFT for _ in range(30)))
    monkeypatch.setattr(imports, "BYTES_AT_ONCE", len(found.items[0].shown) * 3)
    decoding = asyncio.create_task(imports.taken(found.items))
    others_turns = 0
    while not decoding.done():
        await asyncio.sleep(0)
        others_turns += 1
    assert len(await decoding) == 30
    assert others_turns >= 30 // 4


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "import_too_slow"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "import_too_slow"),
        ("import os; os.abort()", "import_too_costly"),
        ("import sys; sys.exit(1)", "import_failed"),
        ("print('not what was agreed')", "import_failed"),
    ],
)
async def test_a_program_that_ends_early_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, program: str, code: str
) -> None:
    programmed(monkeypatch, program)
    with capture_logs() as logs:
        assert await refusal(GIFT) == code
    assert [entry["event"] for entry in logs] == ["import_failed"]


async def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, "previewer.PROCESSOR_SECONDS = 1; effort.OF_STRANGERS = 2**60")
    with capture_logs():
        assert await refusal(b"<quiz>" + b"<a/>" * 5_000_000) == "import_too_slow"


async def test_a_file_that_takes_too_much_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited(monkeypatch, "previewer.MEMORY_MAX_BYTES = 60 * 1024 * 1024")
    with capture_logs():
        assert await refusal(b"[" + b"{}," * 1_500_000 + b"{}]") == "import_too_costly"


async def test_an_archive_that_is_a_bomb_is_refused_by_what_it_unpacks() -> None:
    content = books.with_part(books.book([]), "xl/media/1.png", "\0" * 150 * 1024 * 1024)
    assert await refusal(content) == "import_archive_too_large"
    assert archives.ALL_MAX_BYTES <= 256 * 1024 * 1024
