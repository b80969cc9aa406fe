"""Actions on sessions: open and end them, and give their rooms another code."""
