"""Actions on questions of the bank."""
