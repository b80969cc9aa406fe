"""Mails are ended by the link in them, without signing in."""

import httpx
import pytest
from uuid_utils.compat import uuid7

from server.auth.unsubscribe_links import UnsubscribeLinks
from tests.conftest import SECRET_KEY
from tests.server.api.conftest import Person, problem

LINKS = UnsubscribeLinks(SECRET_KEY)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # what RFC 8058 has mail programs send


async def wanted(person: Person) -> tuple[bool, bool]:
    chosen = (await person.client.get("/api/me/preferences")).json()
    return chosen["email_reminders"], chosen["email_shares"]


async def test_one_press_ends_mails_of_one_kind_and_can_be_undone(
    client: httpx.AsyncClient, teacher: Person
) -> None:
    await teacher.client.patch("/api/me/preferences", json={"email_reminders": True})
    path = f"/unsubscribe/{LINKS.token(teacher.id, 'email_reminders')}"
    shown = await client.get(path, headers={"accept": "text/html"})
    assert shown.status_code == 200, "whoever opens the link is asked"
    assert await wanted(teacher) == (True, True), "nothing has ended: scanners open links too"
    ended, again = [(await client.post(path, data=ONE_CLICK)).json()["undo"] for _ in range(2)]
    assert await wanted(teacher) == (False, True)
    assert again is None, "it ended nothing"
    undone = await client.post(path, params={"undo": ended})
    assert (undone.status_code, undone.json()) == (200, {"undo": None})
    assert await wanted(teacher) == (True, True)


async def test_a_link_alone_subscribes_nobody(client: httpx.AsyncClient, teacher: Person) -> None:
    """It is in mails that are passed on. An undo takes back one press, if nothing came after it."""
    path = f"/unsubscribe/{LINKS.token(teacher.id, 'email_shares')}"
    late = (409, "undo_too_late")
    for made_up in ("true", "x" * 43):
        assert problem(await client.post(path, params={"undo": made_up})) == late
    code = (await client.post(path)).json()["undo"]
    reminders = f"/unsubscribe/{LINKS.token(teacher.id, 'email_reminders')}"
    assert problem(await client.post(reminders, params={"undo": code})) == late
    await teacher.client.patch("/api/me/preferences", json={"email_shares": False})
    assert problem(await client.post(path, params={"undo": code})) == late
    assert await wanted(teacher) == (False, False)


async def test_only_links_of_this_server_count(client: httpx.AsyncClient, teacher: Person) -> None:
    user = teacher.id
    token = LINKS.token(user, "email_shares")
    others = [
        UnsubscribeLinks("x" * 32).token(user, "email_shares"),
        token.replace("shares", "reminders"),
        token.replace(user.hex, uuid7().hex),
        token.replace("email_shares", "cards_from_answers"),
        token[:-1],
        f"{token}.",
        "email_shares..",
        "ü",
    ]
    for other in others:
        answer = await client.post(f"/unsubscribe/{other}")
        assert problem(answer) == (422, "unsubscribe_link_invalid"), other
    assert await wanted(teacher) == (False, True)


@pytest.mark.parametrize("undo", ["", "made up"])
async def test_a_removed_account_gets_no_mails_anyway(client: httpx.AsyncClient, undo: str) -> None:
    token = LINKS.token(uuid7(), "email_shares")
    answer = await client.post(f"/unsubscribe/{token}", params={"undo": undo})
    assert (answer.status_code, answer.json()) == (200, {"undo": None})
