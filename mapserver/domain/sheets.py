"""A sheet of a spreadsheet as values, and the names that people call its cells by.

Positions are 0-based throughout; only `cell_name` and numbers shown to people start at 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mapserver.domain.cells import CellValue

_SPACES = " \t\r\n\u200b\ufeff\xa0\u3000"


@dataclass(frozen=True, slots=True)
class Range:
    """A merged range, its last row and column included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Rows may differ in length; a row that ends early is empty from there on."""

    name: str
    rows: list[list[CellValue]]
    merged: tuple[Range, ...] = ()
    hidden: bool = False

    def at(self, row: int, column: int) -> CellValue:
        """Return the value at `row` and `column`, None outside the sheet."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def below(self, row: int, column: int) -> Iterator[CellValue]:
        """Yield what stands in `column` from `row` on and is not blank."""
        for cells in self.rows[row:]:
            if column < len(cells) and not is_blank(cells[column]):
                yield cells[column]


def is_blank(value: CellValue) -> bool:
    """Return whether a cell shows nothing: empty, or only spaces of any width."""
    return value is None or (
        isinstance(value, str) and not value.strip(" \t\r\n\u200b\ufeff\xa0\u3000")
    )


def column_letters(column: int) -> str:
    """Return the letters of a column, 0 being "A".

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the column that `letters` name, the inverse of `column_letters`."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(number: int, column: int) -> str:
    """Return the name of the cell in row `number` (as shown, from 1) and `column`.

    >>> cell_name(412, 3)
    'D412'
    """
    return f"{column_letters(column)}{number}"
