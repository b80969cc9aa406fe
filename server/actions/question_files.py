"""Brings the questions of files into quizzes, and their pictures to those of the teacher."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Detail, Refusal
from game.rules.pictures import PATH, address, file_names
from game.rules.questions import QuestionDraft
from game.rules.quizzes import BYTES_MAX, QUESTIONS_MAX, numbered, size_of
from persistence.database import SessionFactory
from persistence.repositories import pictures, quizzes
from persistence.repositories.questions import bulk
from server.actions.pictures import PictureUploader
from server.formats.pictures import Picture, is_own, media_of
from server.providers.files import Files

PACKED_MAX_BYTES = 25 * 1024 * 1024
"""The pictures in a file that is downloaded: it is made in memory."""
BAD_PICTURE = {"unsupported_picture", "broken_picture", "too_many_pixels"}
"""What is wrong with a single picture, without which the import goes on."""
Progress = Callable[[str, int], None]
"""Is told the title of each quiz and its number of questions."""


class StoredPicture(Struct, frozen=True):
    """`uploaded` takes the place of `address` in the drafts; without it there is a problem."""

    address: str
    uploaded: str | None = None
    problem: Detail | None = None


async def store_picture(
    uploader: PictureUploader, owner_id: UUID, picture: Picture
) -> StoredPicture:
    """Store a picture of an imported file as if its owner had uploaded it.

    Raises:
        Refusal: no picture can be stored now: `picture_space_full`, `too_many_uploads`.
        FilesError: the same.
    """
    try:
        stored = await uploader.add(owner_id, picture.content)
    except Refusal as refusal:
        if refusal.code not in BAD_PICTURE:
            raise
        problem = Detail("", refusal.code, refusal.message)
        return StoredPicture(picture.address, problem=problem)
    return StoredPicture(picture.address, address(stored.id))


async def pictures_to_pack(db: AsyncSession, drafts: Iterable[QuestionDraft]) -> list[str]:
    """The addresses of those stored pictures of these questions that a file may hold together."""
    return await packable(db, (each for draft in drafts for each in sorted(media_of(draft))))


async def packable(db: AsyncSession, media: Iterable[str]) -> list[str]:
    """Those of these addresses that are stored pictures which a file may hold together."""
    ids = {UUID(each.removeprefix(PATH)): each for each in media if is_own(each)}
    sizes = await pictures.sizes(db, ids)
    found, total = list[str](), 0
    for id_, each in ids.items():
        total += sizes.get(id_, 0)
        if id_ in sizes and total <= PACKED_MAX_BYTES:
            found.append(each)
    return found


async def read_pictures(files: Files, addresses: Iterable[str]) -> dict[str, bytes]:
    """The bytes of these pictures, without any whose file is missing. Raises FilesError."""
    found = {}
    for each in addresses:
        large, _ = file_names(UUID(each.removeprefix(PATH)))
        if content := await files.get(large):
            found[each] = content
    return found


async def make_quizzes(
    session_factory: SessionFactory,
    teacher_id: UUID,
    title: str,
    drafts: Iterable[QuestionDraft],
    *,
    progress: Progress,
) -> None:
    """Create a quiz of these questions, or several numbered ones, all of them or none.

    The drafts are taken as they are needed, so that a long file is never in memory as a whole.
    """
    async with session_factory.begin() as db:
        for own_title, part in divided(title, drafts):
            quiz = await quizzes.create(db, teacher_id, title=own_title)
            await bulk.add_to_quiz(db, quiz, part)
            progress(own_title, len(part))


async def fill_bank(
    session_factory: SessionFactory,
    teacher_id: UUID,
    drafts: Iterable[QuestionDraft],
    *,
    progress: Callable[[int], None],
) -> None:
    """Add these questions to the bank, all of them or none. `progress` is told how many are in."""
    done = 0
    async with session_factory.begin() as db:
        for part in _parts(drafts):
            await bulk.add_to_bank(db, teacher_id, part)
            done += len(part)
            progress(done)


def _parts(drafts: Iterable[QuestionDraft]) -> Iterator[list[QuestionDraft]]:
    """As many questions each time as a quiz can have."""
    part: list[QuestionDraft] = []
    size = 0
    for draft in drafts:
        own_size = size_of([draft])  # with brackets, which are no less than the comma
        if part and (len(part) == QUESTIONS_MAX or size + own_size > BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(draft)
        size += own_size
    if part:
        yield part


def divided(
    title: str, drafts: Iterable[QuestionDraft]
) -> Iterator[tuple[str, list[QuestionDraft]]]:
    """The questions of each quiz that is needed, with its title: with a number if not alone."""
    parts = _parts(drafts)
    first = list(islice(parts, 2))
    if len(first) == 1:
        yield title, first[0]
        return
    for place, part in enumerate(chain(first, parts), 1):
        yield numbered(title, place), part
