"""Things found by the box they lie in, put in and taken out one at a time."""

from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeVar

from rtree.index import Index, Property

Box = tuple[float, float, float, float]
"""West, south, east and north."""

Thing = TypeVar("Thing")

_ROOM = 10
"""Boxes in a node: with the 100 of the library's own choice a deletion takes 20 times as long."""


class Boxes(Generic[Thing]):
    """An R-tree of things, each with a number of its own."""

    def __init__(self) -> None:
        self._index = Index(properties=Property(leaf_capacity=_ROOM, index_capacity=_ROOM))
        self._kept: dict[int, tuple[Box, Thing]] = {}
        self._numbers = count()

    def __getitem__(self, number: int) -> Thing:
        return self._kept[number][1]

    def __iter__(self) -> Iterator[Thing]:
        return (thing for _, thing in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, box: Box, thing: Thing) -> int:
        """Put in a thing and return its number, which no other has had."""
        number = next(self._numbers)
        self._index.insert(number, box)
        self._kept[number] = (box, thing)
        return number

    def drop(self, number: int) -> None:
        """Take out a thing."""
        box, _ = self._kept.pop(number)
        self._index.delete(number, box)

    def meeting(self, box: Box) -> list[int]:
        """Return the numbers of the things whose boxes meet `box`, edges included."""
        return sorted(self._index.intersection(box))


def widened(box: Box, by: float) -> Box:
    """Return a box that is wider by so much on every side."""
    west, south, east, north = box
    return west - by, south - by, east + by, north + by
