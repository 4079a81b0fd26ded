"""Who tried too often lately, by where they are; kept in memory as long as the server runs.

Several windows at once make a wait that grows: after five wrong guesses a minute, after ten
a quarter of an hour, and so on.
"""

import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

Windows = tuple[RateLimitItem, ...]

GUESSES = tuple(parse_many("5/minute; 10/15 minutes; 20/hour; 50/day"))
"""Wrong guesses for one name from one place: an address, or a browser that is known."""

STRANGERS = tuple(parse_many("60/minute; 300/hour; 1500/day"))
"""Wrong guesses from one address for whatever names; a whole town hall may share it."""

OPENINGS = tuple(parse_many("20/minute; 200/hour"))
"""Codes of a second factor, held against a closed door."""


class Tries:
    """Counts what was tried; threads may share it."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait_s(self, windows: Windows, *key: str) -> float:
        """Return how many seconds to wait before the next try, 0 for none."""
        waits = [
            self._limiter.get_window_stats(window, *key).reset_time - time.time()
            for window in windows
            if not self._limiter.test(window, *key)
        ]
        return max((0.0, *waits))

    def count(self, windows: Windows, *key: str) -> bool:
        """Count one try, and return whether it was within every window."""
        return all([self._limiter.hit(window, *key) for window in windows])

    def clear(self, windows: Windows, *key: str) -> None:
        """Forget what was tried."""
        for window in windows:
            self._limiter.clear(window, *key)


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
