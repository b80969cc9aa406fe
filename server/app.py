"""The web application: the one place where things are built and joined."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Self

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import ResponseHeader, State
from litestar.di import NamedDependency, Provide
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.database import SessionFactory
from server.actions.audit_events import AuditTrail
from server.actions.homework.results import ResultsReader
from server.actions.homework.start import AttemptStarter
from server.actions.homework.work import Homework
from server.actions.pictures import PictureUploader
from server.actions.search import Searches
from server.actions.session_corrections import SessionCorrector
from server.actions.sessions.open_room import RoomOpener
from server.actions.users.mailed_links import MailedLinks
from server.actions.users.manage import UserManager
from server.actions.users.sign_in import Authenticator
from server.addresses import join_address
from server.api import (
    audit_events,
    email_verification,
    health,
    homework,
    openapi,
    password_resets,
    results,
    users,
)
from server.api.cards import (
    CardParametersController,
    CardsController,
    CardStatisticsController,
    OwnCardsController,
)
from server.api.deck_files import DeckFilesController
from server.api.deck_imports import DeckImportsController
from server.api.deck_turns import DECKS_AT_ONCE
from server.api.decks import DeckLearnersController, DecksController
from server.api.dependencies import Db, Viewer
from server.api.imports import IMPORTS_AT_ONCE, ImportsController
from server.api.library import LibraryController, PublicationsController
from server.api.notes import DeckNotesController, NotesController
from server.api.pagination import paging
from server.api.pictures import PicturesController, show_picture, show_small_picture
from server.api.question_files import QuizFilesController
from server.api.question_sets import QuestionSetsController
from server.api.question_statistics import (
    QuestionStatisticsController,
    SessionStatisticsController,
)
from server.api.questions import ManyQuestionsController, QuestionsController
from server.api.quiz_reports import QuizReportsController
from server.api.quiz_shares import QuizSharesController
from server.api.quizzes import QuizzesController
from server.api.request_bodies import MAX_BODY_BYTES, KuisRequest, without_nul
from server.api.rooms import RoomsController
from server.api.search import SearchController
from server.api.seat_claims import SeatClaimsController
from server.api.session_corrections import SessionCorrectionsController
from server.api.sessions import QuizSessionsController, SessionsController
from server.api.unsubscriptions import unsubscribe
from server.api.user_preferences import UserPreferencesController
from server.auth.account_cache import AccountCache
from server.auth.devices import Devices
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.auth.request_identity import from_own_pages, recognised, viewer
from server.auth.sign_in_throttle import SignInThrottle
from server.auth.sign_ins import SignedIn, SignIns
from server.auth.tickets import Tickets
from server.auth.unsubscribe_links import UnsubscribeLinks
from server.client_address import address_of
from server.connections import Connections
from server.descriptions.struct_schemas import KuisStructPlugin
from server.file_cache import FileCache
from server.limits import Limits, LocalLimits
from server.live.service import LiveService
from server.live.websocket_route import route_sockets
from server.logging import watch_requests
from server.problems import API_HEADERS, exception_handlers
from server.providers.files import open_files
from server.response_headers import complete_responses
from server.settings import Settings
from server.turns import Turns
from server.web.pages import (
    BootUser,
    PageRequest,
    Shells,
    Visitor,
    create_shells,
    page_routes,
)
from server.web.static import service_worker_route, static_route


class _WithoutPydantic(Litestar):
    """Litestar without its plugin for pydantic, which it would add because PgQueuer installs it.

    Only workers need pydantic. It would cost each web process 10 MB and a tenth of a second.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class _Section(Router):
    """A router that Litestar registers as it is. Its copies of all handlers take long to make."""

    def __deepcopy__(self, _: object) -> Self:
        return self


def create_app(settings: Settings) -> Litestar:
    """Everything but the connections, which are made when they are first needed."""
    connections = Connections.of(settings)
    account_cache = AccountCache(connections.redis, connections.session_factory)
    sign_ins = SignIns(connections.redis, settings.secret_key, account_cache)
    links = OneTimeLinks(settings.secret_key)
    limits = Limits(connections.redis, settings.limit_scale)
    local_limits = LocalLimits(settings.limit_scale)
    tickets = Tickets(connections.redis)
    audit, passwords = AuditTrail(connections.session_factory), Passwords()
    devices = Devices(settings.secret_key)
    files = open_files(settings.files_url, settings.files_directory)
    live = LiveService(connections.redis, limits, sign_ins, tickets, connections.session_factory)
    work = Homework(connections.session_factory, local_limits)
    shells = create_shells(_visitor, lambda request: join_address(settings, request.scope))
    app = _WithoutPydantic(
        [
            _api(
                settings=settings,
                session_factory=connections.session_factory,
                sign_ins=sign_ins,
                rooms=live.rooms,
                tickets=tickets,
                limits=limits,
                homework=work,
                homework_results=ResultsReader(connections.session_factory, work),
                attempt_starter=AttemptStarter(connections.session_factory, work, limits),
                code_lookups=live.code_lookups,
                searches=Searches(
                    limits, settings.database_pool_size + settings.database_max_overflow
                ),
                room_opener=RoomOpener(
                    connections.session_factory, live.rooms, limits, live.memory_guard
                ),
                exports=Turns(results.EXPORTS_AT_ONCE, settings.limit_scale),
                imports=Turns(IMPORTS_AT_ONCE, settings.limit_scale),
                drawing=asyncio.Semaphore(1),
                writing=Turns(1, settings.limit_scale),
                deck_turns=Turns(DECKS_AT_ONCE, settings.limit_scale),
                audit=audit,
                authenticator=Authenticator(
                    session_factory=connections.session_factory,
                    sign_ins=sign_ins,
                    passwords=passwords,
                    limits=limits,
                    throttle=SignInThrottle(connections.redis, settings.limit_scale),
                    devices=devices,
                    audit=audit,
                ),
                devices=devices,
                session_corrector=SessionCorrector(settings.database_url, settings.limit_scale),
                files=files,
                picture_uploader=PictureUploader(connections.session_factory, files, limits),
                mailed_links=MailedLinks(connections.session_factory, links, limits),
                user_manager=UserManager(connections.session_factory, sign_ins, passwords, links),
            ),
            _pages(shells, connections.session_factory, UnsubscribeLinks(settings.secret_key)),
            _pictures(FileCache(files)),
            static_route(shells.static),
            service_worker_route(shells.static),
            *health.handlers,
        ],
        lifespan=[_lifespan(connections, live, audit)],
        state=State(
            {
                "settings": settings,
                "connections": connections,
                "health": health.Health(connections),
                "sign_ins": sign_ins,
                "limits": limits,
                "local_limits": local_limits,
                "live": live,
                "audit": audit,
            },
            deep_copy=False,
        ),
        exception_handlers=exception_handlers(shells.error),
        request_class=KuisRequest,
        request_max_body_size=MAX_BODY_BYTES,
        cors_config=_cors(settings),
        openapi_config=openapi.config(),
        plugins=[KuisStructPlugin()],
        logging_config=None,  # server/logging.py configures all loggers
    )
    route_sockets(app)
    complete_responses(app, settings)
    watch_requests(app)
    return app


def _lifespan(
    connections: Connections,
    live: LiveService,
    audit: AuditTrail,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await live.start()
        audit.start()
        try:
            yield
        finally:
            await live.stop()
            await audit.stop()
            await connections.close()

    return lifespan


def _api(*, session_factory: SessionFactory, **things: object) -> _Section:
    """The JSON API. Handlers are given the things by name; see server/api/dependencies.py."""
    return _Section(
        "/api",
        route_handlers=[
            users.AuthController,
            users.MeController,
            UserPreferencesController,
            CardParametersController,
            password_resets.PasswordResetsController,
            email_verification.EmailVerificationController,
            QuizzesController,
            QuestionsController,
            ManyQuestionsController,
            QuestionSetsController,
            SearchController,
            PicturesController,
            ImportsController,
            DeckImportsController,
            DeckFilesController,
            QuizFilesController,
            PublicationsController,
            QuizSharesController,
            LibraryController,
            QuizReportsController,
            QuizSessionsController,
            SessionsController,
            RoomsController,
            homework.HomeworkController,
            homework.SessionAttemptsController,
            homework.AttemptsController,
            results.ResultsController,
            results.HistoryController,
            SeatClaimsController,
            SessionCorrectionsController,
            QuestionStatisticsController,
            SessionStatisticsController,
            CardsController,
            OwnCardsController,
            CardStatisticsController,
            audit_events.AuditEventsController,
            DecksController,
            DeckLearnersController,
            DeckNotesController,
            NotesController,
        ],
        guards=[from_own_pages, without_nul],
        dependencies={
            **{name: _provide(thing) for name, thing in things.items()},
            "session_factory": _provide(session_factory),
            "db": Provide(_transaction(session_factory)),
            "paging": Provide(paging, sync_to_thread=False),
            "searching": Provide(_searching, sync_to_thread=False),
            "listing": Provide(_listing, sync_to_thread=False),
            "viewer": Provide(viewer, sync_to_thread=False),
        },
        response_headers=[
            ResponseHeader(name=name, value=value) for name, value in API_HEADERS.items()
        ],
    )


def _provide(thing: object) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


def _transaction(session_factory: SessionFactory) -> Callable[[], AsyncIterator[AsyncSession]]:
    """One transaction a request, committed before the answer is sent, rolled back by a refusal."""

    async def transaction() -> AsyncIterator[AsyncSession]:
        async with session_factory.begin() as session:
            yield session

    return transaction


def _searching(
    request: KuisRequest, db: Db, viewer: Viewer, searches: NamedDependency[Searches]
) -> AbstractAsyncContextManager[None]:
    """The turn of a request that searches, to be entered by its handler."""
    return searches.turn(db, viewer.user_id, address_of(request.scope))


def _listing(
    viewer: Viewer, searches: NamedDependency[Searches]
) -> AbstractAsyncContextManager[None]:
    """The turn of a request for a long list in which nothing is searched."""
    return searches.list_turn(viewer.user_id)


def _pages(
    shells: Shells, session_factory: SessionFactory, unsubscribe_links: UnsubscribeLinks
) -> _Section:
    """With `unsubscribe`, because mail programs send it to the address of a page."""
    return _Section(
        "/",
        route_handlers=[*page_routes(shells), unsubscribe],
        dependencies={
            "db": Provide(_transaction(session_factory)),
            "unsubscribe_links": _provide(unsubscribe_links),
        },
        guards=[recognised],
        include_in_schema=False,
    )


def _pictures(file_cache: FileCache) -> _Section:
    return _Section(
        "/",
        route_handlers=[show_picture, show_small_picture],
        dependencies={"file_cache": _provide(file_cache)},
    )


def _visitor(request: PageRequest) -> Visitor | None:
    signed_in: SignedIn | None = request.scope.get("user")
    if signed_in is None:
        return None
    user = BootUser(str(signed_in.user_id), signed_in.full_name, signed_in.role)
    return Visitor(user, signed_in.appearance)


def _cors(settings: Settings) -> CORSConfig | None:
    if not settings.allowed_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.allowed_origins),
        allow_credentials=True,
        expose_headers=["Content-Disposition", "Retry-After", "X-Request-ID"],
    )
