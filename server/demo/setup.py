"""Sets up the demo at each start: adds it to an empty database, or finds it again.

The password of the demo accounts is made for each data directory and kept in it. Only the person
who starts Kuis sees it.
"""

import secrets
from pathlib import Path

from persistence.database import SessionFactory
from persistence.embedded import DataDirectory
from persistence.repositories import quiz_lists, users
from persistence.repositories.viewers import Account
from server.actions.users.manage import UserManager
from server.auth.passwords import Passwords
from server.demo.content import QUIZZES
from server.demo.seed import STUDENT, TEACHER, DemoAccounts, SeededQuiz, seed
from server.secret_files import read_or_make

MAX_QUIZZES_READ = 100
PASSWORD_FILE = "demo-password"  # noqa: S105  # its name only
PUBLISHED_PASSWORD = "kuis-demo-2026"  # noqa: S105  # of all demo accounts before Kuis 1.0
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_CHARACTERS = 3, 5


def demo_password(data_dir: Path) -> str:
    """The password of the demo accounts; an `EngineError` if the data directory is not ours."""
    directory = DataDirectory(data_dir)
    directory.mark()
    return read_or_make(directory.path / PASSWORD_FILE, _make_password)


def _make_password() -> str:
    """A random password of some 74 bits that is easy to type on a phone."""
    letters = [secrets.choice(READABLE) for _ in range(GROUPS * GROUP_CHARACTERS)]
    starts = range(0, len(letters), GROUP_CHARACTERS)
    return "-".join("".join(letters[start : start + GROUP_CHARACTERS]) for start in starts)


async def seed_or_find(session_factory: SessionFactory, password: str) -> DemoAccounts | None:
    """The demo's accounts and quizzes; None if the database has accounts but no demo."""
    return await seed(session_factory, password) or await _find(session_factory, password)


async def retire_published_password(
    session_factory: SessionFactory, manager: UserManager, password: str
) -> None:
    """Replace the one public password that earlier versions gave to all demo accounts."""
    async with session_factory() as db:
        found = [await users.by_email(db, email) for email in (TEACHER, STUDENT)]
    for user in found:
        if user is None:
            continue
        published, _ = await Passwords().verify(PUBLISHED_PASSWORD, user.password_hash)
        if published:
            await manager.replace_password(user.id, password)


async def _find(session_factory: SessionFactory, password: str) -> DemoAccounts | None:
    async with session_factory() as db:
        teacher = await users.by_email(db, TEACHER)
        if teacher is None:
            return None
        demo, _ = await Passwords().verify(password, teacher.password_hash)
        if not demo:
            return None
        page = await quiz_lists.page(db, Account(teacher.id, teacher.role), 1, MAX_QUIZZES_READ)
    codes = {item.quiz.title: item.quiz.access_code for item in page.items}
    shown = tuple(
        SeededQuiz(quiz.title, codes[quiz.title]) for quiz in QUIZZES if quiz.title in codes
    )
    return DemoAccounts(teacher=TEACHER, student=STUDENT, password=password, quizzes=shown)
