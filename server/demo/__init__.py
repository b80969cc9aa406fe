"""The demo: two accounts and some quizzes, for people who try Kuis out."""
