"""The outside world: a small protocol for each service, and an implementation without it."""
