"""The tokens of one-time links.

A token is derived from the link's id and the server's secret key, and kept nowhere: neither the
database nor the queue of jobs holds one, and a mail that is sent twice has the same.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Final
from uuid import UUID

MAILED_FOR: Final = timedelta(minutes=30)
"""How long a link in a mail is good."""
HANDED_OVER_FOR: Final = timedelta(hours=24)
"""How long one is good that somebody passes on by hand."""
ID_CHARACTERS: Final = 32


class OneTimeLinks:
    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def token(self, link_id: UUID) -> str:
        signed = hmac.new(self._secret, b"one-time link " + link_id.bytes, hashlib.sha256)
        return link_id.hex + urlsafe_b64encode(signed.digest()).decode().rstrip("=")

    def id_in(self, token: str) -> UUID | None:
        """The link of a token that was made here. It need not be good any more."""
        try:
            link_id = UUID(hex=token[:ID_CHARACTERS])
        except ValueError:
            return None
        made = self.token(link_id).encode()
        return link_id if hmac.compare_digest(made, token.encode(errors="replace")) else None
