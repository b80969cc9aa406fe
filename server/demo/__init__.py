"""The demo accounts and quizzes."""
