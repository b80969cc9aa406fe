"""The HTML pages. Each is the same template with an entry module, which fetches the rest.

The pages are listed in page_list.py. `create_app` mounts them:

    # identify finds the visitor, invite the address where that visitor's players join
    shells = create_shells(identify, invite)
    route_handlers = [*page_routes(shells), …]
    shells.error(request, 404)        # an HTML error page
"""

from collections.abc import Callable
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
from server.web.page_list import (
    ADMINISTRATORS_SECTIONS,
    ERROR_PAGE,
    PAGES,
    PATHS,
    SECTIONS,
    STUDENTS_SECTIONS,
    Page,
)
from server.web.static import StaticFiles, page_headers, read_static

READ = [HttpMethod.GET, HttpMethod.HEAD]  # uvicorn leaves out the body of a HEAD response
THEMES = ("light", "dark")
THEME_COOKIE = "kuis_theme"
CHOICE_SECONDS = 365 * 24 * 3600
ERRORS = {403: "forbidden", 404: "not_found"}

PageRequest = Request[object, object, State]
BASE_STYLES = ("ui/global.css", "ui/components.css")


class BootUser(msgspec.Struct, frozen=True):
    id: str
    full_name: str
    role: str


class Visitor(msgspec.Struct, frozen=True):
    """A signed-in user, with the language, theme and time zone that they chose."""

    user: BootUser
    appearance: Appearance


Identify = Callable[[PageRequest], Visitor | None]
"""Finds the visitor of a page by the session cookie; None if nobody is signed in."""
Invite = Callable[[PageRequest], JoinAddress]
"""Finds the address to show players, for the visitor of a page."""


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
            # At addresses without a route nobody was looked up, who may be signed in all the same.
            is_known="user" in request.scope,
            error=None if status == HTTP_200_OK else ERRORS.get(status, "broken"),
            t=catalogue.__getitem__,
            asset=self.static.url,
            styles=[*BASE_STYLES, *page.styles],
            module=page.module,
            modules=self.static.modules(page.module),
            wordmark=self._wordmark,
            boot=self._boot(page, request, locale, visitor),
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

    def _boot(
        self, page: Page, request: PageRequest, locale: str, visitor: Visitor | None
    ) -> Markup:
        words = part_of(self._catalogues[locale], ("common", "error", *page.words))
        boot: dict[str, object] = {
            "locale": locale,
            "catalogue": words,
            "user": visitor.user if visitor else None,
            "time_zone": visitor.appearance.time_zone if visitor else None,
            "cards_from_answers": visitor is not None and visitor.appearance.cards_from_answers,
            "version": self.static.version,
            "page": page.name,
        }
        if page.invites:
            join = self._invite(request)
            boot["join"] = {"at": join.typed, "url": join.url, "reachable": join.reachable}
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
