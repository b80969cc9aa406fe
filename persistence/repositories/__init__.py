"""All SQL. Functions of a session and the viewer they are given; they never commit."""
