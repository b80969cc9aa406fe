"""Passwords: hashing, and the queues in front of it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from game.errors import Unavailable
from server.auth import passwords as module
from server.auth.passwords import Applicant, ClientLeft, Passwords, Rank


@pytest.fixture
def one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)


def places(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """How many may wait when all are of one rank."""
    monkeypatch.setattr(module, "WEIGHT", 0)
    monkeypatch.setattr(module, "MIN_PLACES", 1)
    wait_s = count * module.FIRST_ESTIMATE_S / module.AT_ONCE
    monkeypatch.setattr(module, "WAIT_MOST_S", wait_s + module.FIRST_ESTIMATE_S / 10)


async def taken(passwords: Passwords, stack: AsyncExitStack) -> None:
    """Take every place, so that others have to wait."""
    for _ in range(module.AT_ONCE):
        await stack.enter_async_context(passwords.turn(Applicant()))


async def turn(  # noqa: PLR0913, PLR0917  # all that can matter
    passwords: Passwords,
    left: asyncio.Event | None = None,
    subject: str = "",
    order: list[str] | None = None,
    address: str = "",
    rank: Rank = Rank.STRANGER,
) -> bool:
    leaves = wait_for(left or asyncio.Event())
    async with passwords.turn(Applicant(subject, address, rank, leaves)):
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
    places(monkeypatch, 6)
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
    places(monkeypatch, 3)
    passwords = Passwords()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = [asyncio.create_task(turn(passwords, address=f"{n}")) for n in range(3)]
        await settle()
        with pytest.raises(Unavailable) as refused:
            await turn(passwords, address="another")
        assert refused.value.code == "too_busy"
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await turn(passwords)


@pytest.mark.usefixtures("one_at_once")
async def test_one_account_does_not_make_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    places(monkeypatch, 6)
    monkeypatch.setattr(module, "OF_ADDRESS_SHARE", 1)
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


@pytest.mark.usefixtures("one_at_once")
async def test_one_address_with_many_accounts_does_not_make_others_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places(monkeypatch, 6)
    monkeypatch.setattr(module, "OF_ADDRESS_SHARE", 4 / 6)
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


@pytest.mark.usefixtures("one_at_once")
@pytest.mark.usefixtures("one_at_once")
async def test_who_comes_alone_has_a_place_in_a_full_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is taken from the address that has most, and there from the account that has most."""
    places(monkeypatch, 8)
    passwords, order = Passwords(), list[str]()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        crowd = [
            asyncio.create_task(turn(passwords, None, subject, order, address))
            for subject, address in (
                *[("guessed", "first")] * 3,
                ("other", "first"),
                *[("third", "second")] * 4,
            )
        ]
        await settle()
        alone = asyncio.create_task(turn(passwords, None, "alone", order, "new"))
        also_alone = asyncio.create_task(turn(passwords, None, "also alone", order, "newer"))
        await settle()
        assert [task.done() for task in crowd] == [False, False, True, *[False] * 4, True]
        for dropped in (crowd[2], crowd[7]):
            with pytest.raises(Unavailable) as refused:
                await dropped
            assert refused.value.code == "too_busy"
    assert await alone
    assert await also_alone
    await asyncio.gather(*crowd[:2], *crowd[3:7])
    assert len(order) == 8


async def test_a_crowd_of_strangers_does_not_keep_out_who_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor do those who are known keep out strangers, or suspects an address that did not fail."""
    places(monkeypatch, 8)
    passwords, order = Passwords(), list[str]()
    crowd = [
        ("s", Rank.SUSPECT, 8),  # all places, while nobody else waits
        ("k", Rank.KNOWN, 4),
        ("f", Rank.STRANGER, 2),
    ]
    waiting = []
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        for name, rank, count in crowd:
            for number in range(count + 1):
                asked = turn(passwords, None, name, order, f"{name}{number}", rank)
                waiting.append(asyncio.create_task(asked))
            await settle()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert "".join(order) == "fkskfksk" + "s" * 6
    assert [type(answer) for answer in answers].count(Unavailable) == len(crowd)


@pytest.mark.usefixtures("one_at_once")
async def test_the_slower_it_goes_the_fewer_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that those who may do not wait longer."""
    monkeypatch.setattr(module, "WEIGHT", 1)
    monkeypatch.setattr(module, "MIN_PLACES", 1)
    monkeypatch.setattr(module, "WAIT_MOST_S", 0.1)
    passwords = Passwords()
    async with passwords.turn(Applicant()):
        await asyncio.sleep(0.06)
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = asyncio.create_task(turn(passwords, address="1"))
        await settle()
        with pytest.raises(Unavailable):
            await turn(passwords, address="2")
    assert await waiting


@pytest.mark.usefixtures("one_at_once")
async def test_a_place_is_never_lost() -> None:
    """Clients that leave, and tasks that are cancelled, at the moment when their turn comes."""
    passwords = Passwords()
    for steps in range(8):
        left = asyncio.Event()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(passwords.turn(Applicant()))
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


async def test_a_class_finds_a_place_on_a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_ESTIMATE_S", 10)
    passwords = Passwords()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        pupils = (turn(passwords, subject=f"pupil{n}", address="a school") for n in range(43))
        waiting = [asyncio.create_task(pupil) for pupil in pupils]
        await settle()
    assert await asyncio.gather(*waiting) == [True] * 43


async def test_the_places_of_a_slow_machine_are_shared_by_all_ranks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else whoever waits in the last queue would wait behind three full ones."""
    monkeypatch.setattr(module, "FIRST_ESTIMATE_S", 10)
    passwords = Passwords()
    async with AsyncExitStack() as stack:
        await taken(passwords, stack)
        waiting = [
            asyncio.create_task(turn(passwords, address=f"{n}", rank=rank))
            for rank in Rank
            for n in range(module.MIN_PLACES)
        ]
        await settle()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [answer for answer in answers if answer is not True]
    assert answers.count(True) < 2 * module.MIN_PLACES
