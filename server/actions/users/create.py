"""Creates an account of any role for an operator; people who register get no administrator's."""

import msgspec

from game.errors import Invalid
from game.rules.users import FULL_NAME_MAX
from persistence.database import SessionFactory
from persistence.models import Role, User
from persistence.repositories import users
from server.actions.audit_events import record_in
from server.auth.credentials import PASSWORD_MAX, PASSWORD_MIN, Credentials
from server.auth.password_strength import require_strong_password
from server.auth.passwords import Passwords

FIELD_ERRORS = {
    "email": "This is not an e-mail address.",
    "full_name": f"Give a name of 1 to {FULL_NAME_MAX} characters.",
    "password": f"Choose a password of {PASSWORD_MIN} to {PASSWORD_MAX} characters.",
}


async def create_user(
    session_factory: SessionFactory, email: str, password: str, full_name: str, role: Role
) -> User:
    """Create an account that may have any role.

    Raises:
        Refusal: `invalid`, with a sentence that says what is wrong; `password_guessable`;
            `email_taken`.
    """
    given = {"email": email, "password": password, "full_name": full_name}
    try:
        credentials = msgspec.convert(given, Credentials)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].rstrip("`")
        raise Invalid("invalid", FIELD_ERRORS[field]) from None
    require_strong_password(
        credentials.password, email=credentials.email, full_name=credentials.full_name
    )
    password_hash = await Passwords().hash(credentials.password)
    async with session_factory.begin() as db:
        user = await users.create(
            db,
            email=credentials.email,
            password_hash=password_hash,
            full_name=credentials.full_name,
            role=role,
        )
        await record_in(db, "account_created", account_id=user.id, role=role)
    return user
