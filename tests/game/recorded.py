"""A game as its journal records it."""

from collections.abc import Iterable, Sequence

from game.live.journal import Answered, Entry, Finished, Joined, JournalPlayer, Kicked
from game.rules.questions import Question
from game.rules.rescoring import (
    RecordedAnswer,
    RecordedGame,
    RecordedParticipant,
    RecordedResult,
    RevealedQuestion,
)
from game.rules.rooms import RoomSettings
from game.rules.scoring import performance_band


def recorded_game(
    entries: Sequence[Entry], questions: Sequence[Question], settings: RoomSettings
) -> RecordedGame:
    asked = {entry.question: entry for entry in entries if isinstance(entry, Answered)}
    kicked = {entry.player.player for entry in entries if isinstance(entry, Kicked)}
    players = {each.player: each for entry in entries for each in _players(entry)}
    answers: dict[str, list[RecordedAnswer]] = {player: [] for player in players}
    results: dict[str, RecordedResult] = {}
    for entry in entries:
        if isinstance(entry, Answered):
            for each in entry.answers:
                answers[each.player.player].append(
                    RecordedAnswer(
                        entry.question, each.response, each.correct, each.points, each.elapsed_ms
                    )
                )
        elif isinstance(entry, Finished):
            results |= {
                each.player.player: RecordedResult(
                    score=each.score,
                    rank=each.rank,
                    correct=each.correct,
                    answered=each.answered,
                    total_time_ms=each.total_time_ms,
                    best_streak=each.best_streak,
                    of=entry.of,
                    performance_band=performance_band(each.correct, entry.of),
                )
                for each in entry.results
            }
    return RecordedGame(
        revealed=[
            RevealedQuestion(
                questions[index], asked[index].opened_at or 0, asked[index].limit_ms or 0
            )
            for index in range(len(asked))
        ],
        settings=settings,
        participants=[
            RecordedParticipant(
                player=each.player,
                nickname=each.nickname,
                joined_at=each.joined_at,
                kicked=each.player in kicked,
                answers=answers[each.player],
                result=results.get(each.player),
            )
            for each in players.values()
        ],
    )


def _players(entry: Entry) -> Iterable[JournalPlayer]:
    match entry:
        case Joined(players=players):
            return players
        case Kicked(player=player):
            return [player]
        case Answered(answers=parts) | Finished(results=parts):
            return [part.player for part in parts]
        case _:
            return []
