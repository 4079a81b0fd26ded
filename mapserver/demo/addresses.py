"""How the demo's doors are keyed: by the same grammar that reads an imported address."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mapserver.demo.areas import Village
from mapserver.domain.address import reader

PREFIX = "湖南省衡阳市衡东县洣水镇"

_DOOR = re.compile(r"(\d+栋\d+单元\d+室|\d+号)$")


@dataclass(frozen=True, slots=True)
class Door:
    """The match key of an address and its short label; None where no door is reached."""

    key: str | None
    label: str | None


def door_reader(villages: Sequence[Village]) -> Callable[[str, str], Door]:
    """Return a function from an address and its village's code to the door."""
    read = reader([village.name for village in villages])

    def door(address: str, village: str) -> Door:
        read_address = read(address)
        return Door(read_address.key(village), read_address.door() or None)

    return door


def short_of_door(address: str) -> str:
    """Return the address as somebody writes it who leaves out the door."""
    return _DOOR.sub("", address)
