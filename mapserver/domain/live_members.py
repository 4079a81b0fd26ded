"""The members of a coverage that is being edited, by code, by place and by shape."""

from collections.abc import Collection, Iterator

from mapserver.domain.boxes import Box, Boxes
from mapserver.domain.defects import Defect
from mapserver.domain.duplicates import Member, duplicates, missing


class LiveMembers:
    """Members with different codes, added and dropped one at a time."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._without: dict[str, Defect] = {}
        self._drawn: Boxes[Member] = Boxes()
        self._number: dict[str, int] = {}
        self._less_m2: dict[str, float] = {}
        self._by_box: dict[Box, dict[str, Member]] = {}
        self._twice: dict[Box, list[Defect]] = {}

    def __contains__(self, code: str) -> bool:
        return code in self._members

    def __getitem__(self, code: str) -> Member:
        return self._members[code]

    def add(self, member: Member) -> None:
        """Put in a member whose code is not here yet."""
        self._members[member.code] = member
        if member.shape is None or member.shape.is_empty:
            self._without[member.code] = missing(member)
            return
        box = member.shape.bounds
        self._number[member.code] = self._drawn.add(box, member)
        self._less_m2[member.code] = -member.shape.area
        self._by_box.setdefault(box, {})[member.code] = member
        self._compare(box)

    def drop(self, code: str) -> None:
        """Take out a member."""
        member = self._members.pop(code)
        self._without.pop(code, None)
        if member.shape is None or member.shape.is_empty:
            return
        box = member.shape.bounds
        self._drawn.drop(self._number.pop(code))
        del self._less_m2[code]
        del self._by_box[box][code]
        self._compare(box)

    def _compare(self, box: Box) -> None:
        """Find out anew who in the box is drawn twice."""
        alike = self._by_box[box]
        self._twice.pop(box, None)
        if not alike:
            del self._by_box[box]
        elif len(alike) > 1:
            self._twice[box] = list(duplicates(list(alike.values())))

    def near(self, box: Box, parent: str | None) -> list[Member]:
        """Return the members of a parent whose boxes meet `box`, in the order of their codes."""
        met = (self._drawn[number] for number in self._drawn.meeting(box))
        return sorted((one for one in met if one.parent == parent), key=lambda one: one.code)

    def at_fault(self) -> Iterator[Defect]:
        """Yield what is wrong with members by themselves: drawn never, or twice."""
        yield from self._without.values()
        for same in self._twice.values():
            yield from same

    def surfaces_m2(self) -> Collection[float]:
        """Return the surface of each member, less than 0."""
        return self._less_m2.values()
