"""Device cookies, by which a browser that signed in to an account before is recognised.

They do not sign anybody in. They only keep the failures of others from slowing down this browser
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"), so they stay after a sign-out. A
new password ends them all, because one of them may be of somebody who knew the old one.
"""

import hashlib
import hmac
from secrets import token_urlsafe
from uuid import UUID

DEVICE_SECONDS = 365 * 24 * 3600
MAX_COOKIE_CHARACTERS = 200


class Devices:
    """Makes and checks device cookies. They are signed with `secret_key`."""

    def __init__(self, secret_key: str) -> None:
        self._secret = b"device " + secret_key.encode()

    def cookie(self, user_id: UUID, password_hash: str | None, before: str | None = None) -> str:
        """The cookie for a browser that just signed in. It keeps its device if it had one."""
        device = self.device_of(before, user_id, password_hash) or token_urlsafe(12)
        return f"{device}.{self._signature(user_id, password_hash, device)}"

    def device_of(self, cookie: str | None, user_id: UUID, password_hash: str | None) -> str | None:
        """The device of a browser that signed in to this account with its present password."""
        device, _, signature = (cookie or "")[:MAX_COOKIE_CHARACTERS].partition(".")
        expected = self._signature(user_id, password_hash, device)
        known = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
        return device if known else None

    def _signature(self, user_id: UUID, password_hash: str | None, device: str) -> str:
        signed = f"{user_id} {password_hash} {device}".encode(errors="replace")
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
