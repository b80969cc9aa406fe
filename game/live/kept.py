"""What was used last, so many of it."""

from collections import OrderedDict
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Forgets what was not used for longest when there is more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[str, Thing] = OrderedDict()

    def get(self, name: str) -> Thing | None:
        thing = self._things.get(name)
        if thing is not None:
            self._things.move_to_end(name)
        return thing

    def __setitem__(self, name: str, thing: Thing) -> None:
        self._things[name] = thing
        self._things.move_to_end(name)
        if len(self._things) > self._most:
            self._things.popitem(last=False)
