"""How large a spreadsheet may be: one set of limits for every kind of file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before it can fill the memory.

    Parameters
    ----------
    max_bytes : int
        Of the file as sent.
    max_unpacked : int
        Of all parts of an .xlsx together, measured while unpacking, not as declared.
    max_parts : int
        Of an .xlsx; a workbook has a few for each sheet, and each costs memory before it is read.
    max_ratio : int
        Unpacked to packed, of one part larger than `free_bytes`; XML of a million empty
        formatted rows stays under 100, a bomb is near the 1032 that deflate can reach.
    max_rows : int
        Rows that hold something, in all sheets together.
    max_columns : int
        The last column that may hold something.
    max_area : int
        Rows times columns of one sheet up to its last value; the reader holds them dense,
        at 32 bytes a cell.
    max_errors : int
        Cells of one sheet with an error or a formula without result.
    max_tags : int
        Of one part of an .xlsx, counted after its first `free_bytes`.
    free_bytes : int
        Parts smaller than this are neither measured for ratio nor for tags.
    """

    max_bytes: int = 50 * 2**20
    max_unpacked: int = 600 * 2**20
    max_parts: int = 10_000
    max_ratio: int = 400
    max_rows: int = 200_000
    max_columns: int = 200
    max_area: int = 10_000_000
    max_errors: int = 1_000_000
    max_tags: int = 40_000_000
    free_bytes: int = 64 * 2**20


LIMITS = Limits()
