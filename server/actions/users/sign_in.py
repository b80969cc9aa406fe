"""Registers accounts, signs people in and changes their passwords."""

from contextlib import suppress

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.errors import Detail, Forbidden, Invalid, RateLimited, Unauthenticated
from persistence.database import SessionFactory
from persistence.models import Role, User
from persistence.repositories import one_time_links, users
from server.actions.audit_events import AuditTrail
from server.actions.users.mailed_links import welcome
from server.auth.account_cache import appearance_of
from server.auth.devices import Devices
from server.auth.one_time_links import MAILED_FOR
from server.auth.password_strength import require_strong_password
from server.auth.passwords import Applicant, ClientLeaves, ClientLeft, Passwords, Rank
from server.auth.sign_in_throttle import SignInThrottle, Source
from server.auth.sign_ins import SignedIn, SignIns
from server.jobs.job import enqueue
from server.jobs.users import SendEmailChangeLink, end_sign_ins
from server.limits import CHANGE_EMAIL_OF_ACCOUNT, CHANGE_EMAIL_TO, REGISTER_FROM_ADDRESS, Limits


class Client(Struct, frozen=True):
    """The client that somebody signs in with.

    `token` is that of the browser's present sign-in, which a new one replaces. `leaves` returns
    once the connection is closed.
    """

    address: str
    user_agent: str
    token: str | None
    device_cookie: str | None
    leaves: ClientLeaves
    locale: str = "en"
    """The language for mails."""


class NewSignIn(Struct, frozen=True):
    """`token` is returned only here. `device_cookie` makes the browser known, see devices.py."""

    user: User
    token: str
    device_cookie: str


class Authenticator:
    """Checks passwords and makes sign-ins. No transaction is open while a password is hashed."""

    def __init__(  # noqa: PLR0913  # its collaborators
        self,
        *,
        session_factory: SessionFactory,
        sign_ins: SignIns,
        passwords: Passwords,
        limits: Limits,
        throttle: SignInThrottle,
        devices: Devices,
        audit: AuditTrail,
    ) -> None:
        self._session_factory = session_factory
        self._sign_ins = sign_ins
        self._passwords = passwords
        self._limits = limits
        self._throttle = throttle
        self._devices = devices
        self._audit = audit

    async def register(
        self, email: str, password: str, full_name: str, role: Role, client: Client
    ) -> NewSignIn:
        """Create an account and sign in.

        Raises:
            Refusal: `email_taken`; `password_guessable`; `rate_limited`; `too_busy`.
        """
        await self._limits.hit(REGISTER_FROM_ADDRESS, client.address)
        require_strong_password(password, email=email, full_name=full_name)
        rank = await self._rank_at(client.address)
        password_hash = await self._passwords.hash(
            password, Applicant("registering", client.address, rank, client.leaves)
        )
        async with self._session_factory.begin() as db:
            user = await users.create(
                db, email=email, password_hash=password_hash, full_name=full_name, role=role
            )
            await users.note_sign_in(db, user.id, password_hash)
            await welcome(db, user, client.locale)
        return await self._let_in(user, password_hash, client)

    async def sign_in(self, email: str, password: str, client: Client) -> NewSignIn:
        """Sign in with a password.

        Raises:
            Unauthenticated: `wrong_credentials`, also if no account has this address; the two
                cannot be told apart.
            Forbidden: `account_inactive`.
            RateLimited: too many failures, see sign_in_throttle.py.
            Unavailable: `too_busy`.
        """
        async with self._session_factory() as db:
            user = await users.by_email(db, email)
        device = self._device_of(client, user) if user else None
        source = Source(email.lower(), client.address)
        if device is not None:
            source = Source(email.lower(), f"device {device}", is_known=True)
        right, renewed = await self._verify(password, user, source, client)
        if user is None or not right:
            raise Unauthenticated("wrong_credentials", "The e-mail or the password is wrong.")
        if not user.is_active:
            raise Forbidden("account_inactive", "This account is closed.")
        new = await self._let_in(user, renewed or user.password_hash, client)
        if not await self._note_sign_in(user, renewed):
            await self._sign_ins.end(new.token)
            return await self.sign_in(email, password, client)  # the account changed meanwhile
        return new

    async def change_password(
        self, viewer: SignedIn, current: str, new: str, client: Client
    ) -> str:
        """Change the own password, and end all other sign-ins.

        Returns the cookie by which this browser stays known.

        Raises:
            Refusal: `wrong_password`; `password_guessable`; `rate_limited`; `too_busy`.
        """
        async with self._session_factory() as db:
            user = await users.own(db, viewer)
        if user is not None:
            require_strong_password(
                new, email=user.email or "", full_name=user.full_name, field="new_password"
            )
        before = await self._require_password(viewer, current, "current_password", client)
        subject = str(viewer.user_id)
        applicant = Applicant(subject, client.address, Rank.KNOWN, client.leaves)
        password_hash = await self._passwords.hash(new, applicant)
        async with self._session_factory.begin() as db:
            await _require_unchanged(db, viewer, before, "current_password")
            await users.set_password(db, viewer.user_id, password_hash)
            end = await end_sign_ins(db, viewer.user_id, but=viewer.sign_in_id)
        self._audit.record(
            "password_changed",
            account_id=viewer.user_id,
            actor_id=viewer.user_id,
            address=client.address,
        )
        await end.apply(self._sign_ins)
        return self._devices.cookie(viewer.user_id, password_hash)

    async def request_email_change(
        self, viewer: SignedIn, email: str, password: str, client: Client
    ) -> None:
        """Have a link sent to a new address of the own account.

        Whether another account has the address is found out by the job, so nothing tells.

        Raises:
            Refusal: `wrong_password`; `rate_limited`; `too_busy`.
        """
        before = await self._require_password(viewer, password, "password", client)
        await self._limits.hit(CHANGE_EMAIL_OF_ACCOUNT, str(viewer.user_id))
        await self._limits.hit(CHANGE_EMAIL_TO, email.lower())
        link_id = uuid7()
        async with self._session_factory.begin() as db:
            await _require_unchanged(db, viewer, before, "password")
            await one_time_links.add(
                db, link_id, viewer.user_id, "change_email", MAILED_FOR, email=email
            )
            await enqueue(db, SendEmailChangeLink(viewer.user_id, email, client.locale, link_id))

    async def _require_password(
        self, viewer: SignedIn, password: str, field: str, client: Client
    ) -> str | None:
        """The hash of the viewer's password. Raises Invalid, `wrong_password`, if it is another."""
        async with self._session_factory() as db:
            user = await users.own(db, viewer)
        source = Source(str(viewer.user_id), f"sign-in {viewer.sign_in_id}", is_known=True)
        right, _ = await self._verify(password, user, source, client)
        if not right:
            raise _wrong_password(field)
        return user.password_hash if user else None

    async def _verify(
        self, password: str, user: User | None, source: Source, client: Client
    ) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash to store.

        An attempt is counted as failed before the password is checked, and taken back if it is
        right. It is counted only when its turn has come, because few have a turn at the same time:
        so a class that signs in at once is not slowed down. It also counts if the client leaves.
        """
        account_id = user.id if user else None
        try:
            await self._throttle.check(source)
            rank = Rank.KNOWN if source.is_known else await self._rank_at(client.address)
            applicant = Applicant(source.account, client.address, rank, client.leaves)
            async with self._passwords.turn(applicant) as verify:
                await self._throttle.begin_attempt(source)
                right, renewed = await verify(password, user.password_hash if user else None)
        except ClientLeft:
            with suppress(RateLimited):
                await self._throttle.begin_attempt(source)
            raise
        except RateLimited:
            self._audit.record("sign_in_slowed", account_id=account_id, address=client.address)
            raise
        if right:
            await self._throttle.succeeded(source)
        else:
            self._audit.record("sign_in_failed", account_id=account_id, address=client.address)
        return right, renewed

    async def _rank_at(self, address: str) -> Rank:
        return Rank.SUSPECT if await self._throttle.has_failed(address) else Rank.STRANGER

    def _device_of(self, client: Client, user: User) -> str | None:
        return self._devices.device_of(client.device_cookie, user.id, user.password_hash)

    async def _let_in(self, user: User, password_hash: str | None, client: Client) -> NewSignIn:
        if client.token is not None:
            await self._sign_ins.end(client.token)
        token = await self._sign_ins.create(
            user.id, user.role, user.full_name, client.user_agent, appearance_of(user)
        )
        device_cookie = self._devices.cookie(user.id, password_hash, client.device_cookie)
        return NewSignIn(user, token, device_cookie)

    async def _note_sign_in(self, user: User, renewed_hash: str | None) -> bool:
        """Note the sign-in; False if the password was changed or the account closed meanwhile.

        Either of these ends all sign-ins that exist at that time. This runs after the new sign-in
        was made, so no sign-in escapes both.
        """
        async with self._session_factory.begin() as db:
            noted = await users.note_sign_in(db, user.id, user.password_hash)
            if noted and renewed_hash is not None:
                await users.set_password(db, user.id, renewed_hash)
        return noted


async def _require_unchanged(
    db: AsyncSession, viewer: SignedIn, password_hash: str | None, field: str
) -> None:
    """Raises Invalid, `wrong_password`, if the password was replaced since it was checked."""
    if not await users.has_password(db, viewer.user_id, password_hash):
        raise _wrong_password(field)


def _wrong_password(field: str) -> Invalid:
    wrong = Detail(field, "wrong_password", "This is not your password.")
    return Invalid("wrong_password", "The current password is wrong.", (wrong,))
