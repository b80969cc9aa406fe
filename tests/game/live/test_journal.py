"""The journal's entries: what is too much to be written at once comes in two halves."""

from collections.abc import Iterator

import pytest

from game.live import journal
from game.live.journal import (
    Answered,
    Entry,
    Finished,
    Joined,
    JournalAnswer,
    JournalPlayer,
    JournalResult,
    Kicked,
    Started,
)


def player(number: int) -> JournalPlayer:
    return JournalPlayer(f"id-{number}", f"player {number}", None, None, 1)


def answer(number: int) -> JournalAnswer:
    return JournalAnswer(
        player=player(number),
        response="a",
        correct=True,
        points=900,
        elapsed_ms=1500,
        answered_at=2,
    )


def result(number: int) -> JournalResult:
    return JournalResult(
        player=player(number),
        score=900,
        rank=number,
        correct=1,
        answered=1,
        total_time_ms=1500,
        best_streak=1,
    )


def parts(entry: Entry) -> Iterator[Entry]:
    """The entry, halved until nothing can be halved any more."""
    halves = journal.halves(entry)
    for half in halves:
        yield from parts(half)
    if not halves:
        yield entry


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_the_parts_of_an_entry_say_what_it_says_of_one_player_each(count: int) -> None:
    players = tuple(map(player, range(count)))
    joined = Joined(session="s", players=players)
    news = [part for part in parts(joined) if isinstance(part, Joined)]
    assert [each for part in news for each in part.players] == [*players]
    assert all(len(part.players) <= 1 for part in news)
    answers = tuple(map(answer, range(count)))
    entry = Answered(session="s", question=1, source="q", answers=answers, limit_ms=20_000)
    found = [part for part in parts(entry) if isinstance(part, Answered)]
    assert [each for part in found for each in part.answers] == [*answers]
    assert all(len(part.answers) <= 1 for part in found)
    assert {(part.question, part.source, part.limit_ms) for part in found} == {(1, "q", 20_000)}


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_one_part_is_the_end_and_says_nothing_that_could_be_refused(
    count: int, *, is_last: bool
) -> None:
    results = tuple(map(result, range(count)))
    entry = Finished(session="s", at=5, of=1, results=results, last=is_last)
    found = [part for part in parts(entry) if isinstance(part, Finished)]
    assert sorted(each.rank for part in found for each in part.results) == [*range(count)]
    ends = [part for part in found if part.last]
    assert [end.results for end in ends] == [()] * is_last
    assert found[-1].last is is_last
    assert all(len(part.results) <= 1 for part in found)
    assert {(part.at, part.of) for part in found} == {(5, 1)}


@pytest.mark.parametrize(
    "entry", [Started(session="s", at=1), Kicked(session="s", player=player(1), at=1)]
)
def test_what_is_about_one_player_at_most_has_no_halves(entry: Entry) -> None:
    assert journal.halves(entry) == ()
    assert journal.decode(journal.encode(entry)) == entry
