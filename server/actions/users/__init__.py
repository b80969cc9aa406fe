"""Registering, signing in, and what administrators do to accounts."""
