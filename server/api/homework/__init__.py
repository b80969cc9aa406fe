"""Homework over HTTP."""

from server.api.homework.students import AssignedController, HomeworkRunsController
from server.api.homework.teacher import HomeworkController, QuizHomeworkController

__all__ = [
    "AssignedController",
    "HomeworkController",
    "HomeworkRunsController",
    "QuizHomeworkController",
]
