"""Chance that is the same everywhere: one generator per item, none shared.

A generator is seeded by the SHA-256 of the seed and the item's own name, so that adding
an item changes no other. `hash()` and the clock play no part.
"""

import hashlib
from dataclasses import dataclass
from random import Random

EPOCH_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z: the moment from which the demo's identifiers count."""


@dataclass(frozen=True, slots=True)
class Seed:
    """The word from which a township grows."""

    word: str

    def random(self, *name: object) -> Random:
        """Return the generator that belongs to the item called `name`."""
        return Random(int.from_bytes(self._hash(name)[:8], "big"))  # noqa: S311 -- no secret

    def uuid(self, position: int, *name: object) -> str:
        """Return the identifier of the item called `name`, in the shape of a UUID version 7.

        `position` counts milliseconds from `EPOCH_MS`, so that identifiers sort in the
        order in which the items were made.

        References
        ----------
        RFC 9562, section 5.7.
        """
        chance = self._hash((position, *name)).hex()
        text = (
            f"{EPOCH_MS + position:012x}7{chance[:3]}{'89ab'[int(chance[3], 16) % 4]}{chance[4:19]}"
        )
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _hash(self, name: tuple[object, ...]) -> bytes:
        return hashlib.sha256("|".join([self.word, *map(str, name)]).encode()).digest()
