"""`python -m server` is `kuis`."""

import signal


def main() -> None:
    """Loading the commands takes seconds on a busy machine, and by then there may be signals.

    SIGUSR1 would end `kuis serve`, which it asks to replace its processes when it has some.
    """
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    from server import commands  # noqa: PLC0415  # the signal first

    commands.main()


if __name__ == "__main__":
    main()
