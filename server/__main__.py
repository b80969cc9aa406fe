"""`python -m server` is `kuis`."""

from server.cli import main

main()
