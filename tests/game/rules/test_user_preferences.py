"""Which time zones may be chosen, and which are offered."""

from zoneinfo import ZoneInfo

import pytest

from game.rules.user_preferences import check_time_zone, offered_time_zones


@pytest.mark.parametrize("name", [None, "UTC", "Asia/Jakarta", "Asia/Calcutta", "EST5EDT"])
def test_a_known_time_zone_may_be_chosen(name: str | None) -> None:
    assert check_time_zone(name) == ()


@pytest.mark.parametrize("name", ["", "asia/jakarta", "WIB", "../UTC", "/etc/localtime"])
def test_an_unknown_time_zone_is_named(name: str) -> None:
    [detail] = check_time_zone(name)
    assert (detail.path, detail.code) == ("time_zone", "unknown_time_zone")


def test_places_are_offered() -> None:
    zones = offered_time_zones()
    assert zones[0] == "UTC"
    assert "Asia/Jakarta" in zones
    assert not any(zone.startswith("Etc/") for zone in zones)
    assert all(ZoneInfo(zone).key == zone for zone in zones)
