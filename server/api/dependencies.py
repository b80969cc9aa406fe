"""Types of the dependencies that handlers ask for by parameter name; server/app.py builds them."""

from asyncio import Semaphore
from contextlib import AbstractAsyncContextManager

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from game.live import rooms
from persistence import database
from server import file_cache, limits, settings, turns
from server.actions import audit_events, pictures, session_corrections
from server.actions.homework import results as homework_results
from server.actions.homework import start, work
from server.actions.sessions import open_room
from server.actions.users import mailed_links, manage, sign_in
from server.api import pagination
from server.auth import devices, sign_ins, tickets, unsubscribe_links
from server.live import code_lookups
from server.providers import files

Viewer = NamedDependency[sign_ins.SignedIn]
Db = NamedDependency[AsyncSession]
"""One transaction a request, committed before the answer is sent, rolled back by a refusal."""
Paging = NamedDependency[pagination.Paging]
SessionFactory = NamedDependency[database.SessionFactory]
MailedLinks = NamedDependency[mailed_links.MailedLinks]
UserManager = NamedDependency[manage.UserManager]
Settings = NamedDependency[settings.Settings]
Limits = NamedDependency[limits.Limits]
SignIns = NamedDependency[sign_ins.SignIns]
Devices = NamedDependency[devices.Devices]
Authenticator = NamedDependency[sign_in.Authenticator]
Tickets = NamedDependency[tickets.Tickets]
UnsubscribeLinks = NamedDependency[unsubscribe_links.UnsubscribeLinks]
Rooms = NamedDependency[rooms.Rooms]
RoomOpener = NamedDependency[open_room.RoomOpener]
Homework = NamedDependency[work.Homework]
HomeworkResults = NamedDependency[homework_results.ResultsReader]
AttemptStarter = NamedDependency[start.AttemptStarter]
SessionCorrector = NamedDependency[session_corrections.SessionCorrector]
PictureUploader = NamedDependency[pictures.PictureUploader]
Files = NamedDependency[files.Files]
FileCache = NamedDependency[file_cache.FileCache]
CodeLookups = NamedDependency[code_lookups.CodeLookups]
Audit = NamedDependency[audit_events.AuditTrail]
Exports = NamedDependency[turns.Turns]
"""Held while a file is made in another process."""
Imports = NamedDependency[turns.Turns]
"""Held while a file is read in another process."""
Drawing = NamedDependency[Semaphore]
"""Held while a QR code is drawn, so that others find threads free."""
Writing = NamedDependency[turns.Turns]
"""Held while a long quiz is stored, which takes the event loop's time in many small parts."""
DeckTurns = NamedDependency[turns.Turns]
"""Held while a deck is locked; see server/api/deck_turns.py."""
Searching = NamedDependency[AbstractAsyncContextManager[None]]
"""Held while the database is searched for this request; see server/actions/search.py."""
Listing = NamedDependency[AbstractAsyncContextManager[None]]
"""Held while a list is read in which nothing is searched."""
