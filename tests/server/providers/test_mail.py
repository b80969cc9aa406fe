"""Mails reach a real SMTP server, and what it says decides whether they are sent again."""

import asyncio
import ssl
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from server.providers import mail, smtp
from server.providers.mail import (
    FileMailer,
    Mail,
    MailError,
    MailRefusedError,
    SmtpServer,
    parse_sender,
    parse_smtp_url,
)
from server.providers.smtp import SmtpMailer
from tests.server.providers.smtp_server import Inbox, smtp_server
from tests.server.serve.test_listeners import certificate  # noqa: F401

SENDER = parse_sender("Kuis <no-reply@kuis.example>")
MAIL = Mail(
    to="siti@school.example",
    subject="Selamat datang, Sóm",
    text="Open https://kuis.example/reset-password#abc",
    html='<p><a href="https://kuis.example/reset-password#abc">Open</a></p>',
    message_id="one.2.three",
    unsubscribe="https://kuis.example/unsubscribe/abc",
)


def mailer(inbox: Inbox, scheme: str = "smtp", login: str = "") -> SmtpMailer:
    return SmtpMailer(parse_smtp_url(f"{scheme}://{login}127.0.0.1:{inbox.port}"), SENDER)


async def test_a_mail_arrives_whole() -> None:
    async with smtp_server() as inbox:
        await mailer(inbox).send(MAIL)
        await mailer(inbox).send(MAIL)
    first, again = inbox.mails
    assert inbox.recipients == [MAIL.to, MAIL.to]
    assert first["Message-ID"] == again["Message-ID"] == "<one.2.three@kuis.example>"
    assert (first["From"], first["To"]) == ("Kuis <no-reply@kuis.example>", MAIL.to)
    assert first["Subject"] == MAIL.subject
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["List-Unsubscribe"] == "<https://kuis.example/unsubscribe/abc>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (first.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == MAIL.text
    assert html.get_content().strip() == MAIL.html


async def test_certificates_are_read_once_for_all_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    make, made = ssl.create_default_context, list[ssl.SSLContext]()

    def counted() -> ssl.SSLContext:
        made.append(make())
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", counted)
    async with smtp_server() as inbox:
        one = mailer(inbox)
        for _ in range(3):
            await one.send(MAIL)
    assert (len(inbox.mails), len(made)) == (3, 1)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_refused_for_good(command: str) -> None:
    async with smtp_server() as inbox:
        inbox.answers[command] = ["550 5.1.1 no such mailbox"]
        with pytest.raises(MailRefusedError, match=r"^550 5\.1\.1 no such mailbox$"):
            await mailer(inbox).send(MAIL)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_greylisted_for_now(command: str) -> None:
    async with smtp_server() as inbox:
        inbox.answers[command] = ["451 4.7.1 come back later"]
        with pytest.raises(MailError, match=r"^451 4\.7\.1 come back later$"):
            await mailer(inbox).send(MAIL)
        await mailer(inbox).send(MAIL)


async def test_what_a_server_quotes_of_a_link_is_left_out() -> None:
    token = "0123456789abcdef" * 4
    async with smtp_server() as inbox:
        inbox.answers["DATA"] = [f"554 spam: https://kuis.example/r#{token} and {token} found"]
        with pytest.raises(MailRefusedError) as refused:
            await mailer(inbox).send(MAIL)
    assert str(refused.value) == "554 spam: … and … found"


async def test_a_connection_lost_after_the_mail_was_sent_is_no_refusal() -> None:
    async with smtp_server() as inbox:
        inbox.answers["DATA"] = ["hang up"]
        with pytest.raises(MailError):
            await mailer(inbox).send(MAIL)
        await mailer(inbox).send(MAIL)
    first, again = inbox.mails
    assert first["Message-ID"] == again["Message-ID"]


async def test_a_server_that_is_away_or_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 0.1)
    async with smtp_server() as inbox:
        inbox.hold = asyncio.Event()
        with pytest.raises(MailError, match="Timeout"):
            await mailer(inbox).send(MAIL)
    with pytest.raises(MailError, match="Connect"):
        await mailer(inbox).send(MAIL)


async def test_it_signs_in_and_a_wrong_password_is_not_the_mails_fault() -> None:
    async with smtp_server(auth=True) as inbox:
        await mailer(inbox, login="user%40host:p%40ss%20word@").send(MAIL)
        assert inbox.user == "user@host"
        with pytest.raises(MailError, match="535"):
            await mailer(inbox, login="user:wrong@").send(MAIL)


@pytest.fixture
def theirs(certificate: dict[str, str]) -> ssl.SSLContext:  # noqa: F811  # the fixture
    """What a mail server shows that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate["tls_cert"], certificate["tls_key"])
    return context


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mail server count as another machine."""
    monkeypatch.setattr(mail, "_is_loopback", lambda _: False)


@pytest.mark.usefixtures("elsewhere")
async def test_elsewhere_nothing_goes_unencrypted_or_to_a_stranger(
    theirs: ssl.SSLContext,
    certificate: dict[str, str],  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        smtp_server() as plain,
        smtp_server(starttls=theirs) as starttls,
        smtp_server(tls=theirs) as tls,
    ):
        for inbox, scheme in ((plain, "smtp"), (starttls, "smtp"), (tls, "smtps")):
            with pytest.raises(MailError):
                await mailer(inbox, scheme).send(MAIL)
            assert inbox.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", certificate["tls_cert"])  # what clients trust
        for inbox, scheme in ((starttls, "smtp"), (tls, "smtps")):
            await mailer(inbox, scheme).send(MAIL)
            assert inbox.was_encrypted
        url = f"smtp://127.0.0.1:{plain.port}?starttls=no"
        await SmtpMailer(parse_smtp_url(url), SENDER).send(MAIL)
        assert not plain.was_encrypted


async def test_on_this_machine_starttls_is_used_if_it_is_offered(theirs: ssl.SSLContext) -> None:
    async with smtp_server(starttls=theirs) as inbox:
        await mailer(inbox).send(MAIL)
        assert inbox.was_encrypted


@pytest.mark.parametrize(
    ("to", "recipient"),
    [
        ("ani@exämple.test", "ani@xn--exmple-cua.test"),
        ("söm@exämple.test", "söm@xn--exmple-cua.test"),
    ],
)
async def test_internationalised_addresses(to: str, recipient: str) -> None:
    async with smtp_server() as inbox:
        await mailer(inbox).send(msgspec.structs.replace(MAIL, to=to))
    assert inbox.recipients == [recipient]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b@c",
        "a@example.test, b@example.test",
        "a@example.test\r\nBcc: b@example.test",
        "a@example.test\nSubject: hello",
        "<a@example.test> NOTIFY=NEVER",
    ],
)
async def test_what_is_no_address_gets_no_mail(to: str) -> None:
    async with smtp_server() as inbox:
        with pytest.raises(MailRefusedError):
            await mailer(inbox).send(msgspec.structs.replace(MAIL, to=to))
    assert inbox.recipients == []


async def test_without_a_server_mails_are_files_of_which_the_log_names_only_the_name(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "data" / "mail"
    with capture_logs() as logs:
        for _ in range(2):
            await FileMailer(directory, SENDER).send(MAIL)
    (file,) = directory.iterdir()
    assert file.name == "one-2-three.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    written = message_from_bytes(file.read_bytes(), policy=default)
    assert written["To"] == MAIL.to
    assert [log["file"] for log in logs] == [str(file)] * 2
    assert "reset-password" not in repr(logs)


async def test_a_directory_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(MailError, match="cannot be written"):
        await FileMailer(tmp_path / "mail", SENDER).send(MAIL)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://localhost", SmtpServer("localhost", 587, None, None, False, False)),  # noqa: FBT003
        (
            "smtp://me%40x:p%3Aw@mail.example:25",
            SmtpServer("mail.example", 25, "me@x", "p:w", is_tls=False, requires_starttls=True),
        ),
        (
            "smtp://relay:25?starttls=no",
            SmtpServer("relay", 25, None, None, is_tls=False, requires_starttls=False),
        ),
        (
            "smtps://me:pw@mail.example",
            SmtpServer("mail.example", 465, "me", "pw", is_tls=True, requires_starttls=False),
        ),
    ],
)
def test_addresses_of_mail_servers(text: str, server: SmtpServer) -> None:
    assert parse_smtp_url(text) == server


@pytest.mark.parametrize(
    "text",
    ["mail.example", "http://mail.example", "smtp://", "smtp://x:pass@h:99999", "smtp://h?tls=no"],
)
def test_another_address_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address like smtp://") as wrong:
        parse_smtp_url(text)
    assert "pass@" not in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("no-reply@kuis.example", "no-reply@kuis.example"),
        ("Kuis <no-reply@kuis.example>", "Kuis <no-reply@kuis.example>"),
        ('"Sekolah, Kuis" <kuis@exämple.test>', '"Sekolah, Kuis" <kuis@xn--exmple-cua.test>'),
    ],
)
def test_senders(text: str, sender: str) -> None:
    assert str(parse_sender(text)) == sender


@pytest.mark.parametrize("text", ["Kuis", "Kuis <kuis>", "a@b.c\nBcc: d@e.f <a@b.c>", "@", "<>"])
def test_what_is_no_sender(text: str) -> None:
    with pytest.raises(ValueError, match="is not a sender like"):
        parse_sender(text)
