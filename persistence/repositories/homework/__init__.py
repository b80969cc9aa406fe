"""Queries of homework: `assignments` are the sessions, `runs` the attempts of students."""
