"""QR codes (ISO/IEC 18004) as the path of a picture."""

from collections.abc import Sequence

import segno

QUIET = 4
"""Modules that stay white round a code (section 6.3.8)."""


def qr_path(text: str) -> tuple[int, str]:
    """Return how many modules a code is wide, its quiet zone included, and its path.

    The path draws runs of black modules as lines of width 1, as in SVG.
    """
    code = segno.make(text, error="m", micro=False)
    rows = list(code.matrix_iter(border=QUIET))
    lines = [
        f"M{start} {y}.5h{end - start}"
        for y, row in enumerate(rows)
        for start, end in _runs(list(row))
    ]
    return len(rows), "".join(lines)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of black modules in a row, as (first, one after the last)."""
    pairs = enumerate(zip([0, *row], [*row, 0], strict=True))
    edges = [x for x, (before, after) in pairs if before != after]
    return list(zip(edges[::2], edges[1::2], strict=True))
