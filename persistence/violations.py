"""Reads from a database error which constraint was violated."""

from sqlalchemy.exc import IntegrityError


def violated_constraint(error: IntegrityError) -> str:
    """The constraint's name; empty if the driver does not report it."""
    return str(getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or "")
