"""A real SMTP server whose replies a test chooses."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Inbox:
    """What came in, and what the next commands are answered: `{"DATA": ["451 later"]}`."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.was_encrypted = False
        self.user: str | None = None
        self.arrived = asyncio.Event()
        self.hold: asyncio.Event | None = None
        """While it is not set, nothing is answered to DATA."""

    def _answer(self, command: str, usual: str) -> str:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else usual

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        answer = self._answer("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        content = cast("bytes", envelope.content)
        transport = cast("asyncio.Transport", server.transport)
        self.was_encrypted = transport.get_extra_info("sslcontext") is not None
        self.mails.append(message_from_bytes(content, policy=default))
        self.recipients += envelope.rcpt_tos
        self.arrived.set()
        if self.hold is not None:
            await self.hold.wait()
        answer = self._answer("DATA", "250 OK")
        if answer == "hang up":
            transport.abort()
        return answer

    def authenticate(self, *given_by_server: object) -> AuthResult:
        given = cast("LoginPassword", given_by_server[-1])
        self.user = given.login.decode()
        return AuthResult(success=given.password == b"p@ss word", handled=False)


@asynccontextmanager
async def smtp_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, auth: bool = False
) -> AsyncIterator[Inbox]:
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            inbox,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            authenticator=inbox.authenticate if auth else None,
            auth_require_tls=False,
            loop=loop,
        ),
        host="127.0.0.1",
        ssl=tls,
    )
    inbox.port = server.sockets[0].getsockname()[1]
    try:
        yield inbox
    finally:
        if inbox.hold is not None:
            inbox.hold.set()
        server.close()
