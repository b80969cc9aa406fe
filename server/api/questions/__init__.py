"""The question bank over HTTP."""

from server.api.questions.controller import QuestionsController

__all__ = ["QuestionsController"]
