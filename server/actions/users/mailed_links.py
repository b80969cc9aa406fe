"""Sends one-time links by mail, for a new password or to verify an e-mail address."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from persistence.database import SessionFactory
from persistence.models import OneTimeLink, User
from persistence.repositories import one_time_links, users
from server.actions.audit_events import record_in
from server.auth.one_time_links import OneTimeLinks, link_invalid
from server.jobs.job import enqueue
from server.jobs.users import SendEmailChangedNote, SendPasswordLink, SendVerificationLink
from server.limits import FORGOTTEN_FROM_ADDRESS, FORGOTTEN_OF_EMAIL, VERIFY_OF_ACCOUNT, Limits


class MailedLinks:
    """Enqueues the mails, with rate limits, and redeems the links that verify an address."""

    def __init__(
        self, session_factory: SessionFactory, links: OneTimeLinks, limits: Limits
    ) -> None:
        self._session_factory = session_factory
        self._links = links
        self._limits = limits

    async def forgot_password(self, email: str, locale: str, address: str) -> None:
        """Send a link for a new password, if an account has this e-mail address.

        Only the job finds out whether one has, so the request takes equally long either way.

        Raises:
            RateLimited: too many requests from this network, or for this e-mail address.
        """
        await self._limits.hit(FORGOTTEN_FROM_ADDRESS, address)
        await self._limits.hit(FORGOTTEN_OF_EMAIL, email.lower())
        async with self._session_factory.begin() as db:
            await enqueue(db, SendPasswordLink(email, locale, uuid7()))

    async def send_verification(self, user_id: UUID, locale: str) -> None:
        """Send another link, unless the e-mail address is verified already.

        Raises:
            RateLimited: too many requests for this account.
        """
        await self._limits.hit(VERIFY_OF_ACCOUNT, str(user_id))
        async with self._session_factory.begin() as db:
            await enqueue(db, SendVerificationLink(user_id, locale, uuid7()))

    async def verify_email(self, token: str, locale: str, address: str) -> None:
        """Verify the e-mail address to which the link with this token was sent.

        If it was sent to a new address, that becomes the account's.

        Raises:
            Invalid: `link_invalid`, the link was used or is too old.
            Conflict: `email_taken`, another account has the new address by now.
        """
        link_id = self._links.id_in(token)
        if link_id is None:
            raise link_invalid()
        async with self._session_factory.begin() as db:
            change = await one_time_links.find(db, link_id, "change_email")
            if change is not None:
                await _change_email(db, change, locale, address)
                return
            link = await one_time_links.find(db, link_id, "verify_email")
            if link is None or not await one_time_links.use(db, link_id, "verify_email"):
                raise link_invalid()
            await users.set_verified(db, link.user_id, link.email or "")


async def _change_email(db: AsyncSession, link: OneTimeLink, locale: str, address: str) -> None:
    # The account's row first: anybody who uses a link of it at the same time waits for it.
    before = await users.change_email(db, link.user_id, link.email or "")
    if before is None or not await one_time_links.use(db, link.id, "change_email"):
        raise link_invalid()
    # Whoever reads mail at the old address has no way to a new password any more.
    await one_time_links.end_unused(db, link.user_id, "reset_password", "change_email")
    await record_in(
        db, "email_changed", account_id=link.user_id, actor_id=link.user_id, address=address
    )
    await enqueue(db, SendEmailChangedNote(before, locale, link.id))


async def welcome(db: AsyncSession, user: User, locale: str) -> None:
    """Send the first verification link, in the transaction that creates the account."""
    await enqueue(db, SendVerificationLink(user.id, locale, uuid7()))
