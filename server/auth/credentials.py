"""The types of e-mail addresses and passwords, with the patterns and lengths that are accepted."""

from typing import Annotated

from msgspec import Meta, Struct

from game.rules.users import FullName

# What browsers accept in <input type="email"> (HTML Standard), so that both always agree.
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*$(?!\n)"

Email = Annotated[str, Meta(max_length=254, pattern=EMAIL, examples=["teacher@kuis.example"])]
Password = Annotated[str, Meta(min_length=8, max_length=128, examples=["correct horse battery"])]


class Credentials(Struct, frozen=True, forbid_unknown_fields=True):
    """The e-mail address, password and name of a new account."""

    email: Email
    password: Password
    full_name: FullName
