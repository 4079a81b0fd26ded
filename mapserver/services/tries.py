"""Who tried too often lately, by where they are; kept in memory as long as the server runs.

Several windows at once make a wait that grows: after five wrong guesses a minute, after ten
a quarter of an hour, and so on. They go by a clock that nobody can set.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from time import monotonic

MOST = 100_000
"""Keys that are remembered at once; of more, those tried longest ago are forgotten."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many tries in so many seconds, wherever these begin."""

    most: int
    seconds: int


Windows = tuple[Window, ...]

GUESSES = (Window(5, _MINUTE), Window(10, 15 * _MINUTE), Window(20, _HOUR), Window(50, _DAY))
"""Wrong guesses for one name from one place: an address, or a browser that is known."""

STRANGERS = (Window(60, _MINUTE), Window(300, _HOUR), Window(1500, _DAY))
"""Wrong guesses from one address for whatever names; a whole town hall may share it."""

OPENINGS = (Window(20, _MINUTE), Window(200, _HOUR))
"""Codes of a second factor, held against a closed door."""


class Tries:
    """Counts what was tried; threads may share it."""

    def __init__(self) -> None:
        self._tried: OrderedDict[tuple[Windows, tuple[str, ...]], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, windows: Windows, *key: str) -> float:
        """Return how many seconds to wait before the next try, 0 for none."""
        with self._lock:
            return _wait_s(windows, self._tried.get((windows, key)) or (), monotonic())

    def count(self, windows: Windows, *key: str) -> bool:
        """Count one try if it is within every window, and return whether it is."""
        place, now = (windows, key), monotonic()
        with self._lock:
            tried = self._tried.setdefault(place, deque(maxlen=max(one.most for one in windows)))
            self._tried.move_to_end(place)
            if _wait_s(windows, tried, now) > 0:
                return False
            tried.append(now)
            while len(self._tried) > MOST:
                self._tried.popitem(last=False)
            return True

    def clear(self, windows: Windows, *key: str) -> None:
        """Forget what was tried."""
        with self._lock:
            self._tried.pop((windows, key), None)


def _wait_s(windows: Windows, tried: Sequence[float], now: float) -> float:
    full = [one for one in windows if len(tried) >= one.most]
    return max((0.0, *(tried[-one.most] + one.seconds - now for one in full)))


def network_of(client: str) -> str:
    """Return what of an address counts as one place: of IPv6 the network, as hosts have many."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return client
