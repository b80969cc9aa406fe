"""The jobs that send mails with one-time links, and those that put changes of accounts in force.

The job of a mail holds the id of a link but not its token, which is derived from the id and the
secret key. Its locale is that of the request, for accounts that have not chosen a language.

A change of an account is in force in all processes once Redis knows it. Whoever makes the change
tells Redis after the commit, and enqueues one of these jobs in the transaction. The job does it if
the process died before that or Redis was away.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import LinkPurpose, User
from persistence.repositories import one_time_links, users
from server.auth.one_time_links import MAILED_FOR
from server.auth.sign_ins import SignIns
from server.jobs.job import Job, Resources, enqueue
from server.mails import LinkMail


class SendPasswordLink(Job, frozen=True):
    """Sends a link for a new password, if an active account has this e-mail address."""

    email: str
    locale: str
    link_id: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            user = await users.by_email(db, self.email)
        if user is not None and user.is_active:
            await _send(resources, user, "reset_password", self.locale, self.link_id, to=user.email)


class SendVerificationLink(Job, frozen=True):
    """Sends a link that verifies the e-mail address of an account."""

    user_id: UUID
    locale: str
    link_id: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            user = await users.get(db, self.user_id)
        if user is not None and user.is_active and not user.is_verified:
            await _send(resources, user, "verify_email", self.locale, self.link_id, to=user.email)


class SendEmailChangeLink(Job, frozen=True):
    """Sends a link to an account's new address; to nobody if another account has it.

    The link was made with the job, so a new password ends it even if it is not sent yet.
    """

    user_id: UUID
    email: str
    locale: str
    link_id: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            user = await users.get(db, self.user_id)
            owner = await users.by_email(db, self.email)
        if user is None or not user.is_active or owner not in {None, user}:
            return
        async with resources.session_factory.begin() as db:
            is_unused = await one_time_links.prolong(db, self.link_id, MAILED_FOR)
        if is_unused:
            await _mail(resources, user, "change_email", self.locale, self.link_id, to=self.email)


class SendEmailChangedNote(Job, frozen=True):
    """Tells the address that an account had before that it has another one."""

    email: str
    locale: str
    link_id: UUID
    """Of the link that was used."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        note = LinkMail("email_changed", self.email, self.locale, None, self.link_id)
        await resources.send(note)


class PublishAccount(Job, frozen=True):
    """Puts an account in force as it is now."""

    user_id: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            user = await users.get(db, self.user_id)
        if user is not None:
            await resources.sign_ins.accounts.changed(user)


class EndSignIns(Job, frozen=True):
    """Ends the sign-ins that an account had at a moment, less one; later ones stay."""

    user_id: UUID
    made_before: datetime
    but: str | None = None

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        await self.apply(resources.sign_ins)

    async def apply(self, sign_ins: SignIns) -> None:
        await sign_ins.revoke_all(self.user_id, but=self.but, made_before=self.made_before)


async def end_sign_ins(db: AsyncSession, user_id: UUID, *, but: str | None = None) -> EndSignIns:
    """Enqueue that the account's sign-ins end; the job, to be applied after the commit as well.

    Its links end too. Whoever knew the old password may have asked for another e-mail address.

    The account's row must have been changed before: a sign-in that is made now waits for that, and
    then finds that the account has changed.
    """
    await one_time_links.end_unused(db, user_id, "reset_password", "change_email")
    job = EndSignIns(user_id, datetime.now(UTC), but)
    await enqueue(db, job)
    return job


PATHS: dict[LinkPurpose, str] = {
    "reset_password": "/reset-password",
    "verify_email": "/verify-email",
    "change_email": "/verify-email",
}


async def _send(  # noqa: PLR0913  # what a mail needs
    resources: Resources,
    user: User,
    purpose: LinkPurpose,
    locale: str,
    link_id: UUID,
    *,
    to: str | None,
) -> None:
    if to is None:
        return
    async with resources.session_factory.begin() as db:
        is_unused = await one_time_links.add(db, link_id, user.id, purpose, MAILED_FOR, email=to)
    if is_unused:  # else an earlier run sent it, and its user has used it
        await _mail(resources, user, purpose, locale, link_id, to=to)


async def _mail(  # noqa: PLR0913  # the same
    resources: Resources,
    user: User,
    purpose: LinkPurpose,
    locale: str,
    link_id: UUID,
    *,
    to: str,
) -> None:
    link = f"{resources.site_url}{PATHS[purpose]}#{resources.links.token(link_id)}"
    chosen = user.preferences.locale if user.preferences else None
    await resources.send(LinkMail(purpose, to, chosen or locale, link, link_id))
