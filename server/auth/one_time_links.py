"""The tokens of one-time links.

A token is derived from the link's id and the server's secret key. It is stored nowhere, neither in
the database nor in the queue of jobs, and a mail that is sent twice has the same token.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Final
from uuid import UUID

from game.errors import Invalid

MAILED_FOR: Final = timedelta(minutes=30)
"""How long a link in a mail is valid."""
HANDED_OVER_FOR: Final = timedelta(hours=24)
"""How long a link is valid that an operator hands to somebody."""
ID_CHARACTERS: Final = 32


def link_invalid() -> Invalid:
    return Invalid("link_invalid", "This link was used or is too old. Ask for a new one.")


class OneTimeLinks:
    """Makes tokens from the ids of links, and finds the id in a token."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def token(self, link_id: UUID) -> str:
        signed = hmac.new(self._secret, b"one-time link " + link_id.bytes, hashlib.sha256)
        return link_id.hex + urlsafe_b64encode(signed.digest()).decode().rstrip("=")

    def id_in(self, token: str) -> UUID | None:
        """The link's id, if this server made the token. The link may have been used or expired."""
        try:
            link_id = UUID(hex=token[:ID_CHARACTERS])
        except ValueError:
            return None
        made = self.token(link_id).encode()
        return link_id if hmac.compare_digest(made, token.encode(errors="replace")) else None
