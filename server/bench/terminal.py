"""Shows the progress of the bench on a terminal, as a line that is rewritten."""

from typing import TextIO

_REWRITE = "\r\x1b[2K"


class Terminal:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_live = out.isatty()

    def say(self, line: str) -> None:
        self._out.write(f"{_REWRITE}{line} …" if self._is_live else f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        if self._is_live:
            self._out.write(_REWRITE)
            self._out.flush()
