"""Which constraint the database refused a row by."""

from sqlalchemy.exc import IntegrityError


def violated_constraint(error: IntegrityError) -> str:
    """The constraint's name; empty when the driver does not say."""
    return str(getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or "")
