"""Manages accounts: roles, activity and passwords. Changes take effect in all processes at once."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.errors import Conflict, Forbidden, NotFound
from persistence.database import SessionFactory
from persistence.models import AuditKind, OneTimeLink, Role, User
from persistence.repositories import one_time_links, users
from server.actions.audit_events import record_in
from server.auth.one_time_links import HANDED_OVER_FOR, OneTimeLinks, link_invalid
from server.auth.password_strength import require_strong_password
from server.auth.passwords import Applicant, Passwords, Rank
from server.auth.sign_ins import SignIns
from server.jobs.job import enqueue
from server.jobs.users import PublishAccount, end_sign_ins

PURPOSE: Final = "reset_password"


class UserManager:
    """Changes other people's accounts.

    A method that takes an e-mail address raises NotFound, `not_found`, if no account has it.
    """

    def __init__(
        self,
        session_factory: SessionFactory,
        sign_ins: SignIns,
        passwords: Passwords,
        links: OneTimeLinks,
    ) -> None:
        self._session_factory = session_factory
        self._sign_ins = sign_ins
        self._passwords = passwords
        self._links = links

    async def set_role(self, email: str, role: Role) -> bool:
        """Give the account a role; False if it had that role already.

        Raises:
            Conflict: `last_administrator`.
        """
        async with self._session_factory.begin() as db:
            before = (await _changeable(db, email, stays=role == "super_admin")).role
            user = require_user(await users.set_role(db, email, role), email)
            if before != role:
                await record_in(db, "role_changed", account_id=user.id, role=role)
            await enqueue(db, PublishAccount(user.id))
        await self._sign_ins.accounts.changed(user)
        return before != role

    async def set_active(self, email: str, *, is_active: bool) -> bool:
        """Reopen the account, or close it and end its sign-ins; False if nothing changed.

        The sign-ins of a closed account are ended again, because Redis may have been away when it
        was closed.

        Raises:
            Conflict: `last_administrator`.
        """
        kind: AuditKind = "account_reactivated" if is_active else "account_deactivated"
        async with self._session_factory.begin() as db:
            before = (await _changeable(db, email, stays=is_active)).is_active
            user = require_user(await users.set_active(db, email, is_active=is_active), email)
            if before != is_active:
                await record_in(db, kind, account_id=user.id)
            await enqueue(db, PublishAccount(user.id))
            end = None if is_active else await end_sign_ins(db, user.id)
        await self._sign_ins.accounts.changed(user)
        if end is not None:
            await end.apply(self._sign_ins)
        return before != is_active

    async def make_password_link(self, email: str) -> str:
        """Make a link with which the account's password can be set once, and return its token.

        Raises:
            Forbidden: `account_inactive`.
        """
        async with self._session_factory.begin() as db:
            user = require_user(await users.by_email(db, email), email)
            if not user.is_active:
                raise Forbidden("account_inactive", "This account is closed: activate it first.")
            link_id = uuid7()
            await one_time_links.end_unused(db, user.id, PURPOSE)
            await one_time_links.add(db, link_id, user.id, PURPOSE, HANDED_OVER_FOR)
            await record_in(db, "password_link_made", account_id=user.id)
        return self._links.token(link_id)

    async def find_password_link(self, token: str) -> tuple[OneTimeLink, User]:
        """The link of a token, and its account. The link is not used up by this.

        Raises:
            Invalid: `link_invalid`, the link was used or is too old, or its account is closed.
        """
        link_id = self._links.id_in(token)
        if link_id is None:
            raise link_invalid()
        async with self._session_factory() as db:
            link = await one_time_links.find(db, link_id, PURPOSE)
            user = await users.get(db, link.user_id) if link else None
        if link is None or user is None or not user.is_active:
            raise link_invalid()
        return link, user

    async def reset_password(self, token: str, password: str, address: str) -> User:
        """Set the password by a link, and end all sign-ins. Returns the changed account.

        Raises:
            Invalid: `link_invalid`, the link was used or is too old, or its account is closed;
                `password_guessable`.
        """
        link, user = await self.find_password_link(token)
        require_strong_password(password, email=user.email or "", full_name=user.full_name)
        password_hash = await self._passwords.hash(
            password, Applicant(f"user {user.id}", address, Rank.KNOWN)
        )
        async with self._session_factory.begin() as db:
            now = await users.get(db, user.id)
            if now is None or not now.is_active:
                raise link_invalid()
            # The account's row first: anybody who uses a link of it at the same time waits for it.
            await users.set_password(db, user.id, password_hash)
            if not await one_time_links.use(db, link.id, PURPOSE):
                raise link_invalid()
            if link.email is not None:
                await users.set_verified(db, user.id, link.email)
            await record_in(db, "password_changed", account_id=user.id, address=address)
            end = await end_sign_ins(db, user.id)
        await end.apply(self._sign_ins)
        return now

    async def replace_password(self, user_id: UUID, password: str) -> None:
        """Replace a password that others may know, and end all sign-ins."""
        password_hash = await self._passwords.hash(password)
        async with self._session_factory.begin() as db:
            await users.set_password(db, user_id, password_hash)
            await record_in(db, "password_changed", account_id=user_id)
            end = await end_sign_ins(db, user_id)
        await end.apply(self._sign_ins)


async def _changeable(db: AsyncSession, email: str, *, stays: bool) -> User:
    """The account before the change. `stays`: it remains an active administrator if it is one.

    Raises:
        Conflict: `last_administrator`, the change would leave no active administrator.
    """
    administrators = await users.lock_administrators(db)
    user = require_user(await users.by_email(db, email), email)
    if not stays and administrators == [user.id]:
        raise Conflict(
            "last_administrator",
            f"{email} is the last active administrator: give another account the role first.",
        )
    return user


def require_user(user: User | None, email: str) -> User:
    """The account that was looked up by its address.

    Raises:
        NotFound: `not_found`, there is none.
    """
    if user is None:
        raise NotFound("not_found", f"No account has the e-mail address {email}.")
    return user
