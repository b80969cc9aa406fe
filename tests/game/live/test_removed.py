"""How much a room keeps of players whom the host has removed."""

import pytest

from game.live import script_arguments
from game.live.rooms import Rooms
from game.live.store import WAYS_BACK
from game.rules.rooms import RoomSettings
from tests.game.live.playing import join, open_room, refused


async def test_only_the_latest_removals_are_remembered(
    rooms_: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every join and the list of every host looks at all of them."""
    monkeypatch.setattr(script_arguments, "REMOVED_KEPT", 2)
    session = await open_room(rooms_)
    names = ("Ana", "Budi", "Citra")
    seats = [await join(rooms_, session, name, user=f"of {name}") for name in names]
    for seat in seats:
        await rooms_.kick(session, seat.player)
    view = await rooms_.view(session)
    assert {*view.removed} == {seat.player for seat in seats[1:]}
    assert view.kicked == {seat.player for seat in seats}
    again = await join(rooms_, session, "Ana", user="of Ana")
    assert again.player != seats[0].player
    assert await refused(join(rooms_, session, "Citra", user="of Citra")) == "kicked"
    assert await refused(rooms_.readmit(session, seats[0].player)) == "bad_message"


async def test_a_room_does_not_grow_with_each_who_is_removed(rooms_: Rooms) -> None:
    session = await open_room(rooms_, settings=RoomSettings(max_players=2))
    for number in range(2 * WAYS_BACK):
        seat = await join(rooms_, session, f"Nr {number}")
        await rooms_.kick(session, seat.player)
    assert await refused(join(rooms_, session, "late")) == "room_full"
