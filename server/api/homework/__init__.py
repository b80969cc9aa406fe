"""Homework over HTTP."""

from server.api.homework.students import AttemptsController, SessionAttemptsController
from server.api.homework.teacher import HomeworkController

__all__ = [
    "AttemptsController",
    "HomeworkController",
    "SessionAttemptsController",
]
