"""All SQL: functions of a session, and of the viewer whose rows they may touch. They never commit.

Rows that a viewer may not see are answered as if they did not exist.
"""
