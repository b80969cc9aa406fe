"""Accounts: registering, signing in, changing the password."""

from uuid import UUID

from msgspec import Struct

from game.errors import Detail, Forbidden, Invalid, RateLimited, Unauthenticated
from persistence.database import SessionFactory
from persistence.models import Role, User
from persistence.repositories import users
from server.audit import AuditTrail
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignedIn, SignIns
from server.limits import (
    PASSWORD_OF_ACCOUNT,
    REGISTER_FROM_ADDRESS,
    SIGN_IN_FROM_ADDRESS,
    SIGN_IN_OF_ACCOUNT,
    Limit,
    Limits,
)


class Device(Struct, frozen=True):
    """From where somebody signs in."""

    address: str
    user_agent: str


class Accounts:
    """What it takes to let people in. Passwords are hashed while no transaction is open."""

    def __init__(
        self,
        session_factory: SessionFactory,
        sign_ins: SignIns,
        passwords: Passwords,
        limits: Limits,
        audit: AuditTrail,
    ) -> None:
        self._session_factory = session_factory
        self._sign_ins = sign_ins
        self._passwords = passwords
        self._limits = limits
        self._audit = audit

    async def register(
        self, email: str, password: str, full_name: str, role: Role, device: Device
    ) -> tuple[User, str]:
        """The new account and its first token."""
        await self._limits.hit(REGISTER_FROM_ADDRESS, device.address)
        password_hash = await self._passwords.hash(password)
        async with self._session_factory.begin() as db:
            user = await users.create(
                db, email=email, password_hash=password_hash, full_name=full_name, role=role
            )
        return user, await self._let_in(user, device)

    async def sign_in(self, email: str, password: str, device: Device) -> tuple[User, str]:
        """The account and a fresh token.

        Raises:
            Unauthenticated: `wrong_credentials`, the same for an unknown address in every respect.
            Forbidden: `account_inactive`.
            RateLimited: too many failures; those of the account count first, so that a school
                behind one address is not locked out by one pupil.
        """
        async with self._session_factory() as db:
            user = await users.by_email(db, email)
        right, renewed = await self._verify(
            password,
            user,
            device,
            (SIGN_IN_OF_ACCOUNT, email.lower()),
            (SIGN_IN_FROM_ADDRESS, device.address),
        )
        if user is None or not right:
            raise Unauthenticated("wrong_credentials", "The e-mail or the password is wrong.")
        if not user.is_active:
            raise Forbidden("account_inactive", "This account is closed.")
        await self._note_sign_in(user.id, renewed)
        return user, await self._let_in(user, device)

    async def change_password(
        self, viewer: SignedIn, current: str, new: str, device: Device
    ) -> None:
        """Signs out everywhere else."""
        async with self._session_factory() as db:
            user = await users.get(db, viewer.user_id)
        right, _ = await self._verify(
            current, user, device, (PASSWORD_OF_ACCOUNT, str(viewer.user_id))
        )
        if not right:
            wrong = Detail("current_password", "wrong_password", "This is not your password.")
            raise Invalid("wrong_password", "The current password is wrong.", (wrong,))
        password_hash = await self._passwords.hash(new)
        async with self._session_factory.begin() as db:
            await users.set_password(db, viewer.user_id, password_hash)
        self._audit.record(
            "password_changed",
            account_id=viewer.user_id,
            actor_id=viewer.user_id,
            address=device.address,
        )
        await self._sign_ins.revoke_all(viewer.user_id, but=viewer.sign_in_id)

    async def _verify(
        self, password: str, user: User | None, device: Device, *counted: tuple[Limit, str]
    ) -> tuple[bool, str | None]:
        """Only failures count, however many right passwords come at once: a class, one account.

        They are counted before the next password has its turn, so that as many guesses are told to
        be wrong as the limits allow, and no more.
        """
        account_id = user.id if user else None
        async with self._passwords.turn() as verify:
            try:
                for limit, subject in counted:
                    await self._limits.check(limit, subject)
            except RateLimited:
                self._audit.record("sign_in_slowed", account_id=account_id, address=device.address)
                raise
            right, renewed = await verify(password, user.password_hash if user else None)
            if not right:
                self._audit.record("sign_in_failed", account_id=account_id, address=device.address)
                for limit, subject in counted:
                    await self._limits.hit(limit, subject)
        return right, renewed

    async def _let_in(self, user: User, device: Device) -> str:
        return await self._sign_ins.create(user.id, user.role, user.full_name, device.user_agent)

    async def _note_sign_in(self, user_id: UUID, renewed_hash: str | None) -> None:
        async with self._session_factory.begin() as db:
            await users.note_sign_in(db, user_id)
            if renewed_hash is not None:
                await users.set_password(db, user_id, renewed_hash)
