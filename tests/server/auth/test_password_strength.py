"""Passwords that are easy to guess are refused, others are not."""

import pytest
from zxcvbn_rs_py import zxcvbn

from game.errors import Invalid
from server.auth import password_strength
from server.auth.password_strength import require_strong_password

ACCOUNT = {"email": "siti.rahayu@smp1.sch.id", "full_name": "Siti Nurhaliza Rahayu"}


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password1!",
        "P@ssw0rd",
        "12345678",
        " " * 8,
        "-" * 8,
        "aaaaaaaa",
        "qwertyuiop",
        "iloveyou",
        "x" * 128,
        "siti.rahayu",
        "siti.rahayu@smp1.sch.id",
        "Siti Nurhaliza Rahayu",
        "rahayu2026",
        "Siti1234",
        "kuiskuis",
        "kuis2026",
        "rahasia123",
        "gurusiswa",
    ],
)
def test_what_somebody_would_guess_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        require_strong_password(password, **ACCOUNT)
    assert refused.value.code == "password_guessable"
    assert [detail.path for detail in refused.value.details] == ["password"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "kucing merah lari",
        "battery staple",
        "vX9!kq2m",
        "хмурое утро 7",
        "x7Tq mPz",
    ],
)
def test_nothing_is_prescribed_but_that(password: str) -> None:
    require_strong_password(password, **ACCOUNT)


def test_an_account_without_a_word_of_its_own() -> None:
    require_strong_password("correct horse", email="?@kuis.example", full_name="·")


def test_a_long_password_costs_no_more_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def look(text: str, known: list[str]) -> object:
        looked_at.append(len(text))
        return zxcvbn(text, known)

    monkeypatch.setattr(password_strength, "zxcvbn", look)
    password_strength.require_strong_password(
        "correct horse battery staple " * 4, email="ani@school.example", full_name="Ani"
    )
    assert max(looked_at) <= password_strength.MAX_CHECKED_LENGTH
