import asyncio
from contextlib import AsyncExitStack

import pytest

from game.errors import Unavailable
from server.auth import passwords as module
from server.auth.passwords import ClientLeft, Passwords


async def taken(passwords: Passwords, stack: AsyncExitStack) -> None:
    """Take every place, so that others have to wait."""
    for _ in range(module.AT_ONCE):
        await stack.enter_async_context(passwords.turn())


async def turn(
    passwords: Passwords,
    left: asyncio.Event | None = None,
    subject: str = "",
    order: list[str] | None = None,
    address: str = "",
) -> bool:
    async with passwords.turn(subject, wait_for(left or asyncio.Event()), address):
        if order is not None:
            order.append(subject)
        return True


def wait_for(left: asyncio.Event) -> module.ClientLeaves:
    async def leaves() -> None:
        await left.wait()

    return leaves


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_left_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MOST", 3)
    passwords, left = Passwords(), asyncio.Event()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        leaving = [asyncio.create_task(turn(passwords, left)) for _ in range(3)]
        await settle()
        left.set()
        answers = await asyncio.gather(*leaving, return_exceptions=True)
        assert [type(answer) for answer in answers] == [ClientLeft] * 3
        staying = [asyncio.create_task(turn(passwords)) for _ in range(3)]
        await settle()
    assert await asyncio.gather(*staying) == [True] * 3


async def test_the_queue_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MOST", 3)
    passwords = Passwords()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = [asyncio.create_task(turn(passwords)) for _ in range(3)]
        await settle()
        with pytest.raises(Unavailable) as refused:
            await turn(passwords)
        assert refused.value.code == "too_busy"
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await turn(passwords)


async def test_one_account_does_not_make_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(module, "OF_SUBJECT_MOST", 3)
    passwords, order = Passwords(), list[str]()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = [
            asyncio.create_task(turn(passwords, subject=subject, order=order))
            for subject in ("hasty", "hasty", "hasty", "ani", "budi", "ani")
        ]
        await settle()
        with pytest.raises(Unavailable):
            await turn(passwords, subject="hasty")
    await asyncio.gather(*waiting)
    assert order == ["hasty", "ani", "budi", "hasty", "ani", "hasty"]


async def test_one_address_with_many_accounts_does_not_make_others_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(module, "OF_ADDRESS_MOST", 4)
    passwords, order = Passwords(), list[str]()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = [
            asyncio.create_task(turn(passwords, subject=subject, order=order, address=address))
            for subject, address in [("a", "1"), ("b", "1"), ("a", "1"), ("c", "1"), ("ani", "2")]
        ]
        await settle()
        with pytest.raises(Unavailable):
            await turn(passwords, subject="d", address="1")
    await asyncio.gather(*waiting)
    assert order == ["a", "ani", "b", "c", "a"]


async def test_a_place_is_never_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that leave, and tasks that are cancelled, at the moment when their turn comes."""
    monkeypatch.setattr(module, "AT_ONCE", 1)
    passwords = Passwords()
    for steps in range(8):
        left = asyncio.Event()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(passwords.turn())
            leaving = asyncio.create_task(turn(passwords, left))
            cancelled = asyncio.create_task(turn(passwords))
            await settle()
        left.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.gather(leaving, cancelled, return_exceptions=True)
        async with asyncio.timeout(5):
            assert await turn(passwords)
