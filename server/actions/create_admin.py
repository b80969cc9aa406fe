"""The first administrator, who cannot be made over HTTP."""

import msgspec

from game.errors import Invalid
from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users
from server.auth.credentials import Credentials
from server.auth.passwords import Passwords


async def create_admin(
    session_factory: SessionFactory, email: str, password: str, full_name: str
) -> User:
    """Raises a Refusal: `invalid` with a sentence that says what, or `email_taken`."""
    given = {"email": email, "password": password, "full_name": full_name}
    try:
        credentials = msgspec.convert(given, Credentials)
    except msgspec.ValidationError as error:
        raise Invalid("invalid", str(error)) from None
    password_hash = await Passwords().hash(credentials.password)
    async with session_factory.begin() as db:
        return await users.create(
            db,
            email=credentials.email,
            password_hash=password_hash,
            full_name=credentials.full_name,
            role="super_admin",
        )
