"""A cache drops what was used least recently, and knows what it holds."""

from game.live.lru_cache import LRUCache


def held(cache: LRUCache[str], *names: str) -> str:
    return "".join(name for name in names if cache.get(name) is not None)


def test_the_least_recently_used_goes_first() -> None:
    cache = LRUCache[str](2)
    cache["a"], cache["b"] = "one", "two"
    assert cache.get("a") == "one"
    cache["c"] = "three"
    assert held(cache, "a", "b", "c") == "ac"
    assert cache.get("never") is None


def test_values_weigh_no_more_than_the_capacity() -> None:
    cache = LRUCache[str](10, weigh=len)
    cache["a"], cache["b"] = "x" * 4, "x" * 6
    assert held(cache, "a", "b") == "ab"
    cache["c"] = "x"
    assert held(cache, "a", "b", "c") == "bc"
    cache["d"] = "x" * 3
    assert held(cache, "b", "c", "d") == "bcd"
    cache["e"] = "x" * 7
    assert held(cache, "b", "c", "d", "e") == "de"


def test_a_new_value_takes_the_place_and_the_weight_of_the_old_one() -> None:
    cache = LRUCache[str](10, weigh=len)
    cache["a"], cache["b"] = "x" * 4, "x" * 6
    for _ in range(3):
        cache["b"] = "x" * 5
    cache["c"] = "x"
    assert held(cache, "a", "b", "c") == "abc"
    cache["b"] = "x" * 9
    assert held(cache, "a", "b", "c") == "bc"


def test_what_is_heavier_than_the_capacity_is_not_held() -> None:
    cache = LRUCache[str](2, weigh=len)
    cache["a"] = "xxx"
    assert cache.get("a") is None
    cache["b"] = "xx"
    assert cache.get("b") == "xx"
