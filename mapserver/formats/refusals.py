"""The sentences with which a file is refused: what it is, and what to do.

Each function returns the error for the caller to raise. `name` is the file's own name.
"""

from mapserver.errors import (
    NotASpreadsheet,
    SpreadsheetDamaged,
    SpreadsheetEncrypted,
    SpreadsheetTooLarge,
)

_SAVE_ZH = "请用 WPS 或 Excel 打开它，另存为 .xlsx，再导入。"
_SAVE_EN = "Open it in WPS or Excel, save it as .xlsx and import that."


def other_kind(name: str, zh: str, en: str) -> NotASpreadsheet:
    """Return the error for a file that is a `zh` (in English `en`), not a spreadsheet."""
    return NotASpreadsheet(
        f"“{name}”不是电子表格，而是{zh}。请选择 .xlsx、.xls、.et 或 .csv 文件。",
        f"“{name}” is no spreadsheet but {en}. Choose a file of kind .xlsx, .xls, .et or .csv.",
        kind=en,
    )


def to_be_saved_as_xlsx(name: str, zh: str, en: str) -> NotASpreadsheet:
    """Return the error for a table that WPS and Excel open, but that is not read here."""
    return NotASpreadsheet(
        f"“{name}”实际上是{zh}，只是看起来像电子表格。{_SAVE_ZH}",
        f"“{name}” is really {en}, which only looks like a spreadsheet. {_SAVE_EN}",
        kind=en,
    )


def encrypted(name: str) -> SpreadsheetEncrypted:
    """Return the error for a file that wants a password."""
    return SpreadsheetEncrypted(
        f"“{name}”设有打开密码。请用 WPS 或 Excel 打开，在“文件—文档加密”中去掉密码，"
        "保存后再导入。",
        f"“{name}” is protected by a password. Open it in WPS or Excel, remove the password, "
        "save it and import it again.",
    )


def damaged(name: str, zh: str, en: str) -> SpreadsheetDamaged:
    """Return the error for a spreadsheet with a fault: `zh` and `en` say which."""
    return SpreadsheetDamaged(
        f"“{name}”已损坏或没有传完整（{zh}）。请重新复制或下载；若能用 WPS 或 Excel 打开，"
        "另存为 .xlsx 后再导入。",
        f"“{name}” is broken or was cut short ({en}). Copy or download it again; if WPS or "
        "Excel opens it, save it as .xlsx and import that.",
        fault=en,
    )


def too_many_bytes(name: str, megabytes: int) -> SpreadsheetTooLarge:
    """Return the error for a file larger than `megabytes`."""
    return SpreadsheetTooLarge(
        f"“{name}”超过 {megabytes} MB。请删去图片，或按村拆成几个文件分别导入。",
        f"“{name}” is larger than {megabytes} MB. Remove the pictures, or split it by village "
        "and import the parts.",
        max_megabytes=megabytes,
    )


def bomb(name: str, megabytes: int) -> SpreadsheetTooLarge:
    """Return the error for a file that unpacks to more than the limits."""
    return SpreadsheetTooLarge(
        f"“{name}”解压后过大（上限 {megabytes} MB），没有读取。请新建一个工作簿，"
        "只把表格内容粘贴进去，保存后再导入。",
        f"“{name}” unpacks to more than is allowed ({megabytes} MB) and was not read. "
        "Paste the table alone into a new workbook, save it and import that.",
        max_megabytes=megabytes,
    )


def too_many_rows(name: str, rows: int) -> SpreadsheetTooLarge:
    """Return the error for a file with more than `rows` rows that hold something."""
    return SpreadsheetTooLarge(
        f"“{name}”超过 {rows} 行。请按村拆成几个文件分别导入。",
        f"“{name}” has more than {rows} rows. Split it by village and import the parts.",
        max_rows=rows,
    )


def stray_cell(name: str, sheet: str, cell: str) -> SpreadsheetTooLarge:
    """Return the error for a value so far out that the sheet up to it is too large."""
    return SpreadsheetTooLarge(
        f"“{name}”的工作表“{sheet}”在 {cell} 还有内容，离表格太远。"
        "请删除表格以外的行和列（选中整行或整列再删除），保存后再导入。",
        f"“{name}”: the sheet “{sheet}” still holds something in {cell}, too far from the table. "
        "Delete the rows and columns outside the table, save it and import it again.",
        sheet=sheet,
        cell=cell,
    )


def too_many_errors(name: str, sheet: str) -> SpreadsheetTooLarge:
    """Return the error for a sheet full of formulas that hold no result."""
    return SpreadsheetTooLarge(
        f"“{name}”的工作表“{sheet}”几乎全是没有结果的公式。请用 WPS 或 Excel 打开，"
        "全选、复制、“选择性粘贴—数值”，保存后再导入。",
        f"“{name}”: nearly all of the sheet “{sheet}” is formulas without a result. Open it in "
        "WPS or Excel, select all, copy, paste as values, save it and import it again.",
        sheet=sheet,
    )
