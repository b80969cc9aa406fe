"""What an administrator does to accounts. Each change is in force in all processes at once."""

from uuid import UUID

from game.errors import NotFound
from persistence.database import SessionFactory
from persistence.models import Role, User
from persistence.repositories import users
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignIns


class AccountManager:
    """Everything here raises NotFound, `not_found`, for an address of no account."""

    def __init__(
        self, session_factory: SessionFactory, sign_ins: SignIns, passwords: Passwords
    ) -> None:
        self._session_factory = session_factory
        self._sign_ins = sign_ins
        self._passwords = passwords

    async def set_role(self, email: str, role: Role) -> User:
        async with self._session_factory.begin() as db:
            user = _found(await users.set_role(db, email, role), email)
        await self._sign_ins.accounts.changed(user)
        return user

    async def activate(self, email: str) -> User:
        return await self._set_active(email, is_active=True)

    async def deactivate(self, email: str) -> User:
        """Close the account and end its sign-ins."""
        user = await self._set_active(email, is_active=False)
        await self._sign_ins.revoke_all(user.id)
        return user

    async def set_password(self, user_id: UUID, password: str) -> None:
        """Set a password in place of a forgotten one, and end all sign-ins."""
        password_hash = await self._passwords.hash(password)
        async with self._session_factory.begin() as db:
            await users.set_password(db, user_id, password_hash)
        await self._sign_ins.revoke_all(user_id)

    async def _set_active(self, email: str, *, is_active: bool) -> User:
        async with self._session_factory.begin() as db:
            user = _found(await users.set_active(db, email, is_active=is_active), email)
        await self._sign_ins.accounts.changed(user)
        return user


def _found(user: User | None, email: str) -> User:
    if user is None:
        raise NotFound("not_found", f"No account has the e-mail address {email}.")
    return user
