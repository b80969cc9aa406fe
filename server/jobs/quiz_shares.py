"""The job that tells a colleague that a quiz is shared with them."""

from uuid import UUID

from game.rules.user_preferences import Preferences
from persistence.repositories import quiz_shares, users
from server.jobs.job import Job, Resources
from server.mails import LinkMail


class SendShareNote(Job, frozen=True):
    """Tells a colleague by mail, if they want such mails and the quiz is still shared."""

    quiz_id: UUID
    user_id: UUID
    locale: str

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory() as db:
            note = await quiz_shares.note(db, self.quiz_id, self.user_id)
            user = await users.get(db, self.user_id)
        if note is None or user is None or user.email is None or not user.is_active:
            return
        preferences = user.preferences or Preferences()
        if not preferences.email_shares:
            return
        mail = LinkMail(
            "quiz_shared",
            user.email,
            preferences.locale or self.locale,
            f"{resources.site_url}/dashboard?view=shared",
            note.share_id,
            {"owner": note.owner, "title": note.title},
            resources.unsubscribe(self.user_id, "email_shares"),
        )
        await resources.send(mail)
