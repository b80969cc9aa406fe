"""`python -m server` is `kuis`."""

from server.cli import main

if __name__ == "__main__":
    main()
