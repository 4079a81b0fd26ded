"""How the demo's doors are keyed: by the same grammar that reads an imported address."""

import re
from dataclasses import dataclass

PREFIX = "湖南省衡阳市衡东县洣水镇"


@dataclass(frozen=True, slots=True)
class Door:
    """The match key of an address and its short label; None where no door is reached."""

    key: str | None
    label: str | None


def door(address: str, village_code: str, village_name: str) -> Door:
    """Return key and label of an address of the village."""
    rest = address.removeprefix(village_name)
    if not re.search(r"[号室]$", rest):
        return Door(None, None)
    return Door(f"{village_code}|{rest}", rest)


def short_of_door(address: str) -> str:
    """Return the address as somebody writes it who leaves out the door."""
    return re.sub(r"(\d+栋\d+单元\d+室|\d+号)$", "", address)
