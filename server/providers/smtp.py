"""Sends mails by an SMTP server.

The reason of a failure goes to logs and dead letters. Some servers quote the mail in it, so words
that may be part of a link are removed.
"""

import re
import ssl
from email.headerregistry import Address
from typing import Final

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from server.providers.mail import Mail, MailError, MailRefusedError, SmtpServer, compose

SECONDS: Final = 20.0
"""For each step with the mail server; a job has a minute."""
PERMANENT: Final = range(500, 600)
REASON_MAX: Final = 300
MAYBE_SECRET: Final = re.compile(r"\S*(?://|#|\S{32})\S*")


class SmtpMailer:
    def __init__(self, server: SmtpServer, sender: Address) -> None:
        self._server = server
        self._sender = sender
        self._tls_context = _tls_context(server)  # it reads all certificates: 40 ms

    async def send(self, mail: Mail) -> None:
        message = compose(mail, self._sender)
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.is_tls,
            start_tls=None if server.is_here and not server.is_tls else server.requires_starttls,
            tls_context=self._tls_context,
            local_hostname=self._sender.domain,
            timeout=SECONDS,
        )
        try:
            async with client:
                await client.send_message(message)
        except (SMTPException, OSError, ValueError) as error:
            raise _failure(error, mail) from None


def _tls_context(server: SmtpServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.is_here:  # its certificate is usually for another name, and nobody is in between
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _failure(error: Exception, mail: Mail) -> MailError | MailRefusedError:
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, SMTPResponseException):
        reason = _reason(f"{error.code} {error.message}")
        # A wrong password is not the mail's fault: somebody mends it, and the mail goes out.
        is_final = error.code in PERMANENT and not isinstance(error, SMTPAuthenticationError)
        return MailRefusedError(reason) if is_final else MailError(reason)
    reason = _reason(f"{type(error).__name__}: {error}")
    is_unspeakable = isinstance(error, SMTPNotSupported) and not mail.to.isascii()
    return MailRefusedError(reason) if is_unspeakable else MailError(reason)


def _reason(said: str) -> str:
    return MAYBE_SECRET.sub("…", " ".join(said.split()))[:REASON_MAX]
