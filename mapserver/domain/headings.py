"""Finds the row of headings in a sheet, and says which column is which field.

Headings may stand under title rows and in up to three lines with merged groups. They are
compared without spaces, brackets, asterisks and case. Columns that the town must not keep
(see `REFUSED_WORDS`) are found here too, before a value of them is looked at.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mapserver.domain.cells import clean_text
from mapserver.domain.sheets import Sheet, is_blank
from mapserver.errors import HeaderNotFound
from mapserver.layers import Layer, LayerField

SEARCHED_ROWS = 30
"""A header further down than this is not looked for."""

MAX_LINES = 3

PLACE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "village": (
        *("村", "村名", "村名称", "村社区", "村居", "行政村", "所属村", "所在村", "村别", "村委会"),
        *("社区", "所属社区", "所属村社区", "所在村社区", "村居委会", "village"),
    ),
    "lon": ("经度", "东经", "longitude", "lon", "lng"),
    "lat": ("纬度", "北纬", "latitude", "lat"),
}
"""Columns that every layer answers to, because every table has what they lead to."""

IGNORED = frozenset({"序号", "序", "行号", "no", "no."})
"""Columns that only count rows; they are neither read nor reported."""

REFUSED_WORDS = (
    *("民族", "族别", "宗教", "信仰", "信教", "教派", "政治面貌", "政治身份", "党派", "党员"),
    *("团员", "血型", "指纹", "掌纹", "人脸", "面部", "虹膜", "声纹", "生物特征", "生物识别"),
    *("基因", "健康", "病史", "病情", "病种", "疾病", "患病", "诊断", "精神障碍", "传染病"),
    *("艾滋", "犯罪", "前科", "违法", "刑满", "刑释", "服刑", "矫正", "吸毒", "涉毒", "戒毒"),
    *("种族", "政治情况", "政治状况", "入党", "党支部", "身体状况", "慢性病", "精神病", "残疾类"),
    *("邪教", "上访", "信访", "关注程度", "风险等级", "危险等级", "管控", "重点人员", "境外背景"),
)
REFUSED_ENGLISH = (
    *("ethnic", "religio", "belief", "politic", "party member", "blood", "fingerprint"),
    *("biometric", "dna", "health", "medical", "diagnos", "disease", "hiv", "criminal", "offence"),
)
"""A column whose heading holds one of these is refused by name, whatever the layer asks for.

The English ones count where a word begins.
"""

_NOISE = re.compile(r"\s+|^[*#]*\d{0,2}[.、]\s*|[*:：。，,;；/\\|\"'“”‘’【】\[\]<>《》_-]")
_REFUSED_ENGLISH = re.compile(rf"\b(?:{'|'.join(REFUSED_ENGLISH)})", re.ASCII)
_BRACKETS = re.compile(r"\([^()]*\)")
_GROUP = re.compile(r"(?:基本|有关|相关)?(?:信息|情况|资料)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column and what is written above it ("" where nothing is)."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class RefusedColumn:
    """A column that is not taken, and how many of its cells held something."""

    index: int
    text: str
    cells: int


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet.

    `lines` are the numbers of the header's rows as the spreadsheet shows them. `columns`
    leads from field names to column indexes; besides the layer's own fields it may hold
    the keys of `PLACE_HEADINGS`. `identifying` are the fields, among the columns, without
    which a row tells nothing; `own` those that never hold for several rows at once.
    `unknown` are columns that no field answers to, `ignored` those that only count rows.
    """

    lines: tuple[int, ...]
    columns: Mapping[str, int]
    headings: tuple[Heading, ...]
    refused: tuple[RefusedColumn, ...] = ()
    unknown: tuple[Heading, ...] = ()
    ignored: tuple[Heading, ...] = ()
    identifying: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @property
    def first_row(self) -> int:
        """The 0-based row at which the body begins."""
        return self.lines[-1]

    def text(self, field: str) -> str:
        """Return the heading of the column that `field` is read from."""
        index = self.columns[field]
        return next(heading.text for heading in self.headings if heading.index == index)


def normalise(value: object) -> str:
    """Return a heading in the form in which headings are compared, brackets removed but kept.

    >>> normalise(" *联系 电话（手机）：")
    '联系电话手机'
    """
    return re.sub(r"[()]", "", _NOISE.sub("", clean_text(value).lower()))


def is_refused(heading: str) -> bool:
    """Return whether a column of this heading must not be kept."""
    text = clean_text(heading).lower()
    joined = text.replace(" ", "")
    return any(word in joined for word in REFUSED_WORDS) or bool(_REFUSED_ENGLISH.search(text))


def filled_in(layer: Layer) -> tuple[LayerField, ...]:
    """Return the fields that a person fills in, in the order of the layer.

    A field without headings of its own is made by the layer's rule; in a layer without a
    rule nobody else could fill it, so there it answers to its title.
    """
    return tuple(
        field for field in layer.fields if field.headings or not (layer.rule or field.type == "ref")
    )


def answers(layer: Layer) -> dict[str, str]:
    """Return the field for every heading the layer answers to; earlier fields come first."""
    fields: dict[str, str] = {}
    for field in layer.fields:
        if field.type != "ref" or field.headings:
            for heading in (*field.headings, field.title.zh, field.title.en):
                fields.setdefault(normalise(heading), field.name)
    for name, headings in PLACE_HEADINGS.items():
        for heading in headings:
            fields.setdefault(normalise(heading), name)
    return fields


def find_header(sheet: Sheet, layer: Layer) -> Header:
    """Return the header of `sheet` for `layer`.

    The row, or up to three rows together, in which the most fields are recognised; of
    equals the fewest lines, then the first. It must name two fields and a required one.
    Of two columns for one field the first counts and the other is unknown.

    Raises
    ------
    HeaderNotFound
        The text says which headings were looked for and which of the sheet come nearest.
    """
    fields = answers(layer)
    lines = _Lines(sheet, fields)
    places = [
        (lines.matches(top, count), top, count)
        for top in range(min(SEARCHED_ROWS, len(sheet.rows)))
        for count in range(1, MAX_LINES + 1)
        if top + count <= len(sheet.rows)
    ]
    places.sort(key=lambda place: (-len(place[0]), place[2], place[1]))
    for matched, top, count in places[:1]:
        if _suffices(matched, layer):
            return _header(sheet, layer, lines, *lines.with_merged(top, count, matched))
    raise _not_found(sheet, layer, fields)


def _suffices(matched: Mapping[str, int], layer: Layer) -> bool:
    asked = filled_in(layer)
    required = {field.name for field in asked if field.required}
    return len(matched) >= min(2, len(asked)) and (not required or bool(required & set(matched)))


class _Lines:
    """The top of a sheet, with merged headings standing in every cell they cover."""

    def __init__(self, sheet: Sheet, fields: Mapping[str, str]) -> None:
        self._fields = fields
        depth = SEARCHED_ROWS + 2 * MAX_LINES
        self._top = sheet.rows[:depth]
        self.width = max(map(len, self._top), default=0)
        self._ranges = [one for one in sheet.merged if one.top < depth and one.right < self.width]
        self._merged = {
            (row, column): sheet.at(one.top, one.left)
            for one in self._ranges
            for row in range(one.top, min(one.bottom + 1, depth))
            for column in range(one.left, one.right + 1)
        }

    def parts(self, top: int, count: int, column: int) -> list[str]:
        """Return the texts above `column` from the uppermost line to the lowest."""
        parts: list[str] = []
        for row in range(top, top + count):
            cells = self._top[row] if row < len(self._top) else []
            value = cells[column] if column < len(cells) else None
            value = self._merged.get((row, column), value)
            text = value.strip() if isinstance(value, str) else ""
            if text and text not in parts[-1:]:
                parts.append(text)
        return parts

    def matches(self, top: int, count: int) -> dict[str, int]:
        """Return the column of each field; a heading with its group goes before one without."""
        spellings = {
            column: list(_spellings(parts))
            for column in range(self.width)
            if (parts := self.parts(top, count, column)) and not is_refused("".join(parts))
        }
        found: dict[str, int] = {}
        for level in range(2 * MAX_LINES):
            for column, texts in spellings.items():
                field = self._fields.get(texts[level]) if level < len(texts) else None
                if field and field not in found and column not in found.values():
                    found[field] = column
        return found

    def with_merged(self, top: int, count: int, matched: Mapping[str, int]) -> tuple[int, int]:
        """Return `top` and `count`, grown to hold every line of the recognised headings."""
        columns = set(matched.values())
        touched = [
            one
            for one in self._ranges
            if one.bottom >= top and one.top < top + count and one.left in columns
        ]
        bottom = max([top + count - 1, *(one.bottom for one in touched)])
        first = min([top, *(one.top for one in touched)])
        return first, min(bottom - first + 1, 2 * MAX_LINES)


def _spellings(parts: list[str]) -> Iterator[str]:
    """Yield what a column may be called: with its groups, then with fewer, then without."""
    for start in range(len(parts)):
        groups = "".join(_GROUP.sub("", part) for part in parts[start:-1])
        yield normalise(groups + parts[-1])
        yield normalise(_BRACKETS.sub("", clean_text(groups + parts[-1])))


def _header(sheet: Sheet, layer: Layer, lines: _Lines, top: int, count: int) -> Header:
    columns = lines.matches(top, count)
    first = top + count
    taken = set(columns.values())
    width = max([lines.width, *map(len, sheet.rows)])
    headings = tuple(
        Heading(column, "".join(lines.parts(top, count, column))) for column in range(width)
    )
    refused = tuple(
        RefusedColumn(one.index, one.text, sum(1 for _ in sheet.below(first, one.index)))
        for one in headings
        if is_refused(one.text)
    )
    rest = [one for one in headings if one.index not in taken and not is_refused(one.text)]
    ignored = tuple(one for one in rest if normalise(one.text) in IGNORED)
    named = {*layer.match, *(field.name for field in layer.fields if field.required)}
    return Header(
        lines=tuple(range(top + 1, first + 1)),
        columns=columns,
        headings=headings,
        refused=refused,
        unknown=tuple(
            one
            for one in rest
            if one not in ignored
            and (one.text or next(sheet.below(first, one.index), None) is not None)
        ),
        ignored=ignored,
        identifying=frozenset(named & set(columns)),
        own=frozenset({*layer.match, "name"} & set(columns)),
    )


def without_refused(sheet: Sheet, header: Header) -> Sheet:
    """Return `sheet` with every cell under a refused heading empty; no copy of them is kept."""
    indexes = [column.index for column in header.refused]
    if not indexes:
        return sheet
    rows = sheet.rows[: header.first_row]
    for row in sheet.rows[header.first_row :]:
        kept = row.copy()
        for index in indexes:
            if index < len(kept):
                kept[index] = None
        rows.append(kept)
    return replace(sheet, rows=rows)


def _not_found(sheet: Sheet, layer: Layer, fields: Mapping[str, str]) -> HeaderNotFound:
    asked = filled_in(layer)
    required = [field for field in asked if field.required] or list(asked[:1])
    needed = [_wanted(field) for field in required]
    known_zh = "、".join(field.title.zh for field in asked)
    known_en = ", ".join(field.title.en for field in asked)
    pairs = _nearest(sheet, fields)
    near_zh = "；".join(f"第 {row} 行“{text}”像“{like}”" for row, text, like in pairs)
    near_en = "; ".join(f"“{text}” in row {row} is like “{like}”" for row, text, like in pairs)
    return HeaderNotFound(
        f"工作表“{sheet.name}”里没有找到“{layer.title.zh}”的表头。"
        f"前 {SEARCHED_ROWS} 行中要有一行写着列名，必须有：{'；'.join(needed)}。"
        f"能认出的列名有：{known_zh}。"
        + (f"表里最接近的：{near_zh}。" if pairs else "表里没有相近的列名。")
        + "请改好列名再导入，或下载模板填写。",
        f"The sheet “{sheet.name}” has no header for “{layer.title.en}”. One of its first "
        f"{SEARCHED_ROWS} rows must hold the headings, among them: {'; '.join(needed)}. Headings "
        f"that are known: {known_en}. "
        + (f"The nearest: {near_en}. " if pairs else "None of the sheet's texts comes near. ")
        + "Mend the headings and import it again, or fill in the template.",
        sheet=sheet.name,
        looked_for=[heading for field in asked for heading in (*field.headings, field.title.zh)],
        nearest=[{"row": row, "text": text, "like": like} for row, text, like in pairs],
    )


def _wanted(field: LayerField) -> str:
    return "/".join(dict.fromkeys((field.title.zh, *field.headings[:4])))


def _nearest(sheet: Sheet, fields: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Return up to five texts of the top rows that come near a heading, the nearest first."""
    scored = [
        (difflib.SequenceMatcher(None, normalise(text), like).ratio(), number, text, like)
        for number, text in _texts(sheet)
        for like in difflib.get_close_matches(normalise(text), list(fields), n=1, cutoff=0.5)
    ]
    scored.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [(number, text, like) for _, number, text, like in scored[:5]]


def _texts(sheet: Sheet) -> Iterable[tuple[int, str]]:
    seen: dict[str, int] = {}
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS], 1):
        for value in row:
            if isinstance(value, str) and not is_blank(value) and len(value) <= 20:
                seen.setdefault(value.strip(), number)
    return [(number, text) for text, number in seen.items()]
