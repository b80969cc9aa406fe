"""Prints the addresses of `kuis serve` when it is ready, and a QR code for phones."""

import io

import segno

from server.addresses import url_for_phones, url_here
from server.demo.seed import DemoAccounts
from server.settings import Settings


def announcement(settings: Settings, *, draws: bool) -> str:
    """`draws`: whether to draw a QR code, which makes sense on a terminal only."""
    phones = url_for_phones(settings)
    first = f"Kuis is ready at {url_here(settings)}"
    if phones is None:
        return (
            f"{first}\n  It listens on {settings.host}, where phones cannot reach it:"
            " start it without HOST, or set PUBLIC_URL."
        )
    code = f"\n{_drawn(phones)}" if draws else ""
    return f"{first}\n  For phones and other machines: {phones}{code}"


def demo_lines(demo: DemoAccounts) -> list[str]:
    """How to sign in to the demo, and the codes of its quizzes."""
    return [
        f"  Demo teacher: {demo.teacher}, password {demo.password}",
        f"  Demo student: {demo.student}, the same password",
        *(
            f"  Demo quiz: {quiz.title}, code {quiz.code} when its room is open"
            for quiz in demo.quizzes
        ),
    ]


def _drawn(url: str) -> str:
    out = io.StringIO()
    segno.make(url, micro=False).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n")
