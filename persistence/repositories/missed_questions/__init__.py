"""Cards from what learners missed: `enqueuing` the job, and `making` them."""
