"""What printed boundaries say, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mapserver.domain.areas import VILLAGE
from mapserver.domain.boundary.sides import Side
from mapserver.formats.paper_map.page import Look, Mark, Words


@dataclass(frozen=True, slots=True)
class Printed:
    """The words of one language; `{}` is where a value goes."""

    title: str
    head: str
    area: str
    perimeter: str
    hectares: str
    metres: str
    nobody: str
    comma: str
    counts: Mapping[str, str]
    sides: Mapping[Side, str]
    columns: tuple[str, ...]
    numbered: str | None
    datum: str
    version: str
    since: str
    printed: str
    synthetic: str
    scale: str
    north: str
    looks: Mapping[Look, str]
    marks: Mapping[Mark, str]
    signed: tuple[str, ...]

    def grid(self, code: str, name: str) -> str:
        """Return what a grid is called; in English by the number that ends its code."""
        return self.numbered.format(int(code[VILLAGE:])) if self.numbered else name

    def village(self, name: str, short: str | None, english: str | None) -> str:
        """Return what a village is called; in English its own name goes with it."""
        return f"{english} {short or name}" if self.numbered and english else name

    def page(self, looks: Iterable[Look], marks: Iterable[Mark]) -> Words:
        """Return what a page says whatever it shows; its legend has these looks and marks."""
        return Words(
            self.scale,
            self.north,
            tuple((one, self.looks[one]) for one in looks),
            tuple((one, self.marks[one]) for one in marks),
            self.signed,
        )

    def foot(
        self, meridian: int, number: int, since: date | None, day: date, synthetic: bool
    ) -> tuple[str, ...]:
        """Return the lines at the foot: the datum, the version, the day."""
        version = self.version.format(number) + (self.since.format(since) if since else "")
        lines = (self.datum.format(meridian), version, self.printed.format(day))
        return (self.synthetic, *lines) if synthetic else lines


_ZH = Printed(
    title="网格边界图",
    head="网格长",
    area="椭球面积",
    perimeter="周长",
    hectares="{} 公顷",
    metres="{} 米",
    nobody="镇外",
    comma="、",
    counts={
        "households": "户",
        "people": "人",
        "houses": "房屋",
        "schools": "学校",
        "organizations": "两新组织",
        "grids": "网格",
    },
    sides={"east": "东至", "south": "南至", "west": "西至", "north": "北至"},
    columns=("网格", "户", "人", "公顷"),
    numbered=None,
    datum="CGCS2000，3 度带高斯-克吕格投影，中央经线 {}°E，单位米",
    version="边界第 {} 版",
    since="，{} 起生效",
    printed="{} 打印",
    synthetic="演示数据，不是真实的人和地",
    scale="比例尺",
    north="北",
    looks={
        "subject": "本图网格",
        "grid": "相邻网格",
        "beyond": "相邻村（社区）",
        "building": "建筑轮廓",
    },
    marks={
        "house": "房屋",
        "school": "学校",
        "organization": "两新组织",
        "facility": "公共物件",
    },
    signed=("网格长（签字）", "村（社区）（签章）", "日期"),
)
_EN = Printed(
    title="Grid boundaries",
    head="Grid head",
    area="Geodesic area",
    perimeter="Perimeter",
    hectares="{} ha",
    metres="{} m",
    nobody="beyond the town",
    comma=", ",
    counts={
        "households": "households",
        "people": "people",
        "houses": "houses",
        "schools": "schools",
        "organizations": "organizations",
        "grids": "grids",
    },
    sides={"east": "East", "south": "South", "west": "West", "north": "North"},
    columns=("Grid", "Hh.", "People", "ha"),
    numbered="Grid {}",
    datum="CGCS2000, 3-degree Gauss-Kruger, central meridian {}°E, metres",
    version="Boundary version {}",
    since=", in force from {}",
    printed="Printed {}",
    synthetic="Made-up data: no real people or places",
    scale="Scale",
    north="N",
    looks={
        "subject": "Grids of this page",
        "grid": "Grids beside",
        "beyond": "Villages beside",
        "building": "Buildings",
    },
    marks={
        "house": "Houses",
        "school": "Schools",
        "organization": "Organizations",
        "facility": "Public objects",
    },
    signed=("Grid head", "Village", "Date"),
)


def printed_words(language: str) -> Printed:
    """Return the words of a language: "en", and Chinese by any other name."""
    return _EN if language == "en" else _ZH
