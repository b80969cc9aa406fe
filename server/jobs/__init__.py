"""What happens later or again and again: jobs in PostgreSQL, run by `kuis worker`."""
