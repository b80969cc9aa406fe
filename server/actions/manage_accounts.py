"""What an administrator does to accounts. Each change is in force in all processes at once."""

from game.errors import NotFound
from persistence.database import SessionFactory
from persistence.models import Role, User
from persistence.repositories import users
from server.auth.account_cache import AccountCache
from server.auth.sign_ins import SignIns


class AccountManager:
    """Everything here raises NotFound, `not_found`, for an address of no account."""

    def __init__(
        self, session_factory: SessionFactory, accounts: AccountCache, sign_ins: SignIns
    ) -> None:
        self._session_factory = session_factory
        self._accounts = accounts
        self._sign_ins = sign_ins

    async def set_role(self, email: str, role: Role) -> User:
        async with self._session_factory.begin() as db:
            user = _found(await users.set_role(db, email, role), email)
        await self._accounts.changed(user)
        return user

    async def activate(self, email: str) -> User:
        return await self._set_active(email, is_active=True)

    async def deactivate(self, email: str) -> User:
        """Close the account and end its sign-ins."""
        user = await self._set_active(email, is_active=False)
        await self._sign_ins.revoke_all(user.id)
        return user

    async def _set_active(self, email: str, *, is_active: bool) -> User:
        async with self._session_factory.begin() as db:
            user = _found(await users.set_active(db, email, is_active=is_active), email)
        await self._accounts.changed(user)
        return user


def _found(user: User | None, email: str) -> User:
    if user is None:
        raise NotFound("not_found", f"No account has the e-mail address {email}.")
    return user
