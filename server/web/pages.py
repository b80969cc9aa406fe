"""The HTML pages. Each is the same template with an entry module, which fetches the rest.

A page is a row of `PAGES`: its address, its module under `static/`, its style sheets, the prefixes
of its texts in the catalogue, and whether the visitor must be signed in. `create_app` mounts them:

    # identify finds the visitor, invite the address where that visitor's players join
    shells = create_shells(identify, invite)
    route_handlers = [*page_routes(shells), …]
    shells.error(request, 404)        # an HTML error page
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import jinja2
import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie, State
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler, route
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from markupsafe import Markup

from game.errors import NotFound
from game.rules import codes
from game.rules.user_preferences import Appearance
from server.addresses import JoinAddress
from server.web.catalogues import LOCALE_COOKIE, Catalogue, choose_locale, part_of, read_catalogues
from server.web.static import StaticFiles, page_headers, read_static

READ = [HttpMethod.GET, HttpMethod.HEAD]  # uvicorn leaves out the body of a HEAD response
THEMES = ("light", "dark")
THEME_COOKIE = "kuis_theme"
CHOICE_SECONDS = 365 * 24 * 3600
ERRORS = {403: "forbidden", 404: "not_found"}

PageRequest = Request[object, object, State]
BASE_STYLES = ("ui/global.css", "ui/components.css")
CLASS_SCREEN_STYLES = (
    "sessions/class-screen.css",
    "sessions/class-screen-lobby.css",
    "sessions/class-screen-question.css",
    "sessions/class-screen-results.css",
)


class BootUser(msgspec.Struct, frozen=True):
    id: str
    full_name: str
    role: str


class Visitor(msgspec.Struct, frozen=True):
    """A signed-in user, with the language and theme that they chose."""

    user: BootUser
    appearance: Appearance


Identify = Callable[[PageRequest], Visitor | None]
"""Finds the visitor of a page by the session cookie; None if nobody is signed in."""
Invite = Callable[[PageRequest], JoinAddress]
"""Finds the address to show players, for the visitor of a page."""


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
    section: str | None = None
    """The page of the header's navigation to which this one belongs."""


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
        "library",
        ("/library",),
        "library/library.js",
        ("ui/wide-page.css", "quizzes/dashboard.css", "library/library.css"),
        ("library",),
        signed_in=True,
    ),
    Page(
        "library_quiz",
        ("/library/{quiz:str}", "/quizzes/{quiz:str}/view"),
        "library/quiz.js",
        (
            "ui/wide-page.css",
            "sessions/play-sheet.css",
            "quizzes/dashboard.css",
            "library/library.css",
            "library/sheets.css",
        ),
        ("library", "room"),
        signed_in=True,
        section="library",
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
        ("bank", "editor", "export", "homework", "play", "room"),
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
            "questions/item-statistics.css",
        ),
        ("bank", "editor", "item", "play"),
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
        "import",
        ("/import",),
        "questions/import.js",
        (
            "ui/wide-page.css",
            "quizzes/editor.css",
            "quizzes/question-form.css",
            "questions/import.css",
        ),
        ("import", "editor", "play"),
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
    ("library", "common.library"),
    ("account", "common.account"),
)
"""The pages of the header's navigation, with their texts. Students have the first and last."""
ADMINISTRATORS_SECTIONS = (*SECTIONS, ("administration", "common.administration"))
STUDENTS_SECTIONS = (("dashboard", "common.my_games"), SECTIONS[-1])
PATHS = {page.name: page.paths[0] for page in PAGES}
ERROR_PAGE = Page("error", (), "ui/error.js", ("sessions/join.css",), ())


class Shells:
    """Renders pages from the template. It is built once, by `create_shells`."""

    def __init__(
        self,
        static: StaticFiles,
        catalogues: dict[str, Catalogue],
        identify: Identify,
        invite: Invite,
    ) -> None:
        self.static = static
        self._catalogues = catalogues
        self._identify = identify
        self._invite = invite
        self._wordmark = Markup(static.files["images/wordmark.svg"].body.decode())  # noqa: S704  # our own file
        loader = jinja2.PackageLoader("server.web")
        self._template = jinja2.Environment(
            loader=loader, autoescape=True, trim_blocks=True
        ).get_template("page.html")

    def page(self, page: Page, request: PageRequest) -> Response[str] | Redirect:
        visitor = self._identify(request)
        if page.signed_in and visitor is None:
            back = quote(request.scope["path"], safe="/")
            return Redirect(f"/sign-in?next={back}", status_code=HTTP_303_SEE_OTHER)
        return self._drawn(page, request, visitor)

    def error(self, request: PageRequest, status: int) -> Response[str]:
        """The HTML page for an error outside of the API."""
        return self._drawn(ERROR_PAGE, request, self._identify(request), status)

    def _drawn(
        self, page: Page, request: PageRequest, visitor: Visitor | None, status: int = HTTP_200_OK
    ) -> Response[str]:
        chosen = visitor.appearance if visitor else Appearance()
        user = visitor.user if visitor else None
        locale = chosen.locale or choose_locale(
            request.cookies.get(LOCALE_COOKIE), request.headers.get("accept-language", "")
        )
        catalogue = self._catalogues[locale]
        theme = chosen.theme or request.cookies.get(THEME_COOKIE)
        text = self._template.render(
            page=page,
            title=catalogue[f"common.title_{page.name}"],
            locale=locale,
            theme=theme if theme in THEMES else None,
            sections=_sections(user) if user else (),
            paths=PATHS,
            user=user,
            error=None if status == HTTP_200_OK else ERRORS.get(status, "broken"),
            t=catalogue.__getitem__,
            asset=self.static.url,
            styles=[*BASE_STYLES, *page.styles],
            module=page.module,
            modules=self.static.modules(page.module),
            wordmark=self._wordmark,
            boot=self._boot(page, request, locale, user),
        )
        headers = page_headers(
            request.headers.get("host", ""), https=request.scope["scheme"] == "https"
        ) | {"Vary": "Cookie, Accept-Language"}
        return Response(
            text,
            status_code=status,
            media_type="text/html",
            headers=headers,
            cookies=_copies(request, chosen),
        )

    def _boot(self, page: Page, request: PageRequest, locale: str, user: BootUser | None) -> Markup:
        words = part_of(self._catalogues[locale], ("common", "error", *page.words))
        boot: dict[str, object] = {
            "locale": locale,
            "catalogue": words,
            "user": user,
            "version": self.static.version,
            "page": page.name,
        }
        if page.invites:
            join = self._invite(request)
            boot["join"] = {"at": join.typed, "reachable": join.reachable}
        return script_json(boot)


def _sections(user: BootUser) -> tuple[tuple[str, str], ...]:
    more = {"student": STUDENTS_SECTIONS, "super_admin": ADMINISTRATORS_SECTIONS}
    return more.get(user.role, SECTIONS)


def _copies(request: PageRequest, chosen: Appearance) -> list[Cookie]:
    """Cookies with the account's language and theme, which also hold after a sign-out."""
    wanted = {LOCALE_COOKIE: chosen.locale, THEME_COOKIE: chosen.theme}
    return [
        Cookie(key=name, value=value, path="/", max_age=CHOICE_SECONDS, samesite="lax")
        for name, value in wanted.items()
        if value and request.cookies.get(name) != value
    ]


def script_json(value: object) -> Markup:
    """JSON that is safe inside of a `<script>` element."""
    text = msgspec.json.encode(value).decode()
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704  # nothing in it can close the element


def create_shells(identify: Identify, invite: Invite) -> Shells:
    return Shells(read_static(), read_catalogues(), identify, invite)


def page_routes(shells: Shells) -> list[HTTPRouteHandler]:
    return [*(_route(shells, page) for page in PAGES), typed_code]


@route(
    ["/{code:str}", "/join/{code:str}"],
    http_method=READ,
    name="page.typed_code",
    include_in_schema=False,
    sync_to_thread=False,
)
def typed_code(code: FromPath[str]) -> Redirect:
    """Redirect an address with a code, as players type it from the projector, to the join page.

    Raises:
        NotFound: this cannot be a code. Whether a room has the code is not checked here.
    """
    wanted = codes.normalise(code)
    if not codes.is_code(wanted):
        raise NotFound("not_found", "There is nothing at this address.")
    return Redirect(f"/?code={wanted}", status_code=HTTP_303_SEE_OTHER)


def _route(shells: Shells, page: Page) -> HTTPRouteHandler:
    @route(
        list(page.paths),
        http_method=READ,
        name=f"page.{page.name}",
        include_in_schema=False,
        sync_to_thread=False,
    )
    def show(request: PageRequest) -> Response[str] | Redirect:
        return shells.page(page, request)

    return show
