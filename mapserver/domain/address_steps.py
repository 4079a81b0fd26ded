"""The steps of an address: a name, numbers and a designator, cut from the text one by one.

李家湾8组 is ("李家湾", "8", "组") and 3-2-402 is ("", "3-2-402", ""). Arabic digits are always
numbers. Chinese numerals stand in names too (三房湾, 五里坪), so they are numbers only before a
designator, and before one that is common in names (房, 户, 座, 门) only where the name cannot
go on.
"""

import re

from mapserver.domain.numerals import CHINESE, DIGITS, numeral

NAMED_GROUP_WORDS = ("村民小组", "居民小组", "村小组", "小组", "村民组", "居民组", "组")
GROUP_WORDS = (*NAMED_GROUP_WORDS, "生产队", "队")
NUMBER_WORDS = ("号门牌", "号院", "号门", "号房", "号室", "号户", "号", "號")
_HASH_BUILDINGS = ("#楼", "#栋", "#幢")
_PLAIN_BUILDINGS = ("号楼栋", "号楼", "号栋", "号幢", "号座", "栋楼", "幢楼", "楼栋", "栋", "幢")
BUILDING_WORDS = (*_HASH_BUILDINGS, *_PLAIN_BUILDINGS, "座")
UNIT_WORDS = ("单元", "门", "梯")
FLOOR_WORDS = ("楼", "层", "F")
ROOM_WORDS = ("室", "户", "房")
LANE_WORDS = ("国道", "省道", "县道", "乡道", "巷", "弄")
PHASE_WORDS = ("期", "区")


def _any_of(*words: str) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORDS = _any_of(
    *(*GROUP_WORDS, *NUMBER_WORDS, *BUILDING_WORDS, *UNIT_WORDS, *FLOOR_WORDS),
    *(*ROOM_WORDS, *LANE_WORDS, *PHASE_WORDS, "#"),
)
_SURE = _any_of(*NAMED_GROUP_WORDS, *NUMBER_WORDS, *_PLAIN_BUILDINGS, "单元", "巷")
_IN_NAMES = _any_of("生产队", "队", "座", "门", "梯", "楼", "层", *ROOM_WORDS, *PHASE_WORDS)
_NAME_ENDS = f"(?:[-0-9A-Z{CHINESE}附之第]|$)"
_CHINESE_NUMBER = (
    f"[{CHINESE}]{{1,12}}(?={_SURE}|(?:{_IN_NAMES}){_NAME_ENDS}|[附之][0-9{CHINESE}]|-|$)"
)
_LETTER = f"[A-Z甲乙丙丁东西南北中][0-9]{{0,3}}(?={_any_of(*BUILDING_WORDS, '单元', '区')})"
_LETTER_AT_END = "[A-Z甲乙丙丁](?=[号室户房]|-|$)|[A-Z][0-9]{1,4}(?=[号室户房]|$)"
_NUMBER = f"(?:[0-9]+[A-EG-Z甲乙丙丁]?|{_LETTER}|{_LETTER_AT_END}|{_CHINESE_NUMBER})"
STEP = re.compile(f"([^0-9]*?)第?({_NUMBER}(?:-{_NUMBER})*)({_WORDS})?")

_NAMING_DIGITS = frozenset(DIGITS) - frozenset("〇零")


def canonical(number: str) -> str | None:
    """Return a number as a key holds it: 廿三 and ０２３ are "23", 3a is "3A"; None for 0."""
    if number.isascii():
        number = number.lstrip("0")
        return number if 0 < len(number) <= 6 and number.isalnum() else None
    if number[-1] in "甲乙丙丁东西南北中":
        return number if len(number) <= 6 else None
    value = numeral(number)
    return str(value) if value else None


def canonical_group(number: str) -> str | None:
    """Return the number of a group; 五一 and 八一 are names, not sloppy forms of 51 and 81."""
    by_digits = len(number) > 1 and set(number) <= _NAMING_DIGITS
    if by_digits:
        return number
    return canonical(number)


def holds_number(text: str) -> bool:
    """Return whether `text` holds a number that a door could be known by."""
    return STEP.match(text) is not None
