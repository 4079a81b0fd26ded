"""Raw spreadsheet cells become typed values, or problems that say how to mend them.

`reader(field)` compiles what a field of a layer asks for into one function that never
raises. What it calls for each type stands in `cell_parsers.py`.
"""

from mapserver.domain.cell_parsers import PARSERS, broken
from mapserver.domain.cell_values import EMPTY, CellError, CellValue, Reader, Reading, Value
from mapserver.domain.problems import Option, Problem
from mapserver.domain.text import clean_text
from mapserver.layers import LayerField

__all__ = [
    "EMPTY",
    "CellError",
    "CellValue",
    "Reader",
    "Reading",
    "Value",
    "choices",
    "clean_text",
    "read",
    "reader",
]


def read(field: LayerField, value: CellValue) -> Reading:
    """Return what `value` means for `field`; for many cells keep the `reader`."""
    return reader(field)(value)


def reader(field: LayerField) -> Reader:
    """Return the function that reads the cells of `field`; it never raises.

    It gives str for text, ref, id_number, credit_code and phone, the key for code, and
    int, float, bool or date for the types so called.
    """
    parse = PARSERS[field.type](field)
    name = "name-missing" if field.name == "name" else "required-missing"
    empty = Reading(None, (Problem(name, field.name),)) if field.required else EMPTY

    def read_cell(value: CellValue) -> Reading:
        if value is None or value == "":
            return empty
        if isinstance(value, CellError):
            return broken(field, value.text)
        reading = parse(value)
        return empty if reading is EMPTY else reading

    return read_cell


def choices(field: LayerField, language: str = "zh") -> tuple[Option, ...]:
    """Return the answers to "unknown-code": the codes of `field`, or yes and no."""
    if field.type == "boolean":
        yes, no = ("Yes", "No") if language == "en" else ("是", "否")
        return Option("true", yes), Option("false", no)
    return tuple(
        Option(key, title.en if language == "en" else title.zh)
        for key, title in field.codes.items()
    )
