"""What the terminal shows of a game of bots."""

import io

from server.bots.bot import Ending
from server.bots.crowd import Place, Progress, Summary
from server.bots.terminal import Terminal, progress_line, summary_lines


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_each_step_is_one_line() -> None:
    out = io.StringIO()
    terminal = Terminal(out)
    progress = Progress(players=3)
    for joined in (1, 3):
        progress.joined = joined
        terminal.show(progress)
    progress.question = 0
    for answered in (1, 2):
        progress.answered = answered
        terminal.show(progress)
    terminal.end_line()
    terminal.end_line()
    assert out.getvalue() == "3 of 3 joined\nQuestion 1: 2 of 3 answered\n"


def test_a_terminal_has_its_line_rewritten() -> None:
    out = Tty()
    terminal = Terminal(out)
    progress = Progress(players=2, joined=1)
    terminal.show(progress)
    terminal.show(progress)
    progress.joined = 2
    terminal.show(progress)
    terminal.end_line()
    assert out.getvalue() == "\r\x1b[2K1 of 2 joined\r\x1b[2K2 of 2 joined\n"


def test_a_revealed_question_says_who_was_right_and_who_is_best() -> None:
    progress = Progress(
        players=2000,
        joined=2000,
        question=4,
        answered=1990,
        right=1200,
        best=Place("Sari", 4321, 2),
    )
    assert progress_line(progress) == (
        "Question 5: 1,990 of 2,000 answered, 1,200 right; "
        "best bot: Sari, place 2 with 4,321 points"
    )


def test_the_summary() -> None:
    summary = Summary(
        players=10,
        endings={Ending.FINISHED: 8, Ending.KICKED: 1, Ending.LOST: 1},
        answers=70,
        came_back=2,
        took_median_ms=4.4,
        took_p99_ms=12.0,
        best=Place("Sari", 4321, 2),
    )
    assert summary_lines(summary) == [
        "The game is over: 8 of 10 bots played it to the end.",
        "  1 kicked",
        "  1 could not come back",
        "  70 answers stored, each within 4 ms (median), 12 ms (99 %)",
        "  2 connections lost and resumed",
        "  Best bot: Sari, place 2 with 4,321 points",
    ]
