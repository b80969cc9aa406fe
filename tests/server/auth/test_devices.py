"""Device cookies recognise a browser, and cannot be forged."""

from uuid import uuid4

import pytest

from server.auth.devices import Devices
from tests.conftest import SECRET_KEY

DEVICES = Devices(SECRET_KEY)
ANI, BUDI = uuid4(), uuid4()
HASH = "of a password"


def test_a_device_is_known_to_the_account_that_signed_in_with_it() -> None:
    cookie = DEVICES.cookie(ANI, HASH)
    device = DEVICES.device_of(cookie, ANI, HASH)
    assert device is not None
    assert DEVICES.device_of(cookie, BUDI, HASH) is None
    assert DEVICES.device_of(cookie, ANI, "of a new password") is None
    assert Devices(SECRET_KEY + "!").device_of(cookie, ANI, HASH) is None


def test_a_device_stays_the_same() -> None:
    cookie = DEVICES.cookie(ANI, HASH)
    assert DEVICES.cookie(ANI, HASH, cookie) == cookie
    assert DEVICES.cookie(BUDI, HASH, cookie) != cookie


@pytest.mark.parametrize("cookie", [None, "", ".", "x", "x.y", "\udce9.\udce9", "é.é", "x" * 5000])
def test_what_was_not_signed_here_is_no_device(cookie: str | None) -> None:
    assert DEVICES.device_of(cookie, ANI, HASH) is None
