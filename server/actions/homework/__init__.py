"""Actions of homework: give it, let students work on it, close it."""
