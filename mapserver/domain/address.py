"""Addresses of Chinese townships, rural and urban, and the key by which houses match.

::

    address := [省][市][县][镇] (村|社区) (rural | urban | both)
    rural   := [湾|屋场|冲|塘 name] [组] [号][附号|之N]
    组      := [第] (number|name) (村民小组|小组|组|生产队|队)
    urban   := [路|街|巷 [号]] [小区] 栋 [单元] [楼|层] [室|户]
    栋      := number (栋|幢|号楼|座)
    number  := Arabic, full-width, Chinese (十一, 廿三, 一百零二)

Parts before the village may be missing, repeated or, where they are the reader's own,
written without 省市县镇. Remarks in brackets are no part of the address.

The key
-------
An address reaches the door when it names a 栋 or a 号 (of a road or of a house); a road, an
estate, a group or a room alone does not. One that does has a key, the village's code and:

* estate with building or number: estate, number, building, unit, room. Road and group are
  redundant, because a village has no two estates of one name.
* else road with number: road, number, estate if named, building, unit, room. The group is
  redundant. A road with a building but no number counts in the same way.
* else group (the row's 组 cell where the address has none), number, building, unit, room.
  The hamlet is redundant where group and number are present, and kept otherwise.

附1, 之一, -1 and a letter (20号A) after a number are its suffix. Room 2 of floor 4 is 402, and
the floor is redundant where the room begins with it. 五一组 and 八一组 are names, not 51 and
81; 上8组 and 下8组 are two groups; 原北冲村8组 and 北冲片8组 are group 8 of a village that was
merged, never this village's own group 8.

An address with a number that the grammar cannot place, or one that points beside a door
(20号对面), reaches no door: it waits for a person, and is never guessed.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mapserver.domain.address_door import Door, read_door
from mapserver.domain.address_head import Places, head_reader, stem
from mapserver.domain.address_steps import GROUP_WORDS, holds_number
from mapserver.domain.address_text import is_beside, tidy

_LONGEST = 200
"""Characters beyond which a text is no address: nothing of it is read."""
_NO_GROUP = frozenset({"无", "没有", "不详", "未知", "空", "组"})
_LAST_GROUP_WORD = re.compile(f"(?:{'|'.join(GROUP_WORDS)})$")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says, part by part; None where it says nothing.

    Numbers are canonical ("11" for 十一, "3A" for 3a), `group` is a number or a name without
    组, `village` ends in 村 or 社区, `suffix` belongs to `number` or else to `road_number`,
    `rest` is what could not be read. Built by `parse`.
    """

    raw: str
    province: str | None = None
    city: str | None = None
    county: str | None = None
    town: str | None = None
    village: str | None = None
    hamlet: str | None = None
    group: str | None = None
    number: str | None = None
    suffix: str | None = None
    road: str | None = None
    road_number: str | None = None
    estate: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    rest: str = ""

    @property
    def reaches_door(self) -> bool:
        """Whether the address names one building or house, with nothing left to guess."""
        if self.number is None and self.building is None and self.road_number is None:
            return False
        return not self.rest or not (is_beside(self.rest) or holds_number(self.rest))

    def key(self, village_code: str, group: str | None = None) -> str | None:
        """Return the key by which spellings of one door match, None where none is reached.

        Parameters
        ----------
        village_code : str
            Code of the village the address lies in; the caller knows it, the text may not.
        group : str, optional
            Canonical group of the row's 组 cell, used where the address names none.
        """
        if not self.reaches_door:
            return None
        parts = [village_code, *self._place(self.group or group)]
        if self.number:
            parts.append(f"号{self.number}")
            if self.suffix:
                parts.append(f"附{self.suffix}")
        if self.building:
            parts.append(f"栋{self.building}")
        if self.unit:
            parts.append(f"元{self.unit}")
        if self.floor and not self._floor_is_redundant:
            parts.append(f"层{self.floor}")
        if self.room:
            parts.append(f"室{self.room}")
        return "|".join(parts)

    def door(self, group: str | None = None) -> str:
        """Return the short label for a map, such as 8组20号, 兴衡路12号 or 3栋2单元402.

        `group` is the row's 组 cell, used where the address names none.
        """
        inside = self._inside()
        if self.building and not self.number:
            return inside
        if self.estate and self.number:
            return self._house() + inside
        if self.road_number:
            return self._street() + inside
        group = self.group or group
        return (f"{group}组" if group else self.hamlet or "") + self._house() + inside

    def label(self) -> str:
        """Return the plain spelling, from the village on.

        Where the village is known, parsing the label gives the key of the address again.
        """
        group = f"{self.group}组" if self.group else ""
        places = (self.village or "", self.hamlet or "", group, self._street(), self.estate or "")
        return "".join(places) + self._house() + self._inside()

    def lies_outside(self, home: "Address") -> bool:
        """Return whether a province, city, county or town is named that is not `home`'s."""
        pairs = (
            (self.province, home.province),
            (self.city, home.city),
            (self.county, home.county),
            (self.town, home.town),
        )
        return any(own and theirs and stem(own) != stem(theirs) for own, theirs in pairs)

    def _place(self, group: str | None) -> list[str]:
        if self.estate and (self.building or self.number):
            return [f"小区{self.estate}"]
        if self.road and (self.road_number or not self.number):
            number = [f"号{self.road_number}"] if self.road_number else []
            suffix = [f"附{self.suffix}"] if self.suffix and not self.number else []
            estate = [f"小区{self.estate}"] if self.estate else []
            return [f"路{self.road}", *number, *suffix, *estate]
        parts = [f"组{group}"] if group else []
        if self.hamlet and not (group and self.number):
            parts.append(f"湾{self.hamlet}")
        return parts

    @property
    def _floor_is_redundant(self) -> bool:
        return bool(self.floor and self.room and self.room[:-2] == self.floor)

    def _street(self) -> str:
        if self.road_number is None:
            return self.road or ""
        suffix = f"附{self.suffix}" if self.suffix and not self.number else ""
        return f"{self.road}{self.road_number}号{suffix}"

    def _house(self) -> str:
        if self.number is None:
            return ""
        return f"{self.number}号" + (f"附{self.suffix}" if self.suffix else "")

    def _inside(self) -> str:
        """Return building, unit, floor and room; a room without a building keeps its 室."""
        floor = f"{self.floor}楼" if self.floor and not self._floor_is_redundant else ""
        room = self.room or ""
        return (
            (f"{self.building}栋" if self.building else "")
            + (f"{self.unit}单元" if self.unit else "")
            + floor
            + (room if not room or (self.building and room.isdigit()) else f"{room}室")
        )


def parse(text: str, villages: Collection[str] = ()) -> Address:
    """Return what `text` says; never raises.

    `villages` are full names that are recognised first, see `reader`; for many addresses
    compile a reader once.
    """
    return _cached_reader(frozenset(villages), ())(text)


def reader(villages: Collection[str] = (), home: Sequence[str] = ()) -> Callable[[str], Address]:
    """Compile a parser for one town.

    Parameters
    ----------
    villages : collection of str
        Full names of the town's villages and communities. They are recognised before any
        other reading, and also without 村 or 社区 where a group or door follows (大塘8组).
    home : sequence of str
        The own province, city, county and town, in this order, which are then also
        recognised without 省, 市, 县, 镇 (湖南衡阳衡东洣水大塘村).
    """
    return _cached_reader(frozenset(villages), tuple(home))


@lru_cache(maxsize=64)
def _cached_reader(villages: frozenset[str], home: tuple[str, ...]) -> Callable[[str], Address]:
    read_head = head_reader(sorted(villages), home)

    def read(text: str) -> Address:
        plain = tidy(text)
        if len(plain) > _LONGEST:
            return Address(text, rest=plain)
        places, end = read_head(plain)
        if end == len(plain):
            return Address(text, *places)
        village = places[4]
        door = read_door(plain, end, urban=village is not None and village[-1] != "村")
        if villages and _is_estate(village, door) and village not in villages:
            door.estate, places = village, (*places[:4], None)
        return _address(text, places, door)

    return read


def _is_estate(village: str | None, door: Door) -> bool:
    """Return whether a 新村 is an estate's name: buildings stand in it, and no place is named."""
    named = door.estate or door.road or door.group or door.hamlet
    return door.building is not None and not named and (village or "").endswith("新村")


def _address(raw: str, places: Places, door: Door) -> Address:
    return Address(
        raw,
        *places,
        door.hamlet,
        door.group,
        door.number,
        door.suffix,
        door.road,
        door.road_number,
        door.estate,
        door.building,
        door.unit,
        door.floor,
        _room(door.floor, door.room),
        door.rest,
    )


def _room(floor: str | None, room: str | None) -> str | None:
    """Return the room's number with its floor: room 2 of floor 4 is 402."""
    if floor is None or room is None or not (floor.isdigit() and room.isdigit()):
        return room
    return f"{floor}{room:0>2}" if len(room) <= 2 else room


def group_label(text: object) -> str | None:
    """Return the canonical group of a 组 cell: 第十一村民小组, 11组 and 11 are "11".

    A name comes back without 组 (新屋组 is "新屋"); a cell that names no single group gives
    None. The village may stand before it.
    """
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    written = "" if text is None or isinstance(text, bool) else str(text)
    plain = tidy(written.strip().removesuffix(".0"))
    if not plain or plain in _NO_GROUP:
        return None
    if not _LAST_GROUP_WORD.search(plain):
        plain += "组"
    address = parse(plain)
    only_group = not (address.number or address.road_number or address.building or address.rest)
    return address.group if only_group else None
