"""What the services of accounts remember of a store, as long as the program holds it open."""

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from weakref import WeakKeyDictionary

from mapserver.services.caller import Caller
from mapserver.services.kept import Kept
from mapserver.services.tries import Tries
from mapserver.store.store import Store

Kind = Literal["session", "token"]
Marks = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A caller as they were read: at these sequence numbers, for this day, good from and until."""

    marks: Marks
    day: date
    since: datetime
    until: datetime
    seen_at: datetime
    caller: Caller


@dataclass(frozen=True, slots=True)
class Memory:
    """What was tried, who was read, and when keys were last used.

    `analysed` is the town's sequence number when the store's indexes were last looked over.
    """

    tries: Tries = field(default_factory=Tries)
    callers: Kept[tuple[str, Kind, bytes], Known] = field(default_factory=lambda: Kept(4000))
    seen: dict[tuple[str, Kind, str], datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    analysed: dict[str, int] = field(default_factory=dict)


_memories: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()
_lock = threading.Lock()


def memory_of(store: Store) -> Memory:
    """Return what is remembered of a store."""
    with _lock:
        memory = _memories.get(store)
        if memory is None:
            memory = _memories[store] = Memory()
        return memory
