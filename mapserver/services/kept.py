"""What was made for one caller and may be asked for again, as long as there is room."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Kept(Generic[Key, Thing]):
    """The things that were used last, at most so many; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Key, Thing] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def made(self, key: Key, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`; where there is nothing it is made, once.

        Who asks for it meanwhile waits: several who make the same thing take as long as all of
        them one after the other.
        """
        known = self.get(key)
        if known is not None:
            return known
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                known = self.get(key)
                if known is None:
                    known = make()
                    self.put(key, known)
                return known
        finally:
            with self._lock:
                self._making.pop(key, None)

    def get(self, key: Key) -> Thing | None:
        """Return what is kept under `key`, None where there is nothing."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Key, thing: Thing) -> None:
        """Keep a thing, and forget what was used longest ago where there are too many."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)

    def forget(self, which: Callable[[Key], bool] = lambda _: True) -> None:
        """Forget what is kept under the keys that `which` is true of; by default all."""
        with self._lock:
            for key in [one for one in self._things if which(one)]:
                del self._things[key]
