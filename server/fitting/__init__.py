"""Fits the parameters of FSRS to a learner's log, in a process of its own."""
