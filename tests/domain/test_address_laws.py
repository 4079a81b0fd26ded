"""Laws of addresses: one door has one key however it is spelled, two doors have two."""

from dataclasses import dataclass, fields

from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.address import Address, parse, reader

HOME = ("湖南省", "衡阳市", "衡东县", "洣水镇")
VILLAGE = "大塘村"
CODE = "430424100216"
read = reader((VILLAGE, "北冲村", "堰湾社区", "南塘村"), HOME)

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Country:
    """A door of the countryside; the hamlet says where it is, but not which door."""

    group: int | str
    number: int
    suffix: int | None


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat of an estate; the road says where it is, but not which flat."""

    estate: str
    building: int
    unit: int | None
    room: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A house on a road."""

    road: str
    number: int
    suffix: int | None


Truth = Country | Flat | Gate

small = st.integers(1, 40)
groups = small | st.sampled_from(["新屋", "老屋湾", "五一", "四方塘", "红旗", "组塘"])
countries = st.builds(Country, groups, st.integers(1, 300), st.none() | st.integers(1, 12))
rooms = st.builds(lambda floor, door: floor * 100 + door, st.integers(1, 33), st.integers(1, 12))
estates = st.sampled_from(["锦绣小区", "金花花园", "洣水新村", "卫生院宿舍", "十里山庄"])
flats = st.builds(Flat, estates, st.integers(1, 30), st.none() | st.integers(1, 5), rooms)
roads = st.sampled_from(["兴衡路", "五一路", "文冲街", "建设路南巷", "衡东大道", "十字街"])
gates = st.builds(Gate, roads, st.integers(1, 300), st.none() | st.integers(1, 12))
truths = countries | flats | gates


def chinese(number: int) -> str:
    """Write 1 to 9999 in Chinese."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def arabic(number: int) -> st.SearchStrategy[str]:
    text = str(number)
    return st.sampled_from([text, text.translate(FULL_WIDTH), f"0{text}"])


def scripts(number: int) -> st.SearchStrategy[str]:
    forms = [str(number), str(number).translate(FULL_WIDTH), chinese(number)]
    if 20 < number < 30:
        forms.append("廿" + chinese(number % 10))
    if number >= 100:
        forms.append("".join(DIGITS[int(digit)] for digit in str(number)))
    return st.sampled_from(forms)


@st.composite
def heads(draw: st.DrawFn) -> str:
    """Write any of the places before the village, in order, once or twice."""
    kept = "".join(place for place in HOME if draw(st.booleans()))
    bare = draw(st.sampled_from(["", "湖南衡阳衡东洣水", "衡东洣水", "洣水"]))
    village = draw(st.sampled_from([VILLAGE, VILLAGE + "委会", f"({VILLAGE})"]))
    again = draw(st.sampled_from(["", "", "洣水镇" + VILLAGE, VILLAGE, "".join(HOME)]))
    return draw(st.sampled_from([kept, bare])) + draw(gaps) + again + village


gaps = st.sampled_from(["", "", " ", "\u3000", "\u00a0", "，", "\n", "-", "\u200b"])


def suffixes(number: str, suffix: int | None) -> st.SearchStrategy[str]:
    if suffix is None:
        return st.sampled_from(
            [f"{number}号", f"第{number}号", f"{number}號", f"{number}号(原5号)"]
        )
    after = ["附{}", "附{}号", "之{}", "-{}"]
    written = scripts(suffix).flatmap(
        lambda text: st.sampled_from([number + "号" + form.format(text) for form in after])
    )
    return written | st.sampled_from([f"{number}-{suffix}号", f"{number}附{suffix}号"])


@st.composite
def country(draw: st.DrawFn, door: Country) -> str:
    hamlet = draw(st.sampled_from(["", "李家湾", "石灰冲", "五里坪", "三房湾"]))
    words = ["组", "小组", "村民小组"]
    if isinstance(door.group, int):
        ordinal = draw(st.sampled_from(["", "第"]))
        group = ordinal + draw(scripts(door.group)) + draw(st.sampled_from([*words, "队"]))
    else:
        hamlet, group = "", door.group + draw(st.sampled_from(words))
    number = draw(scripts(door.number))
    house = draw(suffixes(number, door.suffix))
    if door.suffix is None and draw(st.booleans()):
        house = number
    return f"{draw(heads())}{draw(gaps)}{hamlet}{group}{draw(gaps)}{house}"


@st.composite
def flat(draw: st.DrawFn, door: Flat) -> str:
    road = draw(st.sampled_from(["", "兴衡路", "五一路12号", "8组", "8组文冲街3号"]))
    building, room = draw(scripts(door.building)), draw(scripts(door.room))
    room += draw(st.sampled_from(["", "室", "户", "房", "号"]))
    storey = draw(scripts(door.room // 100)) + draw(st.sampled_from(["楼", "层"]))
    inside = draw(st.sampled_from([room, storey + room]))
    block = building + draw(st.sampled_from(["栋", "幢", "号楼", "座"]))
    unit = "" if door.unit is None else draw(scripts(door.unit)) + "单元"
    chain = [door.building, door.unit, door.room] if door.unit else [door.building, door.room]
    hyphens = "-".join(map(str, chain)) + draw(st.sampled_from(["", "室"]))
    written = draw(st.sampled_from([f"{block}{draw(gaps)}{unit}{draw(gaps)}{inside}", hyphens]))
    return f"{draw(heads())}{road}{draw(gaps)}{door.estate}{draw(gaps)}{written}"


@st.composite
def gate(draw: st.DrawFn, door: Gate) -> str:
    group = draw(st.sampled_from(["", "8组", "第十一村民小组"]))
    house = draw(suffixes(draw(scripts(door.number)), door.suffix))
    return f"{draw(heads())}{draw(gaps)}{group}{door.road}{draw(gaps)}{house}"


def spellings(door: Truth) -> st.SearchStrategy[str]:
    if isinstance(door, Country):
        return country(door)
    return flat(door) if isinstance(door, Flat) else gate(door)


def plain(door: Truth) -> str:
    """Spell a door in the one plain way that the table of cases shows."""
    if isinstance(door, Flat):
        unit = f"{door.unit}单元" if door.unit else ""
        return f"{VILLAGE}{door.estate}{door.building}栋{unit}{door.room}室"
    suffix = f"附{door.suffix}" if door.suffix else ""
    place = f"{door.group}组" if isinstance(door, Country) else door.road
    return f"{VILLAGE}{place}{door.number}号{suffix}"


@given(st.data(), truths)
def test_every_spelling_of_one_door_gives_one_key(data: st.DataObject, door: Truth):
    text = data.draw(spellings(door))
    key = read(plain(door)).key(CODE)
    assert key is not None
    assert read(text).key(CODE) == key
    assert read(text).village == VILLAGE


@given(st.data(), truths, truths)
def test_different_doors_have_different_keys(data: st.DataObject, one: Truth, other: Truth):
    first, second = data.draw(spellings(one)), data.draw(spellings(other))
    same = read(first).key(CODE) == read(second).key(CODE)
    assert same == (one == other)


@given(st.lists(truths, unique=True, max_size=60))
def test_a_list_of_doors_has_as_many_keys(doors: list[Truth]):
    assert len({read(plain(door)).key(CODE) for door in doors}) == len(doors)


@given(truths)
def test_two_villages_never_share_a_key(door: Truth):
    address = read(plain(door))
    assert address.key(CODE) != address.key("430424100235")


WORDS = (
    *(
        "组",
        "号",
        "栋",
        "幢",
        "座",
        "楼",
        "单元",
        "室",
        "户",
        "附",
        "之",
        "第",
        "-",
        "#",
        "村",
        "社区",
    ),
    *(
        "湾",
        "塘",
        "冲",
        "路",
        "街",
        "巷",
        "小区",
        "村民小组",
        "号楼",
        "大塘",
        "大塘村",
        "北冲",
        "原",
    ),
    *(
        "洣水镇",
        "湖南",
        "衡东县",
        "市",
        "区",
        "县",
        "镇",
        "省",
        "对面",
        "（",
        "）",
        "(",
        "李家",
        "期",
    ),
    *(
        "新",
        "上",
        "片",
        "8",
        "20",
        "402",
        "3",
        "0",
        "１",
        "一",
        "十",
        "廿",
        "百",
        "A",
        "b",
        "甲",
        "东",
    ),
)
soup = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)


@given(st.text() | soup)
def test_no_text_raises_and_every_text_is_kept(text: str):
    for address in (parse(text), read(text)):
        assert address.raw == text
        assert (address.key(CODE) is not None) == address.reaches_door
        assert isinstance(address.door(), str)


@given(soup)
def test_whatever_has_a_key_keeps_it_when_written_plainly(text: str):
    address = read(VILLAGE + text)
    key = address.key(CODE)
    if key is not None:
        assert read(address.label()).key(CODE) == key


@given(soup)
def test_a_key_fits_its_column_and_is_not_torn_by_its_parts(text: str):
    key = read(text).key(CODE)
    if key is not None:
        assert len(key) <= 120
        assert all(key.split("|"))


@given(st.data(), truths)
def test_parts_are_canonical_in_every_spelling(data: st.DataObject, door: Truth):
    """Numbers are plain Arabic, names hold no digit of another script."""
    address = read(data.draw(spellings(door)))
    numbers = (address.number, address.road_number, address.building, address.unit, address.room)
    assert all(number is None or number.isascii() for number in numbers)
    assert not any("１" in str(getattr(address, field.name)) for field in fields(Address)[1:])
