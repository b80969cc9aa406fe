"""Device cookies, by which a browser that signed in to an account before is recognised.

They do not sign anybody in. They only keep the failures of others from slowing down this browser
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"), so they stay after a sign-out.
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

    def cookie(self, user_id: UUID, before: str | None) -> str:
        """The cookie for a browser that just signed in. It keeps its device if it had one."""
        device = self.device_of(before, user_id) or token_urlsafe(12)
        return f"{device}.{self._signature(user_id, device)}"

    def device_of(self, cookie: str | None, user_id: UUID) -> str | None:
        """The device's name, if it signed in to this account before; else None."""
        device, _, signature = (cookie or "")[:MAX_COOKIE_CHARACTERS].partition(".")
        expected = self._signature(user_id, device)
        known = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
        return device if known else None

    def _signature(self, user_id: UUID, device: str) -> str:
        signed = f"{user_id} {device}".encode(errors="replace")
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
