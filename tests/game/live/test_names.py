"""The names of players and teams, which everybody in the room sees."""

import pytest

from game.errors import ROOM_REFUSALS, Refusal
from game.live.seats import fit_name, fit_team, secret_of
from game.rules.rooms import RoomSettings

FILTERED, UNFILTERED = RoomSettings(word_filter=True), RoomSettings(word_filter=False)


@pytest.mark.parametrize("settings", [FILTERED, UNFILTERED])
def test_a_name_is_shown_as_it_was_meant(settings: RoomSettings) -> None:
    assert fit_name(settings, " Ani  Wijaya ") == "Ani Wijaya"
    assert fit_team(settings, " Tim  A ") == "Tim A"


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_a_player_need_not_have_a_team(typed: str | None) -> None:
    assert fit_team(FILTERED, typed) is None


def test_a_rude_name_is_refused_unless_the_host_allows_it() -> None:
    with pytest.raises(Refusal) as refusal:
        fit_name(FILTERED, "fuck")
    assert refusal.value.code == "nickname_invalid"
    assert refusal.value.message != ROOM_REFUSALS["nickname_invalid"][1]
    assert fit_name(UNFILTERED, "fuck") == "fuck"


@pytest.mark.parametrize("typed", ["fuck", "x" * 25])
def test_a_team_that_does_not_fit_is_not_called_a_nickname(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        fit_team(FILTERED, typed)
    assert refusal.value.code == "bad_message"
    assert refusal.value.message != ROOM_REFUSALS["bad_message"][1]


def test_a_key_is_another_secret_to_somebody_else_and_in_another_room() -> None:
    secrets = [
        secret_of(session, user, key)
        for session in ("one", "two")
        for user in (None, "ana", "budi")
        for key in ("k", "K")
    ]
    assert len({*secrets}) == len(secrets)
    assert secret_of("one", None, "k") == secrets[0]
