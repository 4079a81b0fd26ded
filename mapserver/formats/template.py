"""The workbook that people fill in, made from the layer alone."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from mapserver.domain.headings import answers, filled_in, normalise
from mapserver.formats.workbook_out import Styles, new_workbook, sheet_name
from mapserver.layers import Layer, LayerField

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_ROWS = 5_000
"""How far down lists to choose from reach."""

_MAX_LIST = 255
"""Characters that .xlsx allows in a list of choices."""

_HINTS = {
    "id_number": ("18 位，按文本填写", "18 characters, as text"),
    "credit_code": ("18 位统一社会信用代码", "18 characters"),
    "phone": ("手机或座机，只填一个", "Mobile or landline, one only"),
    "date": ("如 1990-05-03", "Like 1990-05-03"),
    "boolean": ("是 或 否", "是 (yes) or 否 (no)"),
    "integer": ("整数", "A whole number"),
    "number": ("数字", "A number"),
}

_EXAMPLES = {
    # 430499 is no county's number, so no person can have this one
    "id_number": "43049919900503001X",
    "credit_code": "91430499MA4L00000C",
    "phone": "13800000000",
    "date": "1990-05-03",
    "boolean": "否",
    "integer": "3",
    "number": "120.5",
}

_EXAMPLE_TEXTS = {
    "name": "张三",
    "head_name": "张三",
    "address": "新屋村3组20号",
    "registered_address": "新屋村3组20号",
    "group": "3组",
    "household_no": "0031",
}


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    hint: str
    example: str
    needed: bool = False
    type: str = "text"
    choices: tuple[str, ...] = ()


def template(layer: Layer, language: str) -> bytes:
    """Return a workbook to fill in: headings, a row of hints and a row of example.

    Both rows are recognised as remarks when the workbook is imported, so nobody has to
    delete them. Numbers that are names (ID, phone) are columns of text; codes and yes/no
    are lists to choose from, in Chinese in both languages, as registers are.

    Parameters
    ----------
    layer : Layer
    language : str
        "zh" or "en", for headings and hints.
    """
    english = language == "en"
    out = BytesIO()
    with new_workbook(out) as workbook:
        styles = Styles(workbook)
        title = layer.title.en if english else layer.title.zh
        worksheet = workbook.add_worksheet(sheet_name(title, set()))
        for index, column in enumerate(_columns(layer, english)):
            _write_column(worksheet, styles, index, column)
        worksheet.freeze_panes(1, 0)
    return out.getvalue()


def _columns(layer: Layer, english: bool) -> list[_Column]:
    columns = [_column(field, english) for field in filled_in(layer)]
    village = "Village" if english else "村"
    if answers(layer)[normalise(village)] == "village":
        hint = "Name of the village" if english else "村或社区的名称"
        columns.insert(0, _Column(village, hint, "新屋村"))
    if "point" in layer.geometry:
        columns += [
            _Column("Longitude" if english else "经度", "CGCS2000", "112.95", type="number"),
            _Column("Latitude" if english else "纬度", "CGCS2000", "27.08", type="number"),
        ]
    return [_marked(columns[0], english), *columns[1:]] if columns else []


def _marked(first: _Column, english: bool) -> _Column:
    """Return the first column with the words by which both rows are known as remarks."""
    hint, example = ("Notes: ", "Example: ") if english else ("说明：", "示例：")
    return replace(first, hint=hint + first.hint, example=example + first.example)


def _column(field: LayerField, english: bool) -> _Column:
    choices = tuple(code.zh for code in field.codes.values())
    if field.type == "boolean":
        choices = ("是", "否")
    return _Column(
        heading=field.title.en if english else field.title.zh,
        hint=_hint(field, choices, english),
        example=choices[-1] if choices else _example(field),
        needed=field.required,
        type=field.type,
        choices=choices,
    )


def _hint(field: LayerField, choices: tuple[str, ...], english: bool) -> str:
    needed = ("Required. " if english else "必填。") if field.required else ""
    if choices:
        return needed + ("One of: " if english else "可填：") + "、".join(choices)
    if field.type in _HINTS:
        return needed + _HINTS[field.type][english]
    if field.length:
        length = field.length
        return needed + (f"Up to {length} characters" if english else f"不超过 {length} 字")
    return needed.strip()


def _example(field: LayerField) -> str:
    return _EXAMPLES.get(field.type) or _EXAMPLE_TEXTS.get(field.name, "")


def _write_column(worksheet: "Worksheet", styles: Styles, index: int, column: _Column) -> None:
    look = {"date": styles.date, "integer": None, "number": None}.get(column.type, styles.text)
    worksheet.set_column(index, index, max(12, min(30, 2 * len(column.heading) + 4)), look)
    worksheet.write_string(
        0, index, column.heading, styles.needed if column.needed else styles.head
    )
    worksheet.write_string(1, index, column.hint, styles.hint)
    worksheet.write_string(2, index, column.example, styles.hint)
    listed = ",".join(column.choices)
    if column.choices and len(listed) <= _MAX_LIST and listed.count(",") < len(column.choices):
        worksheet.data_validation(
            1,
            index,
            _ROWS,
            index,
            {"validate": "list", "source": list(column.choices), "error_type": "warning"},
        )
