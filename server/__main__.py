"""The entry point of `kuis`, also as `python -m server`."""

import signal


def main() -> None:
    """Ignore SIGUSR1 until the commands are loaded, which takes seconds on a busy machine.

    The signal asks `kuis serve` to replace its processes, and would end it before it is ready.
    """
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    from server import commands  # noqa: PLC0415  # the signal first

    commands.main()


if __name__ == "__main__":
    main()
