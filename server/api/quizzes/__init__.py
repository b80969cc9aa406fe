"""Quizzes over HTTP."""

from server.api.quizzes.controller import QuizzesController

__all__ = ["QuizzesController"]
