"""Jobs: work that is done later or regularly, queued in PostgreSQL and run by `kuis worker`."""
