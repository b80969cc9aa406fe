"""Events and journal entries: their content, and where they are stored."""

import msgspec
import pytest

from game.live import events, journal, keys
from game.live.events import Change, Counted, Joined, Player, Ranked, Tally
from game.live.journal import JournalAnswer, JournalPlayer, JournalResult
from game.rules import rooms
from game.rules.questions import Response
from game.rules.rooms import RoomSettings
from game.rules.scoring import Standing

ANA = JournalPlayer("p1", 'Ana "\u00c9" \u2028', "user-1", None, 5)


@pytest.mark.parametrize(
    "message",
    [
        Tally(3, 0, 12),
        Change(4, (Joined((Player("p1", "Ana", 5),)), rooms.LockChanged(locked=True))),
        Change(5, (Counted(0, {"a": 1}, 1), Ranked((Standing("p1", "Ana", 5, response=2.5),)))),
        Change(6, (rooms.Finished(9),), rooms.opened(3, RoomSettings(), 7)),
    ],
)
def test_messages_come_out_as_they_went_in(message: events.Message) -> None:
    assert events.decode(msgspec.json.encode(message)) == message


def test_a_record_of_the_journal_is_a_player_to_the_feed() -> None:
    data = b'{"is":"change","version":2,"events":[{"type":"joined","players":[%s]}]}'
    change = events.decode(data % msgspec.json.encode(ANA))
    assert change == Change(2, (Joined((Player("p1", ANA.nickname, 5),)),))


@pytest.mark.parametrize("response", ["a", True, 2.5, ("a", "b")])
def test_entries_come_out_as_they_went_in(response: Response) -> None:
    answer = JournalAnswer(ANA, response, None, 0, 120, 77)
    result = JournalResult(ANA, 10, 1, 1, 1, 120, 1)
    for entry in (
        journal.Joined(session="s", players=(ANA,)),
        journal.Kicked(session="s", player=ANA, at=3),
        journal.Started(session="s", at=3),
        journal.Answered(session="s", question=0, source=None, answers=(answer,)),
        journal.Finished(session="s", at=3, of=1, results=(result,), last=True),
    ):
        assert journal.decode(journal.encode(entry)) == entry


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        journal.decode(b"{")


def test_all_keys_of_a_room_lie_in_its_slot() -> None:
    at = keys.RoomKeys("session-1")
    tag = f"{{s{at.shard:02}}}"
    for key in {*at.all, at.channel}:
        assert key.startswith(f"kuis:{tag}:")
    assert "{" not in keys.code("ABCDEF")


def test_a_session_keeps_its_shard() -> None:
    assert [keys.shard(f"session-{at}") for at in range(4)] == [8, 14, 4, 2]
    assert {keys.shard(f"session-{at}") for at in range(500)} == {*range(keys.SHARDS)}
