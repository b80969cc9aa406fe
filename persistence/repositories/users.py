"""Queries of accounts. E-mail addresses are compared without regard to case."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from game.errors import Conflict
from persistence.models import Role, User
from persistence.repositories.viewers import USERS, Viewer
from persistence.violations import violated_constraint

# Any number that no other advisory lock uses.
FIRST_ACCOUNTS_LOCK = 0x6B756974

WITH_PREFERENCES = joinedload(User.preferences)


async def create(
    session: AsyncSession,
    *,
    email: str,
    password_hash: str,
    full_name: str,
    role: Role = "student",
) -> User:
    """Create an account, or raise Conflict `email_taken` if another one has the address."""
    user = User(
        email=email,
        password_hash=password_hash,
        full_name=full_name,
        role=role,
        preferences=None,
    )
    with _address_free():
        async with session.begin_nested():
            session.add(user)
    return user


async def get(session: AsyncSession, user_id: UUID) -> User | None:
    return await session.get(User, user_id, options=[WITH_PREFERENCES])


async def own(session: AsyncSession, viewer: Viewer) -> User | None:
    """The viewer's account; None if it was removed."""
    asked = select(User).where(USERS.visible_to(viewer)).options(WITH_PREFERENCES)
    return await session.scalar(asked)


async def iterate(session: AsyncSession, role: Role | None) -> AsyncIterator[User]:
    """All accounts, or those with a role, sorted by address. They are streamed, not held."""
    asked = select(User).order_by(func.lower(User.email).nulls_last(), User.id)
    if role is not None:
        asked = asked.where(User.role == role)
    async for user in await session.stream_scalars(asked):
        yield user


async def by_ids(session: AsyncSession, user_ids: Collection[UUID]) -> Sequence[User]:
    """The accounts with these ids, as far as they exist, in any order."""
    asked = select(User).where(User.id.in_(user_ids)).options(WITH_PREFERENCES)
    return (await session.scalars(asked)).all()


def with_email(email: str) -> Select[UUID]:
    """The id of the account with this address, for other queries."""
    return select(User.id).where(_has(email))


async def by_email(session: AsyncSession, email: str) -> User | None:
    return await session.scalar(select(User).where(_has(email)).options(WITH_PREFERENCES))


async def lock_administrators(session: AsyncSession) -> Sequence[UUID]:
    """The ids of active administrators, who are locked until this transaction ends."""
    asked = select(User.id).where(User.role == "super_admin", User.is_active)
    return (await session.scalars(asked.order_by(User.id).with_for_update())).all()


async def set_role(session: AsyncSession, email: str, role: Role) -> User | None:
    """The changed account; None if there is none with this address."""
    return await _change(session, _has(email), {"role": role})


async def set_active(session: AsyncSession, email: str, *, is_active: bool) -> User | None:
    """The changed account; None if there is none with this address."""
    return await _change(session, _has(email), {"is_active": is_active})


async def change_profile(
    session: AsyncSession, viewer: Viewer, changes: Mapping[str, object]
) -> User | None:
    """Change the viewer's own account, and return it; None if it was removed."""
    return await _change(session, USERS.editable_by(viewer), changes)


async def set_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    await session.execute(
        update(User).where(User.id == user_id).values(password_hash=password_hash)
    )


async def has_password(session: AsyncSession, user_id: UUID, password_hash: str | None) -> bool:
    """Whether the account is active and has this password until the transaction ends."""
    same = (User.id == user_id) & (User.password_hash == password_hash) & User.is_active
    asked = select(User.id).where(same).with_for_update(key_share=True)
    return await session.scalar(asked) is not None


async def change_email(session: AsyncSession, user_id: UUID, email: str) -> str | None:
    """Give an active account another, verified address.

    Returns the one before; None if there is no such account.

    Raises:
        Conflict: `email_taken`, another account has the address.
    """
    user = await session.get(User, user_id, with_for_update=True)
    if user is None or not user.is_active:
        return None
    before = user.email
    with _address_free():
        async with session.begin_nested():
            await _change(session, User.id == user_id, {"email": email, "is_verified": True})
    return before


async def set_verified(session: AsyncSession, user_id: UUID, email: str) -> None:
    """Mark the account's e-mail address as verified, if it is still this one."""
    is_same = (User.id == user_id) & (User.email == email)
    await session.execute(update(User).where(is_same).values(is_verified=True))


async def note_sign_in(session: AsyncSession, user_id: UUID, password_hash: str | None) -> bool:
    """Note a sign-in; False if the account is closed or has another password by now."""
    same = (User.id == user_id) & (User.password_hash == password_hash) & User.is_active
    noted = update(User).where(same).values(last_login_at=func.now()).returning(User.id)
    return await session.scalar(noted) is not None


async def claim_first(session: AsyncSession) -> bool:
    """Whether there is no account yet. Locks out other callers until this transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(FIRST_ACCOUNTS_LOCK)))
    return not await session.scalar(select(select(User.id).exists()))


@contextmanager
def _address_free() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if violated_constraint(error) != "uq_users_lower_email":
            raise
        raise Conflict("email_taken", "Another account has this e-mail address.") from None


async def _change(
    session: AsyncSession, which: ColumnElement[bool], changes: Mapping[str, object]
) -> User | None:
    changed = update(User).where(which).values(updated_at=func.clock_timestamp(), **changes)
    asked = changed.returning(User).options(selectinload(User.preferences))
    return await session.scalar(asked, execution_options={"populate_existing": True})


def _has(email: str) -> ColumnElement[bool]:
    return func.lower(User.email) == func.lower(email)
