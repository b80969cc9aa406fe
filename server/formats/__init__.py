"""Questions as files: a module per format reads bytes into drafts and writes drafts as bytes."""
