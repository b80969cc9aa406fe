"""Opening and ending sessions, and giving their rooms another code."""
