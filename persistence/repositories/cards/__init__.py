"""Queries of cards and the log of their reviews."""

from persistence.repositories.cards.learners import Learner

__all__ = ["Learner"]
