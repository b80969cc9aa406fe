"""The tokens of the links in mails that end all mails of their kind.

A token is derived from the account, the kind of mail and the server's secret key. It is stored
nowhere and never expires, because people unsubscribe with mails that are months old.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

MailKind = Literal["email_reminders", "email_shares"]
"""Mails that can be unsubscribed from, by the names of their preferences."""

PARTS: Final = 3
TOKEN_MAX: Final = 200


class UnsubscribeLinks:
    """Makes the tokens, and finds account and kind in one."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def token(self, user_id: UUID, kind: MailKind) -> str:
        about = f"{kind}.{user_id.hex}"
        return f"{about}.{self._signed(f'unsubscribe {about}')}"

    def undo_code(self, token: str, ended_at: datetime) -> str:
        """With this the press that ended the mails at that moment is taken back.

        The link alone is not enough: it is in mails that are passed on, and never expires.
        """
        return self._signed(f"undo {token} {ended_at.timestamp()}")

    def _signed(self, text: str) -> str:
        signed = hmac.new(self._secret, text.encode(), hashlib.sha256)
        return urlsafe_b64encode(signed.digest()).decode().rstrip("=")

    def opened(self, token: str) -> tuple[UUID, MailKind] | None:
        """Whose mails of which kind, if this server made the token."""
        parts = token.split(".")
        for kind in get_args(MailKind):
            if len(parts) != PARTS or parts[0] != kind:
                continue
            try:
                user_id = UUID(hex=parts[1])
            except ValueError:
                return None
            made = self.token(user_id, kind).encode()
            if hmac.compare_digest(made, token.encode(errors="replace")):
                return user_id, kind
        return None
