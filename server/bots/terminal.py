"""Shows the progress of a game of bots, and its summary, on a terminal."""

from typing import TextIO

from server.bots.bot import Ending
from server.bots.crowd import Progress, Summary

_REWRITE = "\r\x1b[2K"


class Terminal:
    """Rewrites the line with the progress; if it is no terminal, each line is written once."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_live = out.isatty()
        self._line = ""
        self._question: int | None = None

    def show(self, progress: Progress) -> None:
        line = progress_line(progress)
        if progress.question != self._question:
            self._question = progress.question
            self.end_line()
        if line != self._line:
            self._line = line
            if self._is_live:
                self._write(_REWRITE + line)

    def end_line(self) -> None:
        if self._line:
            self._write("\n" if self._is_live else f"{self._line}\n")
        self._line = ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def progress_line(progress: Progress) -> str:
    if progress.question is None:
        return f"{progress.joined:,} of {progress.players:,} joined"
    line = (
        f"Question {progress.question + 1}: {progress.answered:,} of {progress.joined:,} answered"
    )
    if progress.right is not None:
        line += f", {progress.right:,} right"
    if progress.best is not None:
        best = progress.best
        line += f"; best bot: {best.nickname}, place {best.rank:,} with {best.score:,} points"
    return line


def summary_lines(summary: Summary) -> list[str]:
    stayed = summary.endings.get(Ending.FINISHED, 0)
    lines = [f"The game is over: {stayed:,} of {summary.players:,} bots played it to the end."]
    lines += [
        f"  {count:,} {_WORDS[ending]}"
        for ending, count in summary.endings.items()
        if ending in _WORDS
    ]
    lines.append(
        f"  {summary.answers:,} answers stored, each within {summary.took_median_ms:.0f} ms "
        f"(median), {summary.took_p99_ms:.0f} ms (99 %)"
    )
    if summary.came_back:
        lines.append(f"  {summary.came_back:,} connections lost and resumed")
    if summary.best is not None:
        best = summary.best
        lines.append(f"  Best bot: {best.nickname}, place {best.rank:,} with {best.score:,} points")
    return lines


_WORDS = {Ending.KICKED: "kicked", Ending.LOST: "could not come back"}
