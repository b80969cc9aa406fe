"""The types of e-mail addresses and passwords, with the patterns and lengths that are accepted."""

from typing import Annotated

from msgspec import Meta, Struct

from game.rules.users import EMAIL_MAX, FullName

# What browsers accept in <input type="email"> (HTML Standard), so that both always agree.
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*$(?!\n)"

Email = Annotated[str, Meta(max_length=EMAIL_MAX, pattern=EMAIL, examples=["teacher@kuis.example"])]
PASSWORD_MIN, PASSWORD_MAX = 8, 128
Password = Annotated[
    str,
    Meta(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX, examples=["correct horse battery"]),
]
# No minimum length: a password that is too short is wrong, not malformed.
GivenPassword = Annotated[str, Meta(max_length=1024)]
LinkToken = Annotated[str, Meta(max_length=200)]


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """The e-mail address, password and name of a new account."""

    email: Email
    password: Password
    full_name: FullName
