"""Other spellings of an address, and the habits by which cells go wrong."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

_HAN = "〇一二三四五六七八九"
_WIDE = {ord("0") + n: ord("０") + n for n in range(10)} | {ord("X"): ord("Ｘ")}

RURAL = re.compile(r"(?P<village>.+?村)(?P<group>\d+)组(?P<door>\d+)号")


def han(number: int) -> str:
    """Return a number from 1 to 99 in Chinese: 21 is 二十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _HAN[tens]) + "十" if tens else ""
    return head + (_HAN[ones] if ones else "")


def wide(text: str) -> str:
    """Return full-width digits, as an input method in Chinese mode writes them."""
    return text.translate(_WIDE)


def _rural(pattern: str, address: str) -> str:
    found = RURAL.fullmatch(address)
    if found is None:
        raise ValueError(f"not an address with a numbered group: {address}")
    group, door = int(found["group"]), int(found["door"])
    return pattern.format(
        village=found["village"],
        group=group,
        door=door,
        han_group=han(group),
        han_door=han(door) if door < 100 else door,
        wide_group=wide(str(group)),
        wide_door=wide(str(door)),
    )


SPELLINGS = tuple(
    partial(_rural, pattern)
    for pattern in (
        "湖南省衡阳市衡东县洣水镇{village}{group}组{door}号",
        "衡东县洣水镇{village}第{han_group}村民小组{door}号",
        "{village}{han_group}组{han_door}号",
        "{village}{wide_group}组{wide_door}号",
        "洣水镇 {village} {group} 组 {door} 号",
        "{village}第{group}组{door}#",
    )
)
"""Each writes a rural address in another way that means the same door."""


FLAT = re.compile(r"(?P<estate>.+小区)(?P<building>\d+)栋(?P<unit>\d+)单元(?P<room>\d+)室")


def flat_spellings() -> Sequence[Callable[[str], str]]:
    """Return functions that write the address of a flat in other ways, the same door each."""
    return tuple(
        partial(_flat, pattern)
        for pattern in (
            "{estate}{building}号楼{unit}单元{room}",
            "{estate}{building}幢{unit}单元{floor}楼{nth}室",
            "{estate}{building}栋{han_unit}单元{room}室",
            "湖南省衡东县洣水镇{estate}{wide_building}栋{unit}单元{room}户",
            "{estate} {building}栋 {unit}单元 {room}",
        )
    )


def _flat(pattern: str, address: str) -> str:
    found = FLAT.fullmatch(address)
    if found is None:
        raise ValueError(f"not the address of a flat: {address}")
    return pattern.format(
        **found.groupdict(),
        floor=found["room"][:-2],
        nth=int(found["room"][-2:]),
        han_unit=han(int(found["unit"])),
        wide_building=wide(found["building"]),
    )


def old_number(number: str) -> str:
    """Return the 15 digits that an identity number of the 20th century had before 1999."""
    if not number[6:8] == "19":
        raise ValueError("only people born in the 20th century had a short number")
    return number[:6] + number[8:17]


def serial(day: date) -> int:
    """Return the day as spreadsheets count it (the 1900 system)."""
    return (day - date(1899, 12, 30)).days
