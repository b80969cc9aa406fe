"""Work that is done later or regularly: jobs in PostgreSQL, which `kuis worker` runs."""
