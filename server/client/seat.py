"""A player's seat: the first message is a `join`, and after that a `resume`."""

import secrets

from msgspec import UNSET

from server.live.protocol import Join, Resume, Welcome


def new_key() -> str:
    """A key for a `join`. Repeated with the same key, a `join` gets the same seat."""
    return secrets.token_urlsafe(16)


class Seat:
    def __init__(self, nickname: str = "") -> None:
        self.nickname = nickname
        self.id = ""
        self.token = ""
        """Empty until the first welcome."""
        self._key = new_key()

    def hello(self) -> Join | Resume:
        if self.token:
            return Resume(self.token)
        return Join(nickname=self.nickname, key=self._key)

    def welcomed(self, welcome: Welcome) -> None:
        if welcome.player is not UNSET:
            self.id, self.nickname = welcome.player.id, welcome.player.nickname
        if welcome.token is not UNSET:
            self.token = welcome.token
