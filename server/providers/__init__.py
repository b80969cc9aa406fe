"""The outside world: one small protocol each, with an implementation that needs nothing."""
