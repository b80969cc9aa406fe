"""The HTML pages, and those that the header leads to.

A page is a row of `PAGES`: its address, its module under `static/`, its style sheets, the prefixes
of its texts in the catalogue, and whether the visitor must be signed in.
"""

from dataclasses import dataclass

CLASS_SCREEN_STYLES = (
    "sessions/class-screen.css",
    "sessions/class-screen-lobby.css",
    "sessions/class-screen-question.css",
    "sessions/class-screen-results.css",
)


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    paths: tuple[str, ...]
    module: str
    styles: tuple[str, ...]
    words: tuple[str, ...]
    signed_in: bool = False
    header: bool = True
    invites: bool = False
    """Whether the page shows the address where players join."""
    is_app: bool = False
    """Whether browsers may install the page as an app."""
    section: str | None = None
    """The page of the header's navigation to which this one belongs."""


DECK_STYLES = ("ui/wide-page.css", "decks/decks.css")
LIBRARY_QUIZ = (
    "library/quiz.js",
    (
        "ui/wide-page.css",
        "sessions/play-sheet.css",
        "quizzes/dashboard.css",
        "library/library.css",
        "library/sheets.css",
    ),
    ("export", "homework", "library", "room"),
)
"""Module, styles and texts of the pages that show a quiz which may not be edited."""

PAGES = (
    Page("join", ("/",), "sessions/join.js", ("sessions/join.css",), ("join", "play")),
    Page(
        "play",
        ("/play/{code:str}",),
        "sessions/play.js",
        ("sessions/open-question.css", "sessions/play.css"),
        ("play",),
        header=False,
    ),
    Page(
        "host",
        ("/host/{session:str}",),
        "sessions/host.js",
        (*CLASS_SCREEN_STYLES, "sessions/host-bar.css"),
        ("host", "screen"),
        signed_in=True,
        header=False,
        invites=True,
    ),
    Page(
        "screen",
        ("/screen/{code:str}",),
        "sessions/screen.js",
        CLASS_SCREEN_STYLES,
        ("screen",),
        header=False,
        invites=True,
    ),
    Page(
        "dashboard",
        ("/dashboard",),
        "quizzes/dashboard.js",
        (
            "ui/wide-page.css",
            "sessions/play-sheet.css",
            "results/played-games.css",
            "quizzes/dashboard.css",
            "library/sheets.css",
        ),
        ("dashboard", "export", "history", "homework", "room", "library"),
        signed_in=True,
    ),
    Page(
        "homework_list",
        ("/homework",),
        "homework/list.js",
        ("ui/wide-page.css", "quizzes/dashboard.css"),
        ("dashboard", "history", "homework"),
        signed_in=True,
    ),
    Page(
        "decks",
        ("/decks",),
        "decks/list.js",
        DECK_STYLES,
        ("decks",),
        signed_in=True,
    ),
    Page(
        "deck_import",
        ("/decks/import",),
        "decks/import.js",
        (*DECK_STYLES, "quizzes/question-form.css", "questions/import.css"),
        ("deck_import", "decks", "import"),
        signed_in=True,
        section="decks",
    ),
    Page(
        "deck",
        ("/decks/{deck:str}",),
        "decks/deck.js",
        DECK_STYLES,
        ("decks", "picture"),
        signed_in=True,
        invites=True,
        section="decks",
    ),
    Page(
        "shared_deck",
        ("/decks/shared/{share_code:str}",),
        "decks/shared.js",
        DECK_STYLES,
        ("decks",),
        signed_in=True,
        section="decks",
    ),
    Page(
        "library",
        ("/library",),
        "library/library.js",
        ("ui/wide-page.css", "quizzes/dashboard.css", "library/library.css"),
        ("library",),
        signed_in=True,
    ),
    Page(
        "library_quiz",
        ("/library/{quiz:str}",),
        *LIBRARY_QUIZ,
        signed_in=True,
        section="library",
    ),
    Page(
        "shared_quiz",
        ("/quizzes/{quiz:str}/view",),
        *LIBRARY_QUIZ,
        signed_in=True,
        section="dashboard",
    ),
    Page(
        "editor",
        ("/quizzes/{quiz:str}",),
        "quizzes/editor.js",
        (
            "sessions/open-question.css",
            "sessions/play.css",
            "ui/wide-page.css",
            "sessions/play-sheet.css",
            "quizzes/editor.css",
            "quizzes/question-form.css",
            "library/sheets.css",
        ),
        ("bank", "editor", "export", "homework", "picture", "play", "room"),
        signed_in=True,
        section="dashboard",
    ),
    Page(
        "bank",
        ("/bank",),
        "questions/bank.js",
        (
            "sessions/open-question.css",
            "sessions/play.css",
            "ui/wide-page.css",
            "quizzes/question-form.css",
            "questions/bank.css",
            "questions/bank-sheets.css",
            "questions/item-statistics.css",
        ),
        ("bank", "editor", "item", "picture", "play"),
        signed_in=True,
    ),
    Page(
        "homework",
        ("/homework/{code:str}",),
        "homework/work.js",
        ("sessions/open-question.css", "sessions/play.css", "homework/work.css"),
        ("homework", "play"),
        header=False,
    ),
    Page(
        "homework_overview",
        ("/sessions/{session:str}/homework",),
        "homework/overview.js",
        ("ui/wide-page.css", "homework/overview.css"),
        ("homework", "play"),
        signed_in=True,
        invites=True,
        section="homework_list",
    ),
    Page(
        "reviews",
        ("/reviews",),
        "cards/session.js",
        (
            "ui/wide-page.css",
            "sessions/open-question.css",
            "sessions/play.css",
            "cards/session.css",
            "cards/card-menu.css",
        ),
        ("play", "reviews"),
        signed_in=True,
        header=False,
        is_app=True,
    ),
    Page(
        "card_statistics",
        ("/cards/statistics",),
        "cards/statistics.js",
        ("ui/wide-page.css", "cards/statistics.css"),
        ("reviews",),
        signed_in=True,
        section="decks",
    ),
    Page(
        "cards",
        ("/cards",),
        "cards/browser.js",
        ("ui/wide-page.css", "cards/browser.css", "cards/card-menu.css"),
        ("cards", "play", "reviews"),
        signed_in=True,
        section="decks",
    ),
    Page(
        "import",
        ("/import",),
        "questions/import.js",
        (
            "ui/wide-page.css",
            "quizzes/editor.css",
            "quizzes/question-form.css",
            "questions/import.css",
        ),
        ("import", "editor", "picture", "play"),
        signed_in=True,
        section="bank",
    ),
    Page(
        "results",
        ("/sessions/{session:str}",),
        "results/results.js",
        (
            "ui/wide-page.css",
            "results/results.css",
            "results/corrections.css",
            "results/player-table.css",
            "questions/item-statistics.css",
        ),
        ("dashboard", "history", "item", "results"),
        signed_in=True,
        section="dashboard",
    ),
    Page("sign_in", ("/sign-in",), "users/sign-in.js", ("users/auth.css",), ("auth",)),
    Page(
        "reset_password",
        ("/reset-password",),
        "users/reset-password.js",
        ("users/auth.css",),
        ("auth",),
    ),
    Page(
        "forgot_password",
        ("/forgot-password",),
        "users/forgot-password.js",
        ("users/auth.css",),
        ("auth",),
    ),
    Page(
        "verify_email",
        ("/verify-email",),
        "users/verify-email.js",
        ("users/auth.css",),
        ("auth",),
    ),
    Page(
        "unsubscribe",
        ("/unsubscribe/{token:str}",),
        "users/unsubscribe.js",
        ("users/auth.css",),
        ("unsubscribe",),
    ),
    Page("register", ("/register",), "users/register.js", ("users/auth.css",), ("auth",)),
    Page(
        "account",
        ("/account",),
        "users/account.js",
        ("ui/wide-page.css", "results/played-games.css", "users/auth.css"),
        ("account", "auth", "history"),
        signed_in=True,
    ),
    Page(
        "administration",
        ("/administration",),
        "users/administration.js",
        ("ui/wide-page.css", "quizzes/dashboard.css", "library/library.css"),
        ("administration", "library"),
        signed_in=True,
    ),
)
SECTIONS = (
    ("dashboard", "common.quizzes"),
    ("homework_list", "common.homework"),
    ("bank", "common.questions"),
    ("decks", "common.title_decks"),
    ("library", "common.library"),
    ("account", "common.account"),
)
"""The pages of the header's navigation, with their texts."""
ADMINISTRATORS_SECTIONS = (*SECTIONS, ("administration", "common.administration"))
STUDENTS_SECTIONS = (
    ("dashboard", "common.my_games"),
    ("reviews", "common.reviews"),
    ("decks", "common.title_decks"),
    ("account", "common.account"),
)
PATHS = {page.name: page.paths[0] for page in PAGES}
ERROR_PAGE = Page("error", (), "ui/error.js", ("sessions/join.css",), ())
