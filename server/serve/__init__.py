"""The processes: what `kuis web`, `kuis worker` and `kuis serve` run."""
