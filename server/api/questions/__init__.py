"""The question bank over HTTP."""

from server.api.questions.controller import QuestionsController
from server.api.questions.many import ManyQuestionsController

__all__ = ["ManyQuestionsController", "QuestionsController"]
