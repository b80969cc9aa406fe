"""Queries of cards and the log of their reviews."""

from persistence.repositories.cards.items import NewCard, add, get

__all__ = ["NewCard", "add", "get"]
