"""Addresses: a table of real spellings, and laws that hold for every spelling."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapserver.domain.address import group_label, parse, reader

HOME = ("湖南省", "衡阳市", "衡东县", "洣水镇")
COMMUNITIES = ("迎宾", "滨江", "杨山", "嘉兴", "兴东", "洣江", "金堰", "堰湾", "金花")
VILLAGES = (
    *("岳霄", "金峨", "大甸", "鹤祥", "踏庄", "大托", "仙楠", "大塘", "仙林", "荆茗"),
    *("朗山", "珍珠", "采霞", "大山", "状元", "北冲", "石江", "南塘", "大兴"),
)
TOWN = (*(name + "社区" for name in COMMUNITIES), *(name + "村" for name in VILLAGES))
CODE = "430424100216"

read = reader(TOWN, HOME)


@dataclass(frozen=True, slots=True)
class Case:
    """A line of addresses.txt."""

    text: str
    village: str | None
    key: str | None
    rest: str


def cases() -> list[Case]:
    lines = (Path(__file__).parent / "addresses.txt").read_text("utf-8").splitlines()
    return [case(line) for line in lines if line and not line.startswith("#")]


def case(line: str) -> Case:
    text, village, key, *rest = re.split(" {2,}", line)
    text = re.sub(r"\\(u[0-9a-f]{4}|n)", lambda found: escaped(found[1]), text)
    return Case(
        text,
        None if village == "—" else village,
        None if key == "—" else f"{CODE}|{key}",
        rest[0].removeprefix("rest=") if rest else "",
    )


def escaped(name: str) -> str:
    return "\n" if name == "n" else chr(int(name[1:], 16))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_an_address_is_read_as_the_table_says(case: Case):
    address = read(case.text)
    assert (address.village, address.key(CODE), address.rest) == (case.village, case.key, case.rest)
    assert address.raw == case.text


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_the_plain_spelling_of_an_address_has_its_key(case: Case):
    address = read(case.text)
    if address.reaches_door:
        assert read(address.label()).key(CODE) == address.key(CODE)


def test_the_table_holds_more_than_two_hundred_cases():
    assert len({case.text for case in cases()}) > 200


def test_every_part_of_a_long_address_is_told_apart():
    address = read("湖南省衡阳市衡东县洣水镇堰湾社区8组兴衡路12号锦绣小区3栋2单元4楼402室")
    assert (address.province, address.city, address.county, address.town) == HOME
    assert (address.village, address.group) == ("堰湾社区", "8")
    assert (address.road, address.road_number, address.estate) == ("兴衡路", "12", "锦绣小区")
    assert (address.building, address.unit, address.floor, address.room) == ("3", "2", "4", "402")
    assert address.rest == ""


def test_a_hamlet_is_kept_though_the_key_can_do_without_it():
    address = read("大塘村李家湾8组20号附1")
    assert (address.hamlet, address.group) == ("李家湾", "8")
    assert (address.number, address.suffix) == ("20", "1")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "广东省深圳市宝安区西乡街道固戍社区3栋",
            ("广东省", "深圳市", "宝安区", "西乡街道", "固戍社区"),
        ),
        ("湖南省津市市新洲镇大村8组", ("湖南省", "津市市", None, "新洲镇", "大村")),
        ("湖南省衡阳市耒阳市余庆街道8组", ("湖南省", "衡阳市", "耒阳市", "余庆街道", None)),
        ("河南省新乡市新乡县七里营镇刘庄村", ("河南省", "新乡市", "新乡县", "七里营镇", "刘庄村")),
        ("景德镇市浮梁县浮梁镇3组", (None, "景德镇市", "浮梁县", "浮梁镇", None)),
        ("天津市沙市区1号", (None, "天津市", "沙市区", None, None)),
        ("湖北省荆州市沙市区岑河镇大村", ("湖北省", "荆州市", "沙市区", "岑河镇", "大村")),
        (
            "湘西土家族苗族自治州凤凰县沱江镇",
            (None, "湘西土家族苗族自治州", "凤凰县", "沱江镇", None),
        ),
        ("西藏自治区拉萨市城关区八廓街道", ("西藏自治区", "拉萨市", "城关区", "八廓街道", None)),
        ("衡东县大浦工业园兴业社区", (None, None, "衡东县", "大浦工业园", "兴业社区")),
        ("吴集镇雷市村", (None, None, None, "吴集镇", "雷市村")),
        ("南湾乡南湾村", (None, None, None, "南湾乡", "南湾村")),
        ("湖南省大塘村", ("湖南省", None, None, None, "大塘村")),
        ("新乡村", (None, None, None, None, "新乡村")),
        ("联组村", (None, None, None, None, "联组村")),
    ],
)
def test_places_are_told_apart_without_any_list(text: str, places: tuple[str | None, ...]):
    address = parse(text)
    named = (address.province, address.city, address.county, address.town, address.village)
    assert named == places


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("湖南省衡阳市衡东县洣水镇大塘村8组20号", False),
        ("大塘村8组20号", False),
        ("湖南衡阳衡东洣水大塘村8组20号", False),
        ("衡东县大浦镇东浦社区3栋402", True),
        ("湖南省耒阳市余庆街道8组20号", True),
        ("广东省深圳市宝安区西乡街道固戍社区3栋402", True),
    ],
)
def test_an_address_of_another_town_lies_outside(text: str, outside: bool):
    assert read(text).lies_outside(read("".join(HOME))) is outside


def test_villages_of_one_stem_are_recognised_by_their_whole_names_only():
    both = reader(("大塘村", "大塘社区"))
    assert both("大塘村8组20号").village == "大塘村"
    assert both("大塘社区8组20号").village == "大塘社区"
    assert both("大塘8组20号").village is None


def test_a_village_that_is_known_wins_over_a_shorter_reading():
    assert parse("大村湾村8组20号").village == "大村"
    assert parse("大村湾村8组20号", ["大村湾村"]).village == "大村湾村"


def test_a_village_whose_name_ends_in_neither_word_is_recognised():
    assert parse("大明楼8组20号", ["大明楼"]).key(CODE) == f"{CODE}|组8|号20"


@pytest.mark.parametrize("name", TOWN)
def test_every_village_of_the_town_is_read_whole(name: str):
    for text in (name, f"{name}8组20号", f"洣水镇{name}第八村民小组20号", f"{name}兴衡路12号"):
        assert read(text).village == name
        assert parse(text).village == name
    assert read(name.removesuffix("村").removesuffix("社区") + "8组20号").village == name


def test_the_group_of_the_cell_completes_an_address_without_one():
    assert read("大塘村20号").key(CODE, "8") == read("大塘村8组20号").key(CODE)
    assert read("李家湾20号").key(CODE, "8") == read("大塘村8组20号").key(CODE)
    assert read("大塘村9组20号").key(CODE, "8") == read("大塘村9组20号").key(CODE)
    assert read("兴衡路12号").key(CODE, "8") == read("兴衡路12号").key(CODE)
    assert read("大塘村").key(CODE, "8") is None


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("大塘村8组20号", "8组20号"),
        ("大塘村第八村民小组二十号之一", "8组20号附1"),
        ("大塘村新屋组20号", "新屋组20号"),
        ("大塘村上八组20号", "上8组20号"),
        ("大塘村李家湾20号", "李家湾20号"),
        ("大塘村李家湾8组20号", "8组20号"),
        ("堰湾社区锦绣小区3号楼2单元402室", "3栋2单元402"),
        ("堰湾社区锦绣小区3栋2单元402A室", "3栋2单元402A室"),
        ("堰湾社区锦绣小区12号", "12号"),
        ("堰湾社区兴衡路12号附3", "兴衡路12号附3"),
        ("堰湾社区兴衡路12号402", "兴衡路12号402室"),
        ("大塘村8组", "8组"),
        ("大塘村", ""),
    ],
)
def test_the_door_is_short(text: str, door: str):
    assert read(text).door() == door


def test_the_door_shows_the_group_of_the_cell():
    assert read("大塘村20号").door("8") == "8组20号"


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("11", "11"),
        (11, "11"),
        (11.0, "11"),
        ("11.0", "11"),
        ("１１", "11"),
        (" 11 组 ", "11"),
        ("11组", "11"),
        ("第11组", "11"),
        ("第十一村民小组", "11"),
        ("十一", "11"),
        ("十一队", "11"),
        ("大塘村8组", "8"),
        ("新屋", "新屋"),
        ("新屋组", "新屋"),
        ("新屋村民小组", "新屋"),
        ("五一组", "五一"),
        ("五一", "五一"),
        ("上八组", "上8"),
        ("原北冲村8组", "北冲片8"),
        ("8、9组", None),
        ("8组20号", None),
        ("11.5", None),
        (11.5, None),
        (0, None),
        (True, None),
        ("", None),
        (None, None),
        ("无", None),
        ("/", None),
        ("组", None),
    ],
)
def test_a_group_cell_gives_one_group(cell: object, group: str | None):
    assert group_label(cell) == group


@pytest.mark.parametrize("piece", ["一", "组", "8-", "(", "8组", "省", "镇村", " ", "大塘村"])
def test_a_text_too_long_for_an_address_is_left_unread(piece: str):
    text = "大塘村" + piece * 8000 + "8组20号"
    assert read(text).key(CODE) is None or len(read(text).label()) < 200


def test_groups_roads_and_estates_that_look_alike_keep_their_own_keys():
    texts = (
        "大塘村8组20号",
        "大塘村上8组20号",
        "大塘村下8组20号",
        "大塘村原北冲村8组20号",
        "大塘村80组2号",
        "大塘村8组2号",
        "大塘村8组20号附1",
        "大塘村8组201号",
        "大塘村8组20号1室",
        "大塘村20号",
        "大塘村李家湾20号",
        "大塘村张家湾20号",
        "大塘村五一组20号",
        "大塘村51组20号",
        "大塘村8组20栋",
        "大塘村兴衡路20号",
        "大塘村文冲路20号",
        "大塘村兴衡路20栋",
        "大塘村文冲路20栋",
        "大塘村兴衡路8组20栋",
        "大塘村文冲路8组20栋",
        "大塘村锦绣小区20号",
        "大塘村锦绣小区20栋",
        "大塘村金花花园20栋",
        "大塘村锦绣小区8组20栋",
        "大塘村锦绣小区2期20栋",
        "大塘村兴衡路20号锦绣小区",
        "大塘村兴衡路20号金花花园",
    )
    keys = {read(text).key(CODE) for text in texts}
    assert None not in keys
    same = {read("大塘村锦绣小区8组20栋").key(CODE), read("大塘村锦绣小区20栋").key(CODE)}
    assert len(same) == 1
    assert len(keys) == len(texts) - 1
