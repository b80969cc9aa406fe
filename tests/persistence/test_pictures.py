"""Pictures are marked as unused, and removed, when nothing shows them any more."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.pictures import address
from game.rules.questions import ChoiceDraft, QuestionDraft
from persistence.database import SessionFactory
from persistence.models import Deck, Note, Picture, Quiz, ReviewQuestion, User
from persistence.repositories import pictures, questions, quizzes
from tests.persistence.locks import require_order
from tests.persistence.samples import Someone, add_session, capital, teacher

AN_HOUR = timedelta(hours=1)


async def add(session: AsyncSession, owner: Someone, name: str) -> UUID:
    picture = await pictures.add(
        session, owner.user_id, sha256=name * 64, width=1, height=1, size_bytes=100
    )
    return picture.id


def showing(picture_id: UUID | None, *of_choices: UUID) -> QuestionDraft:
    """A question with these pictures."""
    question = capital()
    choices = tuple(ChoiceDraft(text="", media=address(id_)) for id_ in of_choices)
    media = None if picture_id is None else address(picture_id)
    return msgspec.structs.replace(question, media=media, choices=(*question.choices, *choices))


async def later(session: AsyncSession, hours: int = 2) -> None:
    """Let time pass for what is marked."""
    await session.execute(
        text("UPDATE pictures SET unused_since = unused_since - :hours * interval '1 hour'"),
        {"hours": hours},
    )


async def remove(session: AsyncSession) -> set[UUID]:
    await pictures.mark_unused(session)
    return set(await pictures.remove_unused(session, AN_HOUR))


async def test_what_is_uploaded_twice_is_one_picture(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner, other = [await teacher(session, f"{name}@kuis.example") for name in "ab"]
        first = await add(session, owner, "a")
        await later(session)
        assert await add(session, owner, "a") == first
        assert await add(session, other, "a") != first
        assert await add(session, owner, "b") != first
        assert await pictures.total_bytes(session, owner.user_id) == 200
        assert await pictures.total_bytes(session, uuid4()) == 0
        assert await remove(session) == set(), "uploaded again just now"


async def test_pictures_are_removed_some_time_after_nothing_shows_them(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        shown, of_choice, unused = [await add(session, owner, name) for name in "abc"]
        quiz = await quizzes.create(
            session, owner.user_id, title="Rivers", questions=[showing(shown, of_choice)]
        )
        assert await remove(session) == set(), "the time has not passed"
        await later(session)
        assert await remove(session) == {unused}
        assert await _unused_since(session) == {shown: None, of_choice: None}

        await questions.replace(session, quiz, [showing(of_choice)])
        assert await remove(session) == set(), "unused since just now, however old it is"
        await later(session)
        await questions.replace(session, quiz, [showing(shown, of_choice)])
        assert await remove(session) == set(), "it came back in time"
        await questions.replace(session, quiz, [showing(None)])
        assert await remove(session) == set()
        await later(session)
        assert await remove(session) == {shown, of_choice}


async def test_what_was_played_keeps_its_pictures(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        shown, of_choice = [await add(session, owner, name) for name in "ab"]
        quiz = await quizzes.create(
            session,
            owner.user_id,
            title="Rivers",
            questions=[showing(None), showing(shown, of_choice)],
        )
        await add_session(session, owner, quiz)
        await questions.replace(session, quiz, [capital()])
        await later(session)
        assert await remove(session) == set()
        await quizzes.purge(session, quiz)
        assert await remove(session) == set()
        await later(session)
        assert await remove(session) == {shown, of_choice}


async def test_what_cards_show_keeps_its_pictures(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        front, back, asked, of_choice, unused = [
            await add(session, owner, name) for name in "abcde"
        ]
        deck = Deck(owner_id=owner.user_id, kind="hand", title="Rivers")
        session.add(deck)
        await session.flush()
        content = {
            "stem": "?",
            "media": f"/pictures/{asked}",
            "choices": [{"id": "a", "text": "", "media": f"/pictures/{of_choice}"}],
        }
        media = {"front_media": f"/pictures/{front}", "back_media": f"/pictures/{back}"}
        note = Note(deck_id=deck.id, position=0, front="", back="", **media)
        copy = ReviewQuestion(origin_id=uuid4(), content=content, played_at=datetime.now(UTC))
        session.add_all([note, copy])
        await session.flush()
        await later(session)
        assert await remove(session) == {unused}


async def test_a_copy_of_a_quiz_keeps_its_pictures(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        shown = await add(session, owner, "a")
        quiz = await quizzes.create(
            session, owner.user_id, title="Rivers", questions=[showing(shown)]
        )
        await quizzes.copy(session, quiz, quiz.teacher_id, title="Rivers (2)")
        await quizzes.purge(session, quiz)
        await later(session)
        assert await remove(session) == set()


async def mark(session: AsyncSession, owner: Someone) -> None:
    del owner
    await pictures.mark_unused(session)


async def remove_marked(session: AsyncSession, owner: Someone) -> None:
    del owner
    await pictures.remove_unused(session, AN_HOUR)


async def find(session: AsyncSession, owner: Someone) -> None:
    await pictures.by_digests(session, owner.user_id, ["a" * 64, "b" * 64])


@pytest.mark.parametrize("change", [mark, remove_marked, find])
async def test_pictures_are_locked_in_one_order(
    session_factory: SessionFactory,
    change: Callable[[AsyncSession, Someone], Awaitable[None]],
) -> None:
    async with session_factory.begin() as session:
        owner = await teacher(session)
        for name, id_ in zip("ab", sorted((uuid4(), uuid4()), reverse=True), strict=True):
            added = await add(session, owner, name)
            await session.execute(update(Picture).where(Picture.id == added).values(id=id_))
        await later(session)
        if change is mark:
            await session.execute(update(Picture).values(unused_since=None))

    async def change_them() -> None:
        async with session_factory.begin() as session:
            await change(session, owner)

    await require_order(session_factory, Picture, select(Picture.id), change_them())


async def test_pictures_of_a_removed_account_are_found_like_others(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        owner, other = [await teacher(session, f"{name}@kuis.example") for name in "ab"]
        shown, unused = [await add(session, owner, name) for name in "ab"]
        quiz = await quizzes.create(
            session, other.user_id, title="Rivers", questions=[showing(shown)]
        )
        await session.execute(delete(User).where(User.id == owner.user_id))
        await later(session)
        assert await remove(session) == {unused}
        await session.execute(delete(Quiz).where(Quiz.id == quiz.id))
        await pictures.mark_unused(session)
        await later(session)
        assert await remove(session) == {shown}


async def _unused_since(session: AsyncSession) -> dict[UUID, object]:
    rows = await session.execute(select(Picture.id, Picture.unused_since))
    return {row.id: row.unused_since for row in rows}


async def test_pictures_of_a_copied_quiz_stay_when_its_source_goes(
    session_factory: SessionFactory,
) -> None:
    """They count as their uploader's, never as the copier's, as long as somebody shows them."""
    async with session_factory.begin() as session:
        author, copier = [await teacher(session, f"{name}@kuis.example") for name in "ab"]
        picture = await add(session, author, "a")
        source = await quizzes.create(
            session, author.user_id, title="Rivers", questions=[showing(picture, picture)]
        )
        copy = await quizzes.copy(session, source, copier.user_id, title="Rivers")
        await quizzes.purge(session, source)
        assert copy.questions[0].media == address(picture)
        for _ in range(2):
            await later(session)
            assert await remove(session) == set()
        assert await pictures.total_bytes(session, author.user_id) == 100
        assert await pictures.total_bytes(session, copier.user_id) == 0

        await quizzes.purge(session, copy)
        await remove(session)
        await later(session)
        assert await remove(session) == {picture}
        assert await pictures.total_bytes(session, author.user_id) == 0
