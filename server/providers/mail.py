"""The interface for sending mails, and a mailer that writes them into files instead."""

import asyncio
import os
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import localtime
from ipaddress import ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from msgspec import Struct

_PLAIN = r"[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]"
ADDRESS: Final = re.compile(rf"{_PLAIN}{{1,64}}@{_PLAIN}{{1,255}}")

log = structlog.get_logger(__name__)


class MailError(Exception):
    """The mail could not be sent now; a retry may help."""


class MailRefusedError(Exception):
    """The mail server refuses the mail for good; a retry would not help."""


class Mail(Struct, frozen=True):
    """A mail. Sent twice with the same `message_id`, it is the same mail to its reader."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    unsubscribe: str | None = None
    """Where a mail program ends these mails with one press."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Raises MailError and MailRefusedError."""


class SmtpServer(Struct, frozen=True):
    """A mail server. `secured`: the connection begins with TLS."""

    host: str
    port: int
    username: str | None
    password: str | None
    is_tls: bool
    requires_starttls: bool

    @property
    def is_here(self) -> bool:
        return _is_loopback(self.host)


def parse_smtp_url(text: str) -> SmtpServer:
    """Parse `smtp://user:password@host:port` or `smtps://…`; a ValueError does not quote it.

    Servers on other machines must offer STARTTLS, unless the URL ends with `?starttls=no`.
    """
    wrong = ValueError("is not an address like smtp://user:password@host:587 or smtps://…:465")
    try:
        url = urlsplit(text)
        port = url.port
        query = parse_qs(url.query, strict_parsing=True) if url.query else {}
    except ValueError:
        raise wrong from None
    is_odd = url.path.strip("/") or url.fragment or query not in ({}, {"starttls": ["no"]})
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or is_odd:
        raise wrong
    is_tls = url.scheme == "smtps"
    return SmtpServer(
        host=url.hostname,
        port=port or (465 if is_tls else 587),
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        is_tls=is_tls,
        requires_starttls=not (is_tls or query or _is_loopback(url.hostname)),
    )


def parse_sender(text: str) -> Address:
    """Parse `Kuis <no-reply@school.example>` or an address alone, or raise a ValueError."""
    wrong = ValueError(f"is not a sender like Kuis <no-reply@school.example>: {text!r}")
    name, _, rest = text.rpartition("<")
    try:
        address = _address(rest.removesuffix(">").strip())
        return Address(name.strip().strip('"'), address.username, address.domain)
    except ValueError:
        raise wrong from None


class FileMailer:
    """Writes mails into a directory that only the server's account can read."""

    def __init__(self, directory: Path, sender: Address) -> None:
        self._directory = directory
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        message = compose(mail, self._sender)
        try:
            path = await asyncio.to_thread(self._write, message, mail.message_id)
        except OSError as error:
            raise MailError(f"{self._directory} cannot be written: {error.strerror}") from None
        log.info("mail_written", file=str(path))

    def _write(self, message: EmailMessage, message_id: str) -> Path:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / (re.sub(r"[^A-Za-z0-9]+", "-", message_id).strip("-") + ".eml")
        with NamedTemporaryFile(dir=self._directory, suffix=".part", delete=False) as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name).replace(path)


def compose(mail: Mail, sender: Address) -> EmailMessage:
    """The mail as a message; MailRefusedError if its recipient is not an e-mail address."""
    try:
        recipient = _address(mail.to)
    except ValueError:
        raise MailRefusedError("This is not an e-mail address.") from None
    message = EmailMessage(SMTP if recipient.addr_spec.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = mail.subject
    message["Date"] = localtime()
    message["Message-ID"] = f"<{mail.message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # prevents automatic out-of-office replies
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _address(text: str) -> Address:
    """Parse an address, with its domain in IDNA. Only the part before the @ may be non-ASCII."""
    if not ADDRESS.fullmatch(text):
        raise ValueError(text)
    username, _, domain = text.partition("@")
    return Address(username=username, domain=domain.encode("idna").decode())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
