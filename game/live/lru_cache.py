"""A least-recently-used cache."""

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class LRUCache(Generic[Value]):
    """Holds at most `capacity` values, and drops the least recently used one first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, name: str) -> Value | None:
        value = self._values.get(name)
        if value is not None:
            self._values.move_to_end(name)
        return value

    def __setitem__(self, name: str, value: Value) -> None:
        self._values[name] = value
        self._values.move_to_end(name)
        if len(self._values) > self._capacity:
            self._values.popitem(last=False)
