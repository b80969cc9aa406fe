"""All SQL: functions that take a session, and a viewer if permission matters. They never commit.

Rows that a viewer may not see are treated as if they did not exist.
"""
