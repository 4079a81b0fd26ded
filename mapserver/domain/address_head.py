"""The head of an address: province, city, county, town, and the village or community.

Any part may be missing, and spreadsheets that join columns repeat them. Names of places
hold the very characters that end other names (雷市村, 沙市区, 西乡街道, 津市市, 联组村),
so each ending says what may not follow it, and villages that are known are tried first.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from mapserver.domain.address_text import CJK
from mapserver.domain.numerals import CHINESE

LEVELS = ("province", "city", "county", "town")

_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|台湾"
)
_REGIONS = "内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区"
_PLACE_AHEAD = "(?=[^0-9]*?(?:[省市县镇乡州]|(?<!社)区|街道|工业园))"
_PLACE_FOLLOWS = f"(?={CJK}{{2,8}}(?:市|县|区|州|镇|乡|村))"
_PROVINCE = f"(?:{_PROVINCES})(?:省|{_PLACE_FOLLOWS})|{_REGIONS}"
_CITY_ENDS = "(?:市(?![场村路街巷组镇乡区市民里政]|社区)|自治州)"
_CITY = f"(?:景德镇|[^-0-9A-Z#省县][^-0-9A-Z#省县村镇]{{0,8}}?){_CITY_ENDS}"
_COUNTY = (
    "[^-0-9A-Z#省市县区][^-0-9A-Z#省市县区镇村]{0,9}?县(?![道委政医中路街前门直])"
    f"|{CJK}{{1,5}}?(?<![社小园])区(?={CJK}{{1,8}}?(?:镇|乡|街道))"
    f"|(?(city){CJK}{{1,5}}?(?<![社小园])区|(?!))"
    f"|(?(city)[^-0-9A-Z#区县镇乡村]{{1,4}}?{_CITY_ENDS}|(?!))"
)
_COUNTY_SEAT = f"(?:(?<=县)城(?={CJK}{{2,5}}[路街巷道]))?"
_TOWN = (
    f"{CJK}[^-0-9A-Z#县镇]{{0,5}}?街道(?:办事处|办)?"
    f"|{CJK}[^-0-9A-Z#县镇乡村区]{{0,5}}?(?:[镇乡](?![村路街巷组镇上])"
    f"|(?:开发区|工业园区?)(?={CJK}{{1,8}}?(?:村|社区)))"
)
_NO_VILLAGE = f"(?!第?[{CHINESE}]+(?:村民|居民|小)?组|原{CJK}{{2}})"
_NOT_OVER = "(?!村(?!民)|民小组|民组|小组|小区|花园|公寓|大道)"
_RURAL_ENDS = "村(?:村?委会|村?民委员会)?"
_URBAN_ENDS = "(?:社区(?:居委会|居民委员会)?|居委会|居民委员会)"
_NAME = f"{CJK}[^-0-9A-Z#省县镇]{{0,8}}?镇?"
_VILLAGE = (
    f"{_NO_VILLAGE}(?:"
    f"(?P<rural>{_NAME}){_RURAL_ENDS}{_NOT_OVER}|(?P<urban>{_NAME}){_URBAN_ENDS}{_NOT_OVER})"
)
_DOOR_FOLLOWS = f"(?=第?(?:[0-9]|[{CHINESE}]+(?:村民小组|村民组|居民小组|小组|组|号|栋|幢|单元))|$)"


_LEVEL = re.compile("(?:自治区|省|自治州|市|自治县|县|区|镇|乡|街道|村|社区)$")


Places = tuple[str | None, str | None, str | None, str | None, str | None]
"""Province, city, county, town and village."""


class Head(NamedTuple):
    """The places that an address names, and where in the text they end."""

    places: Places
    end: int


def stem(place: str) -> str:
    """Return a place's name without the word for its level: 衡东县 is 衡东."""
    return _LEVEL.sub("", place) or place


def head_reader(villages: Collection[str], home: Sequence[str]) -> Callable[[str], Head]:
    """Compile a reader of heads.

    Parameters
    ----------
    villages : collection of str
        Full names of the villages and communities to be recognised first; one of them is
        also recognised without 村 or 社区 where a group, house or building follows.
    home : sequence of str
        The own province, city, county and town, full names in this order, which are then
        also recognised without 省, 市, 县, 镇 before each other or a known village.
    """
    pattern = _compile(villages, home)
    by_stem = {stem(name): name for name in villages}

    def read(text: str) -> Head:
        places, end = _take(pattern, by_stem, text, 0)
        while 0 < end < len(text) and not text[end].isascii():
            again, next_end = _take(pattern, by_stem, text, end)
            if next_end == end or not _repeats(places, again):
                break
            places, end = _joined(places, again), next_end
        return Head(places, end)

    return read


def _take(pattern: re.Pattern[str], by_stem: dict[str, str], text: str, start: int) -> Head:
    """Read one run of places from `start`."""
    found = pattern.match(text, start)
    if found is None:
        return Head((None,) * 5, start)
    province, city, county, town = found.group(*LEVELS)
    return Head((province, city, county, town, _village(found, by_stem)), found.end())


def _repeats(places: Places, again: Places) -> bool:
    """Return whether a second run of places only repeats or completes the first.

    One that contradicts it is left to the door: 大塘村原北冲村8组 names a group of a
    village that was merged.
    """
    if places[4] is not None and again[4] != places[4]:
        return False
    pairs = zip(places[:4], again, strict=False)
    return not any(old and new and stem(old) != stem(new) for old, new in pairs)


def _joined(places: Places, again: Places) -> Places:
    province, city, county, town, village = (
        old or new for old, new in zip(places, again, strict=True)
    )
    return province, city, county, town, village


def _village(found: re.Match[str], by_stem: dict[str, str]) -> str | None:
    kind = found.lastgroup
    if kind is None or kind in LEVELS:
        return None
    name = found[kind]
    if kind == "bare":
        return by_stem[name]
    if kind.endswith("rural"):
        return name + "村"
    if kind.endswith("urban"):
        return name + "社区"
    return name


def _compile(villages: Collection[str], home: Sequence[str]) -> re.Pattern[str]:
    known = _known(villages)
    own = [stem(name) for name in home]
    follows = "|".join(map(re.escape, own)) + "|" + re.sub(r"\?P<\w+>", "?:", known)
    levels = dict(zip(LEVELS, (_PROVINCE, _CITY, _COUNTY, _TOWN), strict=True))
    for level, name, bare in zip(LEVELS, home, own, strict=False):
        ending = re.escape(name.removeprefix(bare))
        levels[level] = f"{re.escape(bare)}(?:{ending}|(?={follows}))|{levels[level]}"
    places = "".join(f"(?:(?P<{level}>{pattern}))?" for level, pattern in levels.items())
    places = places.replace("(?:(?P<town>", f"{_COUNTY_SEAT}(?:(?P<town>")
    ahead = f"(?:{_PLACE_AHEAD}|(?={_any(own)}))"
    return re.compile(f"(?:中国)?(?:{ahead}{places})?(?:{known}|{_VILLAGE})?")


def _known(villages: Collection[str]) -> str:
    """Return the pattern of the known villages: whole names first, then unique stems alone."""
    stems = [stem(name) for name in villages]
    rural = [stem(name) for name in villages if name.endswith("村")]
    urban = [stem(name) for name in villages if name.endswith("社区")]
    unique = [name for name in stems if stems.count(name) == 1]
    other = [name for name in villages if not name.endswith(("村", "社区"))]
    return (
        f"(?P<known_rural>{_any(rural)}){_RURAL_ENDS}{_NOT_OVER}"
        f"|(?P<known_urban>{_any(urban)}){_URBAN_ENDS}{_NOT_OVER}"
        f"|(?P<named>{_any(other)})"
        f"|(?P<bare>{_any(unique)}){_DOOR_FOLLOWS}"
    )


def _any(names: Collection[str]) -> str:
    """Return a pattern of any of `names`, longest first, that matches nothing if there are none."""
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join(map(re.escape, longest_first)) or "(?!)"
