"""The door of an address: what stands after the village, read step by step.

Each designator has one rule that says what its number is, given what was read before. A
step that no rule can place ends the reading: that step and all after it are left unread,
because an address half understood must not find a house.

Numbers in a chain of hyphens are, from the right, room, unit, building; 20-1号 is number 20
with suffix 1, the same as 20号附1 and 20号之一.
"""

import re
from collections.abc import Callable

from mapserver.domain.address_steps import (
    BUILDING_WORDS,
    FLOOR_WORDS,
    GROUP_WORDS,
    LANE_WORDS,
    NAMED_GROUP_WORDS,
    NUMBER_WORDS,
    PHASE_WORDS,
    ROOM_WORDS,
    STEP,
    UNIT_WORDS,
    canonical,
    canonical_group,
)
from mapserver.domain.address_text import CJK, is_beside

_LONGEST_NAME = 24
_NAMED_GROUP = re.compile(f"(?!村民|居民)({CJK}{{1,8}}?)(?:{'|'.join(NAMED_GROUP_WORDS)})(.*)")
_ROAD_ENDS = "(?:大道|大街|路|街|巷|弄|胡同|国道|省道)(?:[东南西北中]段?|[一二三]段)?"
_ROAD = re.compile(f".+{_ROAD_ENDS}")
_ROAD_AND_MORE = re.compile(f"(.+?{_ROAD_ENDS})(.+)")
_ESTATE = re.compile(
    f"{CJK}+(?:小区|花园|花苑|公寓|新村|新城|新区|家园|山庄|广场|大厦|宿舍|安置区|安置点|安置房|住宅区"
    "|家属区|家属院|住宅楼|商住楼|商城|苑|府|[0-9A-Z]+[期区]|[东南西北中]区)"
)
_HAMLET = re.compile(
    f"(?!同上|以上|以下|老家|在家|家里|村里){CJK}+(?:湾|屋场|冲|塘|屋|坪|垅|垄|岭|坳|坡|山|院子|园|庄|寨|坝|桥|井|田|洲|坑|嘴|咀|堂|背|町"
    "|排|墩|圩|港|溪|江|坨|塅|村|里|口|铺|店|岗|冈|边|上|下|头|家)"
)
_FORMER_VILLAGE = re.compile(f"原({CJK}{{1,6}}?)(?:老?村|片区?)?|({CJK}{{1,6}}?)片区?")
_PAIRED_GROUP = re.compile("[上下东西南北前后新老中大小]")


class Door:
    """What has been read of a door so far, and the rules by which a step is added.

    Every rule takes the name, the numbers and the designator of a step and returns whether
    it could place them.
    """

    __slots__ = (
        "building",
        "estate",
        "floor",
        "group",
        "hamlet",
        "number",
        "rest",
        "road",
        "road_number",
        "room",
        "suffix",
        "unit",
        "urban",
    )

    def __init__(self, urban: bool) -> None:
        self.urban = urban
        self.hamlet: str | None = None
        self.group: str | None = None
        self.number: str | None = None
        self.suffix: str | None = None
        self.road: str | None = None
        self.road_number: str | None = None
        self.estate: str | None = None
        self.building: str | None = None
        self.unit: str | None = None
        self.floor: str | None = None
        self.room: str | None = None
        self.rest = ""

    def take_group(self, name: str, number: str, _word: str) -> bool:
        """8组, 李家湾8组, 上八组 (a group of its own), 原北冲村8组 (of a merged village)."""
        canon = canonical_group(number)
        if canon is None or self.building or (name and (self.number or is_beside(name))):
            return False
        former = _FORMER_VILLAGE.fullmatch(name)
        if former:
            canon = f"{former[1] or former[2]}片{canon}"
        elif _PAIRED_GROUP.fullmatch(name):
            canon = name + canon
        elif _ROAD.fullmatch(name):
            self.hamlet = name
        elif not self._name(name, building=False):
            return False
        if self.group is None:
            self.group = canon
        return self.group == canon

    def take_number(self, name: str, numbers: str, word: str) -> bool:
        """20号, 20-1号, 附1号, 之一; 402号 inside a building is a room."""
        if name in ("附", "之", "副"):
            return self._suffix(numbers)
        if name == "原":
            return self.number is not None or self.road_number is not None
        if not self._name(name, building=False):
            return False
        if self.building or self.unit or numbers.count("-") > 1:
            return self._chain(numbers)
        first, _, last = numbers.partition("-")
        if last and self.estate and len(last) > 2:
            return self._chain(numbers)
        return self._house(first, last)

    def take_building(self, name: str, numbers: str, _word: str) -> bool:
        """3栋, 3号楼, A座; 12-3栋 on a road is number 12, building 3."""
        if not self._name(name, building=True) or self.building:
            return False
        first, _, last = numbers.partition("-")
        if last:
            on_road = self.road is not None and self.road_number is None and not self.estate
            if not on_road or not self._house(first, ""):
                return False
        self.building = canonical(last or first)
        return self.building is not None

    def take_hash(self, name: str, numbers: str, word: str) -> bool:
        """3#: by custom a building in an estate, a house elsewhere."""
        if _ESTATE.fullmatch(name) or (self.estate and not self.building):
            return self.take_building(name, numbers, word)
        return self.take_number(name, numbers, word)

    def take_unit(self, name: str, numbers: str, _word: str) -> bool:
        """2单元; 3-2单元 is building 3, unit 2."""
        if not self._name(name, building=True) or self.unit or self.room:
            return False
        first, _, last = numbers.partition("-")
        if last:
            if self.building:
                return False
            self.building = canonical(first)
        self.unit = canonical(last or first)
        return self.unit is not None

    def take_floor(self, name: str, number: str, _word: str) -> bool:
        """4楼, 负1楼."""
        below = name in ("负", "地下")
        if not (below or self._name(name, building=True)) or self.floor or self.room:
            return False
        canon = canonical(number)
        self.floor = f"负{canon}" if below and canon else canon
        return canon is not None

    def take_room(self, name: str, numbers: str, _word: str) -> bool:
        """402室, 2-402室, 3-2-402室."""
        return self._name(name, building=True) and self._chain(numbers)

    def take_lane(self, name: str, number: str, word: str) -> bool:
        """107国道, 兴衡路3巷: the number belongs to the road's name."""
        canon = canonical_group(number)
        if canon is None or self.road_number or self._past_names() or is_beside(name):
            return False
        self.road = f"{self.road or ''}{name}{canon}{word}"
        return len(self.road) <= _LONGEST_NAME

    def take_phase(self, name: str, number: str, word: str) -> bool:
        """二期, A区: the number belongs to the estate's name."""
        canon = canonical(number)
        if canon is None or not self._name(name, building=True):
            return False
        self.estate = f"{self.estate or ''}{canon}{word}"
        return len(self.estate) <= _LONGEST_NAME

    def take_bare(self, name: str, numbers: str, _word: str) -> bool:
        """12 after a road, 20 after a group, 402 in a building; elsewhere nobody can tell."""
        if name in ("附", "之", "副"):
            return self._suffix(numbers)
        if not self._name(name, building=bool(self.road_number or self.road)):
            return False
        if self.building or self.unit or self.floor or "-" in numbers:
            return self._chain(numbers)
        if self.number or self._on_road(closed=True):
            return self._chain(numbers) if len(numbers) > 2 else self._suffix(numbers)
        if self._on_road(closed=False) or (self.group and not self.estate):
            return self._house(numbers, "")
        return False

    def take_tail(self, text: str) -> None:
        """Read the words after the last number: a hamlet, group, road or estate, else unread."""
        if self.road_number and not self.estate and _ESTATE.fullmatch(text):
            self.estate = text
            return
        placed = self.number or self.building or self.road_number or self.room
        if placed or is_beside(text) or not self._tail_name(text):
            self.rest = text

    def _tail_name(self, text: str) -> bool:
        named = _NAMED_GROUP.fullmatch(text)
        known = (named and not named[2]) or _ROAD.fullmatch(text) or _ESTATE.fullmatch(text)
        if not known and not _HAMLET.fullmatch(text):
            return False
        return self._name(text, building=False)

    def _on_road(self, closed: bool) -> bool:
        """Return whether a road is the last place named, with or without its number."""
        return (
            self.road is not None
            and (self.road_number is not None) == closed
            and (self.estate is None)
        )

    def _past_names(self) -> bool:
        """Return whether the house or estate is known: what follows is inside, and numbered."""
        inside = self.building or self.unit or self.floor or self.room
        return bool(inside or self.number or self.estate)

    def _name(self, name: str, building: bool) -> bool:
        """Place the name before a number; `building` says that a building's parts follow."""
        name = name.replace("-", "")
        if not name:
            return True
        if len(name) > _LONGEST_NAME or name[-1].isascii():
            return False
        if self._past_names() or is_beside(name):
            return False
        named = _NAMED_GROUP.fullmatch(name)
        if named and self.group is None and self._ends_a_group(named[2]):
            self.group = named[1]
            name = named[2]
        return not name or self._street(name, building)

    @staticmethod
    def _ends_a_group(after: str) -> bool:
        """Return whether 组 ends a name: in 机组湾 it does not, in 新屋组兴衡路 it does."""
        if not after:
            return True
        road = _ROAD.fullmatch(after)
        return road is not None or _ESTATE.fullmatch(after) is not None

    def _street(self, name: str, building: bool) -> bool:
        """Place a name that may be a road, an estate, one after the other, or a hamlet."""
        if self.road is None:
            if _ROAD.fullmatch(name):
                self.road = name.removeprefix("县城").removeprefix("城区")
                return True
            both = _ROAD_AND_MORE.fullmatch(name)
            if both and (building or _ESTATE.fullmatch(both[2])):
                self.road, name = both.groups()
        if building or _ESTATE.fullmatch(name):
            self.estate = name
        elif self.road:
            return False
        else:
            self.hamlet = (self.hamlet or "") + name
        return True

    def _house(self, number: str, suffix: str) -> bool:
        """Set the number of the road or of the house, with its suffix (20A is 20 with A)."""
        if self.suffix or self.room:
            return False
        lettered = number[:-1].isdigit() and not number[-1].isdigit()
        if lettered and not suffix:
            number, suffix = number[:-1], number[-1]
        canon = canonical(number)
        if canon is None or self._on_road(closed=True) or self.number:
            return False
        if self._on_road(closed=False):
            self.road_number = canon
        else:
            self.number = canon
        return not suffix or self._suffix(suffix)

    def _suffix(self, number: str) -> bool:
        if self.suffix or self.building or not (self.number or self.road_number):
            return False
        self.suffix = canonical(number)
        return self.suffix is not None

    def _chain(self, numbers: str) -> bool:
        """Read 3-2-402 from the right: room, unit, building."""
        parts = [canonical(part) for part in numbers.split("-")]
        if self.room or None in parts:
            return False
        if len(parts) == 1:
            self.room = parts[0]
            return True
        return len(parts) <= 3 and self._chained(parts)

    def _chained(self, parts: list[str | None]) -> bool:
        placed = self.number or self.road_number
        if len(parts) == 3:
            if self.building or self.unit or (self.road and not placed and not self.estate):
                return False
            self.building, self.unit, self.room = parts
            return True
        if self.building:
            if self.unit or self.floor:
                return False
            self.unit, self.room = parts
            return True
        first, last = parts
        return self._pair(first or "", last or "")

    def _pair(self, first: str, last: str) -> bool:
        """Read a-b where no building is known: number and suffix, or building and room."""
        placed = self.number or self.road_number
        apartment = len(last) > 2 and not self.unit
        if not placed and (self._on_road(closed=False) or (self.group and not self.estate)):
            if not self._house(first, "" if apartment else last):
                return False
            self.room = last if apartment else None
            return True
        if apartment and (placed or self.estate or self.urban):
            self.building, self.room = first, last
            return True
        return False


_Rule = Callable[[Door, str, str, str], bool]
_RULES: dict[str | None, _Rule] = {
    None: Door.take_bare,
    **dict.fromkeys(GROUP_WORDS, Door.take_group),
    **dict.fromkeys(NUMBER_WORDS, Door.take_number),
    **dict.fromkeys(BUILDING_WORDS, Door.take_building),
    **dict.fromkeys(UNIT_WORDS, Door.take_unit),
    **dict.fromkeys(FLOOR_WORDS, Door.take_floor),
    **dict.fromkeys(ROOM_WORDS, Door.take_room),
    **dict.fromkeys(LANE_WORDS, Door.take_lane),
    **dict.fromkeys(PHASE_WORDS, Door.take_phase),
    "#": Door.take_hash,
}


def read_door(text: str, start: int, urban: bool) -> Door:
    """Read `text` from `start`; `urban` says that the village is a community."""
    door = Door(urban)
    end = start
    for step in STEP.finditer(text, start):
        name, numbers, word = step.groups()
        if not _RULES[word](door, name, numbers, word or ""):
            door.rest = text[end:]
            return door
        end = step.end()
    if end < len(text):
        door.take_tail(text[end:])
    return door
